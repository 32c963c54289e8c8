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
      CERTLOOP_ROLE_ARN      = aws_iam_role.function.arn
      CERTLOOP_LOG_LEVEL     = local.log.level
      CERTLOOP_NOTIFY        = local.notifications.on
      CERTLOOP_PROBE         = var.probe

      CERTLOOP_MAILS_PER_HOUR        = tostring(local.notifications.mails_per_hour)
      CERTLOOP_MIN_ISSUANCE_INTERVAL = var.min_issuance_interval
      CERTLOOP_CHECK_REVOCATION      = tostring(var.check_revocation)
    },
    local.notifications.event_bus == "" ? {} : { CERTLOOP_EVENT_BUS = local.notifications.event_bus },
    local.encryption.secrets_key_arn == null ? {} : { CERTLOOP_SECRETS_KEY_ID = local.encryption.secrets_key_arn },
  )
}

# The name of the archive's first entry stands behind the 30 bytes of a ZIP local file header, character 40 in base64.
locals {
  archive_begins       = try(base64decode(substr(filebase64(local.package.path), 40, 12)), "")
  archive_should_begin = { arm64 = "arch-arm6", x86_64 = "arch-amd6" }[var.architecture]
}

# Before the function: Lambda would make a group that is kept for ever and that Terraform does not know.
resource "aws_cloudwatch_log_group" "function" {
  name              = local.log_group
  retention_in_days = local.log.retention_days
  kms_key_id        = local.encryption.log_key_arn
  tags              = var.tags
}

# No X-Ray tracing: the function writes no segments of its own, and a log line an effect says more; it would need rights.
# No reserved concurrency: leases keep two invocations off one record, and a reserve would throttle the stream.
resource "aws_lambda_function" "controller" {
  function_name = var.name
  description   = "certloop: keeps the certificates that the table ${var.name} asks for installed in ACM"
  role          = aws_iam_role.function.arn
  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = local.function.memory_size
  timeout       = local.function.timeout

  code_signing_config_arn = local.function.code_signing_config_arn

  tags = var.tags

  filename          = local.package.path
  source_code_hash  = local.package.path == null ? null : filebase64sha256(local.package.path)
  s3_bucket         = local.package.s3_bucket
  s3_key            = local.package.s3_key
  s3_object_version = local.package.s3_object_version

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

  lifecycle {
    precondition {
      condition     = local.function.code_signing_config_arn == null || local.package.s3_bucket != null
      error_message = "function.code_signing_config_arn needs a signed archive, and AWS Signer signs objects in S3: write package.s3_bucket and package.s3_key of what it made."
    }

    # `make package` begins the archive with an empty file arch-arm64 or arch-amd64. Of an archive without it nothing is known.
    precondition {
      condition     = !startswith(local.archive_begins, "arch-") || local.archive_begins == local.archive_should_begin
      error_message = "package.path ${try(coalesce(local.package.path), "")} is not built for architecture = \"${var.architecture}\": write the archive for ${var.architecture}, or architecture = \"${var.architecture == "arm64" ? "x86_64" : "arm64"}\"."
    }

    # An archive in S3 cannot be read at plan. Its key usually has the name of the file.
    precondition {
      condition     = !endswith(try(coalesce(local.package.s3_key), ""), var.architecture == "arm64" ? "certloop-lambda-amd64.zip" : "certloop-lambda-arm64.zip")
      error_message = "package.s3_key ${try(coalesce(local.package.s3_key), "")} is not built for architecture = \"${var.architecture}\": correct one of the two."
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
