output "policy_json" {
  description = "The IAM policy."
  value       = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
