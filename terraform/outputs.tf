# A record, or a call of the function, should not come before the function can work on it, and should go before it does.

output "table_name" {
  description = "Name of the table of records: `table_name` of modules/certificate and modules/account."
  value       = aws_dynamodb_table.records.name
  depends_on  = [aws_lambda_event_source_mapping.stream, aws_lambda_event_source_mapping.queue]
}

output "table_arn" {
  description = "ARN of the table; the start of the ownership tag `certloop:owner` on certificates."
  value       = aws_dynamodb_table.records.arn
}

output "function_name" {
  description = "Name of the function: `function_name` of modules/certificate, and what the CLI invokes."
  value       = aws_lambda_function.controller.function_name
  depends_on  = [aws_iam_role_policy.function, aws_lambda_function_recursion_config.controller]
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.controller.arn
}

output "role_arn" {
  description = "ARN of the function's role, which roles in other AWS accounts must trust."
  value       = aws_iam_role.function.arn
}

output "queue_url" {
  description = "URL of the work queue."
  value       = aws_sqs_queue.work.url
}

output "dead_letter_queue_url" {
  description = "URL of the queue of messages that failed every time."
  value       = aws_sqs_queue.dead_letters.url
}

output "stream_failure_queue_url" {
  description = "URL of the queue of stream batches that failed every time."
  value       = aws_sqs_queue.stream_failures.url
}

output "topic_arn" {
  description = "ARN of the SNS topic of notices: the one of this module, or the one given."
  value       = local.topic_arn
}

output "kms_key_arn" {
  description = "ARN of the KMS key that encrypts private keys in flight and the table."
  value       = local.kms_key_arn
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.function.name
}

output "users_policy_json" {
  description = "Example of an IAM policy for users who declare certificates. It allows them to write records, read statuses and invoke the function, and nothing else."
  value       = module.users.policy_json
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard; null without one."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}

output "acm_event_bus_arn" {
  description = "ARN of the event bus of ACM events: `event_bus_arn` of modules/acm-events."
  value       = "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"
}

output "function_policy_json" {
  description = "The IAM policy of the function's role, for a review, and for docs/guides/install.md."
  value       = local.function_policy
}
