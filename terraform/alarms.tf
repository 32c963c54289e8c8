# A description has what is wrong and what to do. docs/guides/operate.md has more under the alarm's name, and
# docs/reference/metrics-and-alarms.md has the metrics.
locals {
  table_metrics  = { Table = var.name }
  lambda_metrics = { FunctionName = var.name }

  alarm_definitions = {
    days-to-expiry = {
      description = "A certificate expires in less than ${local.alarms.minimum_days_to_expiry} days and was not renewed. Find the CertificateStatus with the lowest not_after in the table ${var.name}; its name follows status#. Read its conditions, and follow the reason in docs/reference/reasons.md."
      namespace   = "certloop", metric = "MinimumDaysToExpiry", dimensions = local.table_metrics, statistic = "Minimum"
      below       = true, threshold = local.alarms.minimum_days_to_expiry, period = 3600, periods = 1
      missing     = "missing" # no certificate is installed, or no data: the alarm silence covers that
    }
    not-ready = {
      description = "A certificate has not been ready for more than ${local.alarms.not_ready_hours} hours. Find the CertificateStatus whose condition Ready is False since then in the table ${var.name}; its name follows status#. Follow its message and its reason in docs/reference/reasons.md. If the record is meant to stay as it is, set suspend in it."
      namespace   = "certloop", metric = "LongestNotReady", dimensions = local.table_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.not_ready_hours * 3600, period = 3600, periods = 1
      missing     = "missing"
    }
    overdue = {
      description = "A record has been due for more than ${local.alarms.overdue_minutes} minutes and was not reconciled. Check that the schedule ${var.name}-tick and the event source mapping of the queue are enabled. Then check the alarms errors and throttles. If the queue is only long, no action is needed."
      namespace   = "certloop", metric = "OldestOverdue", dimensions = local.table_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.overdue_minutes * 60, period = 3600, periods = 1
      missing     = "missing"
    }
    dead-letters = {
      description = "Requests for records, ticks or resyncs failed every time and are in the queue ${local.dead_letters}. Read the messages, and search ${local.log_group} for errors with the names in them. Fix the cause. Then start a resync, which reads every record, and purge the queue."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = local.dead_letters }
      below       = false, threshold = 0, period = 300, periods = 1
      missing     = "notBreaching" # SQS sends no data for a queue that was not used for hours
    }
    stream-failures = {
      description = "Batches of the table's stream failed every time. The queue ${local.stream_failures} has their positions. Search ${local.log_group} for errors and fix the cause. Then start a resync, which finds the missed changes, and purge the queue."
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = local.stream_failures }
      below       = false, threshold = 0, period = 300, periods = 1
      missing     = "notBreaching"
    }
    stream-age = {
      description = "Changes of records have waited in the stream for more than ${local.alarms.stream_age_minutes} minutes. Check the errors and throttles of the function ${var.name}. This alarm does not notice a disabled event source mapping."
      namespace   = "AWS/Lambda", metric = "IteratorAge", dimensions = local.lambda_metrics, statistic = "Maximum"
      below       = false, threshold = local.alarms.stream_age_minutes * 60 * 1000, period = 300, periods = 3
      missing     = "notBreaching" # nothing was written
    }
    issuances = {
      description = "More than ${local.alarms.issued_per_day} certificates were obtained in a day. If many records were created or changed, no action is needed. Otherwise find the records in the log ${local.log_group}, and the causes in the history of their statuses."
      namespace   = "certloop", metric = "CertificatesIssued", dimensions = local.table_metrics, statistic = "Sum"
      below       = false, threshold = local.alarms.issued_per_day, period = 86400, periods = 1
      missing     = "notBreaching" # none was obtained
    }
    errors = {
      description = "${local.alarms.errors} or more invocations of the function ${var.name} failed in 15 minutes, twice in a row. Read the log ${local.log_group}. Usual causes are a missing permission, key or variable. A record that fails does not count."
      namespace   = "AWS/Lambda", metric = "Errors", dimensions = local.lambda_metrics, statistic = "Sum"
      # A wait of Terraform that is not met is one failed invocation, which must not set off an alarm.
      below   = false, threshold = local.alarms.errors - 1, period = 900, periods = 2
      missing = "notBreaching"
    }
    throttles = {
      description = "Invocations of the function ${var.name} have been throttled for 15 minutes. Check the concurrent executions of the account in Lambda. Request a higher quota, or find the function that uses all of them."
      namespace   = "AWS/Lambda", metric = "Throttles", dimensions = local.lambda_metrics, statistic = "Sum"
      below       = false, threshold = 0, period = 300, periods = 3
      missing     = "notBreaching"
    }
  }

  # What the probes see. An endpoint counts only after 90 minutes or two probes, so no alarm is for the delays of CloudFront and load
  # balancers.
  probe_alarm_definitions = {
    days-to-expiry-served = {
      description = "An endpoint serves a certificate that expires in less than ${local.alarms.minimum_days_to_expiry} days. If the alarm days-to-expiry is raised too, follow that first. Otherwise ACM holds a newer certificate: run certloop report --format csv, find the lowest served_not_after, and run certloop describe with the name of that record."
      namespace   = "certloop", metric = "MinimumDaysToExpiryServed", dimensions = local.table_metrics, statistic = "Minimum"
      below       = true, threshold = local.alarms.minimum_days_to_expiry, period = 3600, periods = 1
      missing     = "missing" # no endpoint answers, or no data: the alarms probes-overdue and silence cover that
    }
    not-served = {
      description = "An endpoint does not serve the certificate that was imported more than 90 minutes ago, and served one of its record before. Find the records whose condition Served is False with certloop get -o wide, and run certloop describe with the name of one. Check which certificate the listener or distribution uses there."
      namespace   = "certloop", metric = "EndpointsNotCurrent", dimensions = local.table_metrics, statistic = "Minimum"
      below       = false, threshold = 0, period = 3600, periods = 1
      missing     = "missing"
    }
    unreachable = {
      description = "More than ${local.alarms.unreachable_endpoints} endpoints that served a certificate before have not answered for hours. Run certloop report --format csv, find the records with endpoints_unreachable, and run certloop describe with the name of one. If a name is not in use any more, remove it from the record, or set alarms.unreachable_endpoints."
      namespace   = "certloop", metric = "EndpointsUnreachable", dimensions = local.table_metrics, statistic = "Minimum"
      below       = false, threshold = local.alarms.unreachable_endpoints, period = 3600, periods = 3
      missing     = "missing"
    }
    probes-overdue = {
      description = "Endpoints have been due for a probe for more than ${local.alarms.overdue_minutes} minutes, so nobody knows what they serve. Check that the schedule ${var.name}-probe is enabled, and search the log ${local.log_group} for probe failed. certloop doctor checks both."
      namespace   = "certloop", metric = "OldestOverdueProbe", dimensions = local.table_metrics, statistic = "Minimum"
      below       = false, threshold = local.alarms.overdue_minutes * 60, period = 3600, periods = 1
      missing     = "missing" # the ticks write it: the alarms overdue and silence cover their absence
    }
    probes-silent = {
      description = "No probe was completed for two hours. Check that the schedule ${var.name}-probe is enabled, and invoke the function with {\"action\":\"probe\"} to see the error."
      namespace   = "certloop", metric = "Probes", dimensions = local.table_metrics, statistic = "Sum"
      below       = true, threshold = 1, period = 3600, periods = 2
      missing     = "notBreaching" # the ticks write 0, so that only a schedule that stopped is in alarm, and not a new installation
    }
  }

  alarm_definitions_used = merge(local.alarm_definitions, { for name, alarm in local.probe_alarm_definitions : name => alarm if var.probe != "off" })

  alarm_actions = local.alarms.actions == null ? [local.topic_arn] : local.alarms.actions
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.alarm_definitions_used : name => alarm if local.alarms.enabled }

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

# A controller that stopped sends no data, so missing data must set off this alarm. CloudWatch evaluates periods of an hour or
# more over at most seven days (API Reference, PutMetricAlarm, Period); 26 hours are 26 periods. FILL is needed because
# CloudWatch evaluates a few more periods where data is missing, and would count an older resync. Without any resync even FILL
# returns no data, which is breaching.
#
# After the first apply it is in alarm until the first resync is complete.
resource "aws_cloudwatch_metric_alarm" "silence" {
  count = local.alarms.enabled ? 1 : 0

  alarm_name          = "${var.name}-silence"
  alarm_description   = "No resync was completed for ${local.alarms.silence_hours} hours. The controller has probably stopped, and nothing is renewed. Check that the schedule ${var.name}-resync is enabled, and search ${local.log_group} for errors. Invoke the function with {\"action\":\"resync\"} to see the error. No action is needed in the first hour after installation. See docs/guides/operate.md, alarm silence."
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
