locals {
  interval_hours = { minute = 1 / 60, hour = 1, day = 24 }

  schedules = merge({
    # The tick queues records that wait for longer than the longest delay of a message (15 minutes), and records that a crash
    # left. A late tick is useless, because the next one is near.
    tick = { expression = var.tick, age = 10 * 60, attempts = 3 }
    # The resync reads every record. Retries over hours are useful, because the next one is a day away.
    resync = { expression = var.schedule, age = 6 * 60 * 60, attempts = 30 }
    }, var.probe == "off" ? {} : {
    # A minute is the first delay after an import. A late probe is useless, because the next one is near.
    probe = { expression = "rate(1 minute)", age = 60, attempts = 0 }
  })

  schedule_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Invoke", Effect = "Allow", Action = "lambda:InvokeFunction", Resource = local.arn.function },
      { Sid = "DeadLetters", Effect = "Allow", Action = "sqs:SendMessage", Resource = local.arn.dead_letters },
    ]
  })
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                = "${var.name}-${each.key}"
  description         = "certloop: {\"action\":\"${each.key}\"}"
  schedule_expression = each.value.expression

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.controller.arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({ action = each.key })

    retry_policy {
      maximum_event_age_in_seconds = each.value.age
      maximum_retry_attempts       = each.value.attempts
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

# The schedules invoke the function asynchronously, and Lambda retries a failed invocation twice. Without this destination, only
# the alarm silence would report a failed resync, a day later.
resource "aws_lambda_function_event_invoke_config" "controller" {
  function_name                = aws_lambda_function.controller.function_name
  maximum_event_age_in_seconds = 60 * 60
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }

  # Lambda checks that the role may send there.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_iam_role" "schedule" {
  name                 = "${var.name}-schedule"
  description          = "certloop: EventBridge Scheduler invokes the function ${var.name}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Schedules of other accounts must not borrow it.
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name   = "invoke"
  role   = aws_iam_role.schedule.id
  policy = local.schedule_policy
}
