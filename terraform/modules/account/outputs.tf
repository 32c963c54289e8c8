output "name" {
  description = "The record's name, for input account of modules/certificate: taken from here, the account is created before the certificate and deleted after it."
  value       = var.name
  # A certificate that takes the name from here is written after the account, so that a wait finds it, and goes before
  # it.
  depends_on = [aws_dynamodb_table_item.this]
}

output "item" {
  description = "The record as it is written to the table, in DynamoDB's JSON."
  value       = local.item
}
