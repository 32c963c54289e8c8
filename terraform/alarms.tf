# Each alarm says what is wrong and what to do; more stands in docs/guides/operate.md under the alarm's name. What the metrics
# of the namespace certloop mean stands there too.
locals {
  table_metrics  = { Table = var.name }
  lambda_metrics = { FunctionName = var.name }

  alarm_definitions = {
    days-to-expiry = {
      description = "A certificate expires in less than ${local.alarms.minimum_days_to_expiry} days and was not renewed. The CertificateStatus with the lowest not_after in the table ${var.name} names it, after status#: its conditions say why, and docs/reference/reasons.md what to do."
      namespace   = "certloop", metric = "MinimumDaysToExpiry", dimensions = local.table_metrics, statistic = "Minimum"
      below       = true, threshold = local.alarms.minimum_days_to_expiry, period = 3600, periods = 1
      missing     = "missing" # nothing is installed, or nobody says: the alarm silence is for that
    }
    not-ready = {
      description = "A certificate has not been ready for more than ${local.alarms.not_ready_hours} hours. The CertificateStatus whose Ready condition is False since then, in the table ${var.name}, names it, after status#: its message says what to do, and docs/reference/reasons.md more. Where it is to stay as it is, set suspend in its record."
      namespace   = "certloop", metric = "LongestNotReady", dimensions = local.table_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.not_ready_hours * 3600, period = 3600, periods = 1
      missing     = "missing"
    }
    overdue = {
      description = "A record has been due for more than ${local.alarms.overdue_minutes} minutes and was not looked at. Look whether the schedule ${var.name}-tick is enabled and the queue's event source mapping too; then at the alarms errors and throttles. A queue that is long, with all else well, is worked off by itself."
      namespace   = "certloop", metric = "OldestOverdue", dimensions = local.table_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.overdue_minutes * 60, period = 3600, periods = 1
      missing     = "missing"
    }
    dead-letters = {
      description = "Requests for records, ticks or resyncs failed every time and lie in the queue ${local.dead_letters}. Look at the messages, and for errors in ${local.log_group} with the names in them; mend the cause; then invoke a resync, which looks at every record, and purge the queue."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = local.dead_letters }
      below       = false, threshold = 0, period = 300, periods = 1
      missing     = "notBreaching" # SQS says nothing of a queue that nobody has used for hours
    }
    stream-failures = {
      description = "Changes of records could not be taken from the stream; the queue ${local.stream_failures} says which batches. Look for errors in ${local.log_group}, mend the cause, invoke a resync, and purge the queue: the resync finds what was missed."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = local.stream_failures }
      below       = false, threshold = 0, period = 300, periods = 1
      missing     = "notBreaching"
    }
    stream-age = {
      description = "Changes of records wait for more than ${local.alarms.stream_age_minutes} minutes to be noticed. Look at errors and throttles of the function ${var.name}. A mapping that is disabled shows nothing here: nobody reads the stream then."
      namespace   = "AWS/Lambda", metric = "IteratorAge", dimensions = local.lambda_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.stream_age_minutes * 60 * 1000, period = 300, periods = 3
      missing     = "notBreaching" # nothing was written
    }
    issuances = {
      description = "More than ${local.alarms.issued_per_day} certificates were obtained in a day. After a great many new or changed records this is normal; else something asks for certificates again and again: the log ${local.log_group} says which records, and the history in their status why."
      namespace   = "certloop", metric = "CertificatesIssued", dimensions = local.table_metrics, statistic = "Sum"
      below       = false, threshold = local.alarms.issued_per_day, period = 86400, periods = 1
      missing     = "notBreaching" # none was obtained
    }
    errors = {
      description = "Invocations of the function ${var.name} keep failing: ${local.alarms.errors} or more in 15 minutes, twice in a row. The log ${local.log_group} says why. A record that fails is no such error; a right, a key or a variable that is missing may be."
      namespace   = "AWS/Lambda", metric = "Errors", dimensions = local.lambda_metrics, statistic = "Sum"
      # A wait of Terraform or the CLI that is not met is an error of one invocation, and no reason to wake anybody.
      below   = false, threshold = local.alarms.errors - 1, period = 900, periods = 2
      missing = "notBreaching"
    }
    throttles = {
      description = "Invocations of the function ${var.name} are throttled for a quarter of an hour. Look at the account's concurrent executions in Lambda: ask for a higher quota, or find the function that takes them all."
      namespace   = "AWS/Lambda", metric = "Throttles", dimensions = local.lambda_metrics, statistic = "Sum"
      below       = false, threshold = 0, period = 300, periods = 3
      missing     = "notBreaching"
    }
  }

  alarm_actions = local.alarms.actions == null ? [local.topic_arn] : local.alarms.actions
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarm_definitions : name => alarm if local.alarms.enabled }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} See docs/guides/operate.md, alarm ${each.key}."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = local.alarm_actions
  tags                = var.tags
}

# A controller that stopped says nothing, so that silence itself must alarm. CloudWatch takes periods of an hour or more
# over seven days at most (API Reference, PutMetricAlarm, Period); 26 hours are 26 of them. FILL, since CloudWatch looks
# at somewhat more than these periods where data are missing, and would count an older resync for one of them; without
# any resync at all even FILL gives nothing, which is breaching.
#
# After the first apply it is in alarm until the first resync is through.
resource "aws_cloudwatch_metric_alarm" "silence" {
  count = local.alarms.enabled ? 1 : 0

  alarm_name          = "${var.name}-silence"
  alarm_description   = "No resync was completed for ${local.alarms.silence_hours} hours: the controller stands still and nothing is renewed. Look whether the schedule ${var.name}-resync is enabled, then for errors in ${local.log_group}; invoke the function with {\"action\":\"resync\"} to see the error itself. Normal for the first hour after installation. See docs/guides/operate.md, alarm silence."
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = local.alarms.silence_hours
  datapoints_to_alarm = local.alarms.silence_hours
  treat_missing_data  = "breaching"
  alarm_actions       = local.alarm_actions
  tags                = var.tags

  metric_query {
    id          = "filled"
    expression  = "FILL(resyncs, 0)"
    label       = "Resyncs in an hour"
    return_data = true
  }

  metric_query {
    id = "resyncs"

    metric {
      namespace   = "certloop"
      metric_name = "Resyncs"
      dimensions  = local.table_metrics
      stat        = "Sum"
      period      = 3600
    }
  }
}
