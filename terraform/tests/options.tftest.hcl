# What can be chosen, and what follows from it.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
}

run "archive_on_this_machine" {
  command = plan

  assert {
    condition = (
      aws_lambda_function.controller.filename == "tests/function.zip" &&
      aws_lambda_function.controller.source_code_hash == filebase64sha256("tests/function.zip") &&
      aws_lambda_function.controller.s3_bucket == null
    )
    error_message = "The function must be made of the file, and change with its content."
  }
}

run "archive_in_s3" {
  command = plan

  variables {
    package = { s3_bucket = "releases", s3_key = "certloop/lambda.zip", s3_object_version = "v1" }
  }

  assert {
    condition = (
      aws_lambda_function.controller.s3_bucket == "releases" && aws_lambda_function.controller.s3_key == "certloop/lambda.zip" &&
      aws_lambda_function.controller.s3_object_version == "v1" && aws_lambda_function.controller.filename == null
    )
    error_message = "The function must be made of the object, in its version."
  }
}

run "a_topic_and_a_key_that_are_there_already" {
  command = plan

  variables {
    kms_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    notifications = { topic_arn = "arn:aws:sns:eu-central-1:123456789012:ops", emails = ["ops@example.com"], event_bus = "" }
  }

  assert {
    condition     = length(aws_kms_key.seal) == 0 && length(aws_kms_alias.seal) == 0 && length(aws_sns_topic.notices) == 0
    error_message = "No key, alias and topic must be made."
  }

  assert {
    condition = (
      output.kms_key_arn == var.kms_key_arn && aws_dynamodb_table.records.server_side_encryption[0].kms_key_arn == var.kms_key_arn &&
      output.topic_arn == var.notifications.topic_arn && aws_sns_topic_subscription.email["ops@example.com"].topic_arn == var.notifications.topic_arn
    )
    error_message = "Table and outputs must have the given key, outputs and subscription the given topic."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Resource if contains(["Seal", "ServiceTableKey", "PublishNotices"], s.Sid)] == [
      var.kms_key_arn, var.notifications.topic_arn, var.kms_key_arn,
    ]
    error_message = "The function must have its rights on the given key and topic."
  }

  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.this : a.alarm_actions == toset([var.notifications.topic_arn])])
    error_message = "Alarms must notify the given topic."
  }

  assert {
    condition     = !contains([for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid], "PutNotices")
    error_message = "Without a bus there must be no right to put events."
  }
}

run "mail_and_events" {
  variables {
    notifications = { emails = ["a@example.com", "b@example.com"], event_bus = "", on = "failures", mails_per_hour = 25 }
  }

  assert {
    condition = (
      aws_lambda_function.controller.environment[0].variables["CERTLOOP_NOTIFY"] == "failures" &&
      aws_lambda_function.controller.environment[0].variables["CERTLOOP_MAILS_PER_HOUR"] == "25"
    )
    error_message = "The function must know which notices are mailed, and how many one by one."
  }

  assert {
    condition = [for s in aws_sns_topic_subscription.email : [s.endpoint, s.protocol, s.topic_arn]] == [
      ["a@example.com", "email", aws_sns_topic.notices[0].arn], ["b@example.com", "email", aws_sns_topic.notices[0].arn],
    ]
    error_message = "Each address must be subscribed to the topic."
  }

  assert {
    condition     = !contains(keys(aws_lambda_function.controller.environment[0].variables), "CERTLOOP_EVENT_BUS")
    error_message = "Without a bus the function must know none."
  }

  assert {
    condition     = aws_sns_topic.notices[0].kms_master_key_id == null
    error_message = "CloudWatch could not publish to a topic that is encrypted with the key."
  }
}

