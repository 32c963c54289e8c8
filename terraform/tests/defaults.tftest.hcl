# What one gets who gives nothing but the archive.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
}

run "defaults" {
  # Everything has its name.
  assert {
    condition = [
      aws_dynamodb_table.records.name, aws_lambda_function.controller.function_name, aws_iam_role.function.name,
      aws_sqs_queue.work.name, aws_sns_topic.notices[0].name, aws_cloudwatch_dashboard.this[0].dashboard_name,
      aws_iam_role.schedule.name, aws_sqs_queue.dead_letters.name, aws_sqs_queue.stream_failures.name,
      aws_cloudwatch_log_group.function.name, aws_kms_alias.seal[0].name,
      aws_scheduler_schedule.this["tick"].name, aws_scheduler_schedule.this["resync"].name,
      ] == [
      "certloop", "certloop", "certloop",
      "certloop", "certloop", "certloop",
      "certloop-schedule", "certloop-dead-letters", "certloop-stream-failures",
      "/aws/lambda/certloop", "alias/certloop",
      "certloop-tick", "certloop-resync",
    ]
    error_message = "A resource has another name than the documents say."
  }

  assert {
    condition = {
      table_name     = output.table_name, function_name = output.function_name
      dashboard_name = output.dashboard_name, log_group_name = output.log_group_name
      } == {
      table_name     = "certloop", function_name = "certloop"
      dashboard_name = "certloop", log_group_name = "/aws/lambda/certloop"
    }
    error_message = "An output names another resource."
  }

  assert {
    condition = [output.table_arn, output.function_arn, output.role_arn, output.topic_arn, output.kms_key_arn, output.queue_url] == [
      aws_dynamodb_table.records.arn, aws_lambda_function.controller.arn, aws_iam_role.function.arn,
      aws_sns_topic.notices[0].arn, aws_kms_key.seal[0].arn, aws_sqs_queue.work.url,
    ]
    error_message = "An output is not the ARN or URL of its resource."
  }

  # The table is the one the store expects.
  assert {
    condition     = aws_dynamodb_table.records.hash_key == "name" && aws_dynamodb_table.records.range_key == "kind"
    error_message = "The key must be name and kind."
  }

  assert {
    condition = [for i in aws_dynamodb_table.records.global_secondary_index : [i.name, i.hash_key, i.range_key, i.projection_type]] == [
      ["due", "due", "due_at", "KEYS_ONLY"],
    ]
    error_message = "The index must be due on due and due_at, keys only."
  }

  assert {
    condition     = { for a in aws_dynamodb_table.records.attribute : a.name => a.type } == { name = "S", kind = "S", due = "S", due_at = "N" }
    error_message = "due_at must be a number, the other attributes strings."
  }

  assert {
    condition     = aws_dynamodb_table.records.stream_enabled && aws_dynamodb_table.records.stream_view_type == "KEYS_ONLY"
    error_message = "The stream must carry keys and nothing else."
  }

  assert {
    condition = (
      aws_dynamodb_table.records.point_in_time_recovery[0].enabled && aws_dynamodb_table.records.deletion_protection_enabled &&
      aws_dynamodb_table.records.server_side_encryption[0].kms_key_arn == aws_kms_key.seal[0].arn
    )
    error_message = "The table must be recoverable, protected against deletion and encrypted with the key."
  }

  assert {
    condition     = aws_dynamodb_table.records.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table must be paid by request."
  }

  # The function is the one the archive is made for.
  assert {
    condition = (
      aws_lambda_function.controller.runtime == "provided.al2023" && aws_lambda_function.controller.handler == "bootstrap" &&
      aws_lambda_function.controller.architectures == tolist(["arm64"])
    )
    error_message = "The function must run bootstrap on provided.al2023, arm64."
  }

  assert {
    condition     = aws_lambda_function.controller.memory_size == 512 && aws_lambda_function.controller.timeout == 330
    error_message = "The function must have 512 MB and 330 seconds: a wait of five minutes, and time to end."
  }

  assert {
    condition     = aws_lambda_function.controller.reserved_concurrent_executions == null || aws_lambda_function.controller.reserved_concurrent_executions == -1
    error_message = "The function must have no reserved concurrency."
  }

  assert {
    condition = aws_lambda_function.controller.environment[0].variables == tomap({
      CERTLOOP_TABLE         = "certloop"
      CERTLOOP_TABLE_ARN     = aws_dynamodb_table.records.arn
      CERTLOOP_INDEX         = "due"
      CERTLOOP_QUEUE_URL     = aws_sqs_queue.work.url
      CERTLOOP_KMS_KEY_ID    = aws_kms_key.seal[0].arn
      CERTLOOP_SECRET_PREFIX = "certloop"
      CERTLOOP_ROLE_ARN      = aws_iam_role.function.arn
      CERTLOOP_TOPIC_ARN     = aws_sns_topic.notices[0].arn
      CERTLOOP_LOG_LEVEL     = "info"
      CERTLOOP_NOTIFY        = "all"
      CERTLOOP_PROBE         = "public"

      CERTLOOP_MAILS_PER_HOUR = "10"
      CERTLOOP_EVENT_BUS      = "default"

      CERTLOOP_MIN_ISSUANCE_INTERVAL = "12h"
      CERTLOOP_CHECK_REVOCATION      = "true"
    })
    error_message = "The environment of the function has another content."
  }

  assert {
    condition = [for l in aws_lambda_function.controller.logging_config : [l.log_format, l.application_log_level, l.system_log_level, l.log_group]] == [
      ["JSON", "TRACE", "WARN", "/aws/lambda/certloop"],
    ]
    error_message = "Lambda must let every line of the function pass into the log group that is made here."
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 90
    error_message = "The log must be kept for 90 days."
  }

  assert {
    condition     = aws_lambda_function_recursion_config.controller.recursive_loop == "Allow"
    error_message = "Lambda must not stop the chain of function and queue."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.controller.maximum_retry_attempts == 2
    error_message = "A tick or resync that fails must be tried again."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.controller.destination_config[0].on_failure[0].destination == aws_sqs_queue.dead_letters.arn
    error_message = "A tick or resync that keeps failing must be noted in the dead-letter queue."
  }

  assert {
    condition     = length(aws_lambda_function.controller.vpc_config) == 0
    error_message = "The function must lie outside of any VPC."
  }

  # The stream invokes it for what users write.
  assert {
    condition = [for f in tolist(aws_lambda_event_source_mapping.stream.filter_criteria)[0].filter : jsondecode(f.pattern)] == [
      { dynamodb = { Keys = { kind = { S = ["Certificate", "Account", "Policy"] } } } },
    ]
    error_message = "Only certificates, accounts and policies may wake the function."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.stream.event_source_arn == aws_dynamodb_table.records.stream_arn &&
      aws_lambda_event_source_mapping.stream.starting_position == "TRIM_HORIZON" &&
      aws_lambda_event_source_mapping.stream.function_response_types == toset(["ReportBatchItemFailures"]) &&
      aws_lambda_event_source_mapping.stream.bisect_batch_on_function_error
    )
    error_message = "The mapping must read the stream from its beginning and let batches fail in part."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.stream.maximum_retry_attempts == 10 &&
      aws_lambda_event_source_mapping.stream.maximum_record_age_in_seconds == 3600 &&
      aws_lambda_event_source_mapping.stream.destination_config[0].on_failure[0].destination_arn == aws_sqs_queue.stream_failures.arn
    )
    error_message = "A record that always fails must be given up, and noted in the queue of stream failures."
  }

  # The queue feeds it.
  assert {
    condition = (
      aws_lambda_event_source_mapping.queue.function_response_types == toset(["ReportBatchItemFailures"]) &&
      aws_lambda_event_source_mapping.queue.scaling_config[0].maximum_concurrency == 5
    )
    error_message = "The mapping must let batches fail in part and bound its concurrency."
  }

  assert {
    condition     = aws_sqs_queue.work.visibility_timeout_seconds == 1980
    error_message = "The visibility timeout must be six times the function's timeout."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.work.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:certloop-dead-letters", maxReceiveCount = 5
    }
    error_message = "What failed five times must go to the dead letters."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dead_letters.redrive_allow_policy) == {
      redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:eu-central-1:123456789012:certloop"]
    }
    error_message = "Only the work queue may have its dead letters there."
  }

  assert {
    condition = alltrue([for q in [aws_sqs_queue.dead_letters, aws_sqs_queue.stream_failures] :
    q.message_retention_seconds == 14 * 24 * 3600 && q.sqs_managed_sse_enabled]) && aws_sqs_queue.work.sqs_managed_sse_enabled
    error_message = "Queues must be encrypted, and what failed be kept for 14 days."
  }

  # The schedules call it.
  assert {
    condition = { for k, s in aws_scheduler_schedule.this : k => [s.schedule_expression, jsondecode(s.target[0].input)] } == {
      tick   = ["rate(15 minutes)", { action = "tick" }]
      resync = ["rate(1 day)", { action = "resync" }]
      probe  = ["rate(1 minute)", { action = "probe" }]
    }
    error_message = "There must be a tick every quarter of an hour, a resync every day and a probe every minute."
  }

  assert {
    condition = alltrue([for s in aws_scheduler_schedule.this :
      s.target[0].arn == aws_lambda_function.controller.arn && s.target[0].role_arn == aws_iam_role.schedule.arn &&
      s.target[0].dead_letter_config[0].arn == aws_sqs_queue.dead_letters.arn && (s.target[0].retry_policy[0].maximum_retry_attempts > 0) == (s.name != "certloop-probe")
    ])
    error_message = "A schedule must invoke the function by its own role, and send to the dead letters if it cannot."
  }

  # The key outlives a mistake.
  assert {
    condition     = aws_kms_key.seal[0].enable_key_rotation && aws_kms_key.seal[0].deletion_window_in_days == 30
    error_message = "The key must be rotated, and wait 30 days before it is deleted."
  }

  assert {
    condition     = aws_kms_alias.seal[0].target_key_id == aws_kms_key.seal[0].key_id
    error_message = "The alias must point to the key."
  }
}
