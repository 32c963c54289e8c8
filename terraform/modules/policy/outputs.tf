output "name" {
  description = "The policy's name, without policy#."
  value       = var.name
  # Whoever takes the name from here wants the policy to be there.
  depends_on = [aws_dynamodb_table_item.this]
}

output "item" {
  description = "The record as it is written to the table, in DynamoDB's JSON."
  value       = local.item
}