run "another_size_and_place" {
  command = plan

  variables {
    name                 = "tls-prod"
    architecture         = "x86_64"
    function             = { memory_size = 1024, timeout = 900, maximum_concurrency = 20 }
    log                  = { retention_days = 0, level = "debug" }
    schedule             = "cron(30 3 * * ? *)"
    tick                 = "rate(5 minutes)"
    probe                = "off"
    vpc                  = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
    deletion_protection  = false
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
    tags                 = { team = "tls" }
    hosted_zones         = { "*" = [] }
  }

  assert {
    condition = (
      aws_lambda_function.controller.architectures == tolist(["x86_64"]) && aws_lambda_function.controller.memory_size == 1024 &&
      aws_lambda_function.controller.timeout == 900 && aws_sqs_queue.work.visibility_timeout_seconds == 5400 &&
      aws_lambda_event_source_mapping.queue.scaling_config[0].maximum_concurrency == 20
    )
    error_message = "The function must have the size that was asked for, and the queue wait six times as long."
  }

  assert {
    condition = (
      aws_lambda_function.controller.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) &&
      aws_lambda_function.controller.vpc_config[0].security_group_ids == toset(["sg-1"])
    )
    error_message = "The function must lie in the VPC."
  }

  assert {
    condition     = [for k in ["resync", "tick"] : aws_scheduler_schedule.this[k].schedule_expression] == ["cron(30 3 * * ? *)", "rate(5 minutes)"]
    error_message = "The schedules must be those that were asked for."
  }

  assert {
    condition     = !contains(keys(aws_scheduler_schedule.this), "probe") && aws_lambda_function.controller.environment[0].variables["CERTLOOP_PROBE"] == "off"
    error_message = "Nothing must be probed where probes are switched off."
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 0 && !aws_dynamodb_table.records.deletion_protection_enabled
    error_message = "The log must be kept for ever, and the table be deletable."
  }

  assert {
    condition     = alltrue([for r in [aws_iam_role.function, aws_iam_role.schedule] : r.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"])
    error_message = "Both roles must have the boundary."
  }

  assert {
    condition = alltrue([for tags in [
      aws_dynamodb_table.records.tags, aws_lambda_function.controller.tags, aws_iam_role.function.tags, aws_iam_role.schedule.tags,
      aws_sqs_queue.work.tags, aws_sqs_queue.dead_letters.tags, aws_sqs_queue.stream_failures.tags, aws_kms_key.seal[0].tags,
      aws_sns_topic.notices[0].tags, aws_cloudwatch_log_group.function.tags, aws_cloudwatch_metric_alarm.silence[0].tags,
      aws_cloudwatch_metric_alarm.this["errors"].tags, aws_lambda_event_source_mapping.stream.tags, aws_lambda_event_source_mapping.queue.tags,
    ] : tags == tomap({ team = "tls" })])
    error_message = "Everything that can have tags must have them."
  }
}

run "further_variables_of_the_function" {
  variables {
    environment = { CERTLOOP_RESOLVERS = "10.0.0.2:53", SSL_CERT_FILE = "/etc/ssl/cert.pem" }
  }

  assert {
    condition = (
      aws_lambda_function.controller.environment[0].variables["CERTLOOP_RESOLVERS"] == "10.0.0.2:53" &&
      aws_lambda_function.controller.environment[0].variables["SSL_CERT_FILE"] == "/etc/ssl/cert.pem" &&
      aws_lambda_function.controller.environment[0].variables["CERTLOOP_TABLE"] == "certloop"
    )
    error_message = "They must be added to those that the module sets."
  }
}

run "another_interval_between_certificates" {
  command = plan

  variables {
    min_issuance_interval = "90m"
  }

  assert {
    condition     = aws_lambda_function.controller.environment[0].variables["CERTLOOP_MIN_ISSUANCE_INTERVAL"] == "90m"
    error_message = "The function must have the interval that was asked for."
  }
}

run "no_checks_of_revocation" {
  command = plan

  variables {
    check_revocation = false
  }

  assert {
    condition     = aws_lambda_function.controller.environment[0].variables["CERTLOOP_CHECK_REVOCATION"] == "false"
    error_message = "The function must not ask whether certificates are revoked."
  }
}

run "a_signed_archive" {
  command = plan

  variables {
    package  = { s3_bucket = "releases", s3_key = "signed/1.zip" }
    function = { code_signing_config_arn = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdef0" }
  }

  assert {
    condition     = aws_lambda_function.controller.code_signing_config_arn == var.function.code_signing_config_arn && aws_lambda_function.controller.memory_size == 512
    error_message = "Lambda must check the signature, and the rest of function keep its defaults."
  }
}

run "attributes_that_are_null_have_their_defaults" {
  command = plan

  variables {
    alarms   = { enabled = null, errors = "5", silence_hours = null }
    log      = { level = null, retention_days = null }
    function = { timeout = null, memory_size = "1024" }
    package  = { path = "tests/function.zip", s3_key = null }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["errors"].threshold == 4 && aws_cloudwatch_metric_alarm.silence[0].evaluation_periods == 26 &&
      aws_cloudwatch_log_group.function.retention_in_days == 90 && aws_lambda_function.controller.timeout == 330 && aws_lambda_function.controller.memory_size == 1024
    )
    error_message = "null must mean the default, and a number in quotes its value."
  }
}

run "events_of_acm_wake_the_function" {
  assert {
    condition     = { for k, r in aws_cloudwatch_event_rule.acm : k => r.name } == { changes = "certloop-acm-changes", expiry = "certloop-acm-expiry" }
    error_message = "There must be a rule for changes and one for the end."
  }
  assert {
    condition = jsonencode(jsondecode(aws_cloudwatch_event_rule.acm["changes"].event_pattern)) == jsonencode({
      source = ["aws.acm"], detail-type = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["acm.amazonaws.com"]
        eventName   = ["AddTagsToCertificate", "DeleteCertificate", "ImportCertificate", "RemoveTagsFromCertificate"]
        "$or" = [
          { userIdentity = { sessionContext = { sessionIssuer = { arn = [{ anything-but = ["arn:aws:iam::123456789012:role/certloop"] }] } } } },
          { userIdentity = { sessionContext = { sessionIssuer = { arn = [{ exists = false }] } } } },
        ]
      }
    })
    error_message = "What others change must wake it, and not what it changes itself."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.acm["expiry"].event_pattern).detail == { DaysToExpiry = [{ numeric = ["<=", 7] }] }
    error_message = "ACM's daily reminders must not wake it from 45 days before the end on."
  }
  assert {
    condition = alltrue([for k, p in aws_lambda_permission.acm :
      p.principal == "events.amazonaws.com" && p.source_arn == aws_cloudwatch_event_rule.acm[k].arn && aws_cloudwatch_event_target.acm[k].arn == aws_lambda_function.controller.arn
    && aws_cloudwatch_event_target.acm[k].dead_letter_config[0].arn == aws_sqs_queue.dead_letters.arn])
    error_message = "These rules alone may invoke the function, and what cannot be delivered goes to the dead letters."
  }
  assert {
    condition     = output.acm_event_bus_arn == "arn:aws:events:eu-central-1:123456789012:event-bus/default"
    error_message = "The bus is another one."
  }
}

run "no_events_of_acm" {
  command = plan

  variables {
    acm_events = false
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.acm) == 0 && length(aws_cloudwatch_event_target.acm) == 0 && length(aws_lambda_permission.acm) == 0
    error_message = "No rule must be made."
  }
}
