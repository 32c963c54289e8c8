locals {
  # The answer of the last invocation; null without one, and where it holds none.
  answer = try(jsondecode(aws_lambda_invocation.this[0].result).certificates[0], null)
}

output "name" {
  description = "The record's name."
  value       = var.name
  # Whoever uses the name, in an invocation of their own for instance, wants the record to be there.
  depends_on = [aws_dynamodb_table_item.this]
}

output "acm_arn" {
  description = "ARN of the certificate at the first target, as of the last invocation; null without wait and placeholder."
  value       = try(local.answer.acm_arn, null)

  # Here and not as a postcondition of the invocation: Terraform evaluates those after an invocation that failed, too, and
  # adds errors of its own to the one that counts.
  precondition {
    condition = !var.placeholder || try(local.answer.acm_arn, "") != ""
    error_message = <<-EOT
      The controller made no placeholder for certificate ${var.name}: ${try(coalesce(join("; ", [
    for c in local.answer.status.conditions : "${c.reason}: ${c.message}"
    if c.status != "True" && try(c.message, "") != ""
])), "another invocation was at work on the record")}
      Correct the record and apply again; if the record is right, apply with -replace='<address of the invocation in this module>'.
    EOT
}
}

output "acm_arns" {
  description = <<-EOT
    ARNs of all targets, as of the last invocation, by target: its region, region/role for a target with role_arn, or
    the ARN of one that names it. Empty without wait and placeholder.
  EOT
  value = {
    for target in try(local.answer.status.targets, []) : target.key => target.arn
    if try(target.arn, "") != "" && try(target.dropped_since, "") == ""
  }
}

output "item" {
  description = "The record as it is written to the table, in DynamoDB's JSON."
  value       = local.item
}

output "status" {
  description = "The record's status as of the last invocation (CertificateStatus); null without wait and placeholder."
  value       = try(local.answer.status, null)
}
