locals {
  # Everything in cmd/bootstrap/variables.go that follows from what is made here; the rest is the user's (var.environment).
  # A test holds that each variable is in one of the two.
  environment = merge(
    var.environment,
    {
      CERTLOOP_TABLE         = aws_dynamodb_table.records.name
      CERTLOOP_TABLE_ARN     = aws_dynamodb_table.records.arn
      CERTLOOP_INDEX         = "due"
      CERTLOOP_QUEUE_URL     = aws_sqs_queue.work.url
      CERTLOOP_KMS_KEY_ID    = local.kms_key_arn
      CERTLOOP_SECRET_PREFIX = var.name
      CERTLOOP_TOPIC_ARN     = local.topic_arn
      CERTLOOP_LOG_LEVEL     = var.log.level

      CERTLOOP_MIN_ISSUANCE_INTERVAL = var.min_issuance_interval
    },
    var.notifications.event_bus == "" ? {} : { CERTLOOP_EVENT_BUS = var.notifications.event_bus },
  )
}

# Before the function: Lambda would make a group that is kept for ever and that Terraform does not know.
resource "aws_cloudwatch_log_group" "function" {
  name              = local.log_group
  retention_in_days = var.log.retention_days
  tags              = var.tags
}

# No reserved concurrency: leases keep two invocations off one record, and a reserve would throttle the stream.
resource "aws_lambda_function" "controller" {
  function_name = var.name
  description   = "certloop: keeps the certificates that the table ${var.name} asks for installed in ACM"
  role          = aws_iam_role.function.arn
  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = var.function.memory_size
  timeout       = var.function.timeout
  tags          = var.tags

  filename          = var.package.path
  source_code_hash  = var.package.path == null ? null : filebase64sha256(var.package.path)
  s3_bucket         = var.package.s3_bucket
  s3_key            = var.package.s3_key
  s3_object_version = var.package.s3_object_version

  environment {
    variables = local.environment
  }

  # Lambda filters nothing: the function itself leaves out what is below log.level, and a line of the embedded metric
  # format counts as INFO, so that any filter above that would switch the metrics off, and with them the alarms.
  logging_config {
    log_group             = aws_cloudwatch_log_group.function.name
    log_format            = "JSON"
    application_log_level = "TRACE"
    system_log_level      = "WARN"
  }

  dynamic "vpc_config" {
    for_each = var.vpc[*]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # In a VPC Lambda makes network interfaces by this policy, and after a destroy removes them by it.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

# Function and queue call each other on purpose. Lambda would stop the chain after some 16 rounds; the function bounds
# it by itself.
resource "aws_lambda_function_recursion_config" "controller" {
  function_name  = aws_lambda_function.controller.function_name
  recursive_loop = "Allow"
}
