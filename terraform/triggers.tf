# The stream starts a pass when a record changes. The resync finds records whose events were lost.
resource "aws_lambda_event_source_mapping" "stream" {
  function_name     = aws_lambda_function.controller.arn
  event_source_arn  = aws_dynamodb_table.records.stream_arn
  starting_position = "TRIM_HORIZON" # LATEST may miss what is written while the mapping is made
  batch_size        = 100
  tags              = var.tags

  # Only what users and administrators write: the controller's own writes would wake it again.
  filter_criteria {
    filter {
      pattern = jsonencode({ dynamodb = { Keys = { kind = { S = ["Certificate", "Account", "Policy"] } } } })
    }
  }

  # By default a record that always fails holds its shard up for a day.
  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = 10
  maximum_record_age_in_seconds  = 60 * 60

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.stream_failures.arn
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

# The queue feeds the loop with names.
resource "aws_lambda_event_source_mapping" "queue" {
  function_name           = aws_lambda_function.controller.arn
  event_source_arn        = aws_sqs_queue.work.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  tags                    = var.tags

  # Bounds the calls to the CA, and to ACM, which takes one import a second.
  scaling_config {
    maximum_concurrency = local.function.maximum_concurrency
  }

  depends_on = [aws_iam_role_policy.function, aws_lambda_function_recursion_config.controller]
}
