locals {
  fortnight = 14 * 24 * 60 * 60 # the longest that SQS keeps a message

  plaintext_denied = { for key in ["queue", "dead_letters", "stream_failures"] : key => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyWithoutTLS"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.arn[key]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  }) }
}

# Names that need work.
resource "aws_sqs_queue" "work" {
  name                    = var.name
  sqs_managed_sse_enabled = true
  policy                  = local.plaintext_denied.queue
  tags                    = var.tags

  # Six times the function's timeout (Lambda Developer Guide, "Creating and configuring an Amazon SQS queue"): a message
  # must not come back while an invocation that was throttled before may still work on it.
  visibility_timeout_seconds = 6 * local.function.timeout

  redrive_policy = jsonencode({
    deadLetterTargetArn = local.arn.dead_letters
    maxReceiveCount     = 5
  })

  # SQS refuses a redrive policy whose target does not exist.
  depends_on = [aws_sqs_queue.dead_letters]
}

# Messages of the work queue that failed five times, and ticks and resyncs that could not be delivered or kept failing.
# Nothing is lost with one, because the next resync reads every record. An operator should find the cause.
resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letters
  message_retention_seconds = local.fortnight
  sqs_managed_sse_enabled   = true
  policy                    = local.plaintext_denied.dead_letters
  tags                      = var.tags

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arn.queue]
  })
}

# Batches of the stream that failed: shard and sequence numbers, not the records themselves.
resource "aws_sqs_queue" "stream_failures" {
  name                      = local.stream_failures
  message_retention_seconds = local.fortnight
  sqs_managed_sse_enabled   = true
  policy                    = local.plaintext_denied.stream_failures
  tags                      = var.tags
}
