output "role_arn" {
  description = "ARN of the role: for assume_role_arns of the root module, and for dns.role_arn and targets[].role_arn of records."
  value       = aws_iam_role.this.arn
  # A role without its policy can be assumed and do nothing.
  depends_on = [aws_iam_role_policy.this]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}
