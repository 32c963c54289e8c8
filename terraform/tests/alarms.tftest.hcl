# Alarms and the dashboard.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
}

run "alarms" {
  assert {
    condition = { for a in aws_cloudwatch_metric_alarm.this : a.alarm_name => jsonencode([
      a.namespace, a.metric_name, a.statistic, a.comparison_operator, a.threshold, a.period, a.evaluation_periods, a.treat_missing_data])
      } == {
      certloop-days-to-expiry  = jsonencode(["certloop", "MinimumDaysToExpiry", "Minimum", "LessThanThreshold", 7, 3600, 1, "missing"])
      certloop-not-ready       = jsonencode(["certloop", "LongestNotReady", "Maximum", "GreaterThanThreshold", 86400, 3600, 1, "missing"])
      certloop-overdue         = jsonencode(["certloop", "OldestOverdue", "Maximum", "GreaterThanThreshold", 3600, 3600, 1, "missing"])
      certloop-dead-letters    = jsonencode(["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", "GreaterThanThreshold", 0, 300, 1, "notBreaching"])
      certloop-stream-failures = jsonencode(["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", "GreaterThanThreshold", 0, 300, 1, "notBreaching"])
      certloop-stream-age      = jsonencode(["AWS/Lambda", "IteratorAge", "Maximum", "GreaterThanThreshold", 900000, 300, 3, "notBreaching"])
      certloop-errors          = jsonencode(["AWS/Lambda", "Errors", "Sum", "GreaterThanThreshold", 2, 900, 2, "notBreaching"])
      certloop-issuances       = jsonencode(["certloop", "CertificatesIssued", "Sum", "GreaterThanThreshold", 100, 86400, 1, "notBreaching"])
      certloop-throttles       = jsonencode(["AWS/Lambda", "Throttles", "Sum", "GreaterThanThreshold", 0, 300, 3, "notBreaching"])

      certloop-days-to-expiry-served = jsonencode(["certloop", "MinimumDaysToExpiryServed", "Minimum", "LessThanThreshold", 7, 3600, 1, "missing"])
      certloop-not-served            = jsonencode(["certloop", "EndpointsNotCurrent", "Minimum", "GreaterThanThreshold", 0, 3600, 1, "missing"])
      certloop-unreachable           = jsonencode(["certloop", "EndpointsUnreachable", "Minimum", "GreaterThanThreshold", 0, 3600, 3, "missing"])
      certloop-probes-overdue        = jsonencode(["certloop", "OldestOverdueProbe", "Minimum", "GreaterThanThreshold", 3600, 3600, 1, "missing"])
      certloop-probes-silent         = jsonencode(["certloop", "Probes", "Sum", "LessThanThreshold", 1, 3600, 2, "notBreaching"])
    }
    error_message = "An alarm watches something else, or at another threshold."
  }

  assert {
    condition = { for k, a in aws_cloudwatch_metric_alarm.this : k => a.dimensions } == {
      days-to-expiry  = tomap({ Table = "certloop" })
      not-ready       = tomap({ Table = "certloop" })
      overdue         = tomap({ Table = "certloop" })
      dead-letters    = tomap({ QueueName = "certloop-dead-letters" })
      stream-failures = tomap({ QueueName = "certloop-stream-failures" })
      stream-age      = tomap({ FunctionName = "certloop" })
      errors          = tomap({ FunctionName = "certloop" })
      throttles       = tomap({ FunctionName = "certloop" })
      issuances       = tomap({ Table = "certloop" })

      days-to-expiry-served = tomap({ Table = "certloop" })
      not-served            = tomap({ Table = "certloop" })
      unreachable           = tomap({ Table = "certloop" })
      probes-overdue        = tomap({ Table = "certloop" })
      probes-silent         = tomap({ Table = "certloop" })
    }
    error_message = "An alarm watches another table, queue or function."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.silence[0].alarm_name == "certloop-silence" &&
      aws_cloudwatch_metric_alarm.silence[0].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.silence[0].threshold == 1 &&
      aws_cloudwatch_metric_alarm.silence[0].evaluation_periods == 26 && aws_cloudwatch_metric_alarm.silence[0].datapoints_to_alarm == 26 &&
      aws_cloudwatch_metric_alarm.silence[0].treat_missing_data == "breaching"
    )
    error_message = "26 hours without a resync, or without any word, must alarm."
  }

  assert {
    condition = [for q in aws_cloudwatch_metric_alarm.silence[0].metric_query : [q.id, q.expression] if q.return_data == true] == [["filled", "FILL(resyncs, 0)"]] && [
      for q in aws_cloudwatch_metric_alarm.silence[0].metric_query : [q.metric[0].namespace, q.metric[0].metric_name, q.metric[0].stat, q.metric[0].dimensions] if q.id == "resyncs"
    ] == [["certloop", "Resyncs", "Sum", tomap({ Table = "certloop" })]]
    error_message = "Silence must be the sum of resyncs, with none in an hour without data."
  }

  # PutMetricAlarm: periods below an hour over one day at most, others over seven.
  assert {
    condition = alltrue([for a in aws_cloudwatch_metric_alarm.this : a.period * a.evaluation_periods <= (a.period < 3600 ? 86400 : 604800)]) && alltrue([
      for q in aws_cloudwatch_metric_alarm.silence[0].metric_query : q.metric[0].period >= 3600 && q.metric[0].period * 26 <= 604800 if q.id == "resyncs"
    ])
    error_message = "CloudWatch does not evaluate that long a time."
  }

  assert {
    condition = alltrue([for a in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.silence) :
    a.alarm_actions == toset([aws_sns_topic.notices[0].arn]) && strcontains(a.alarm_description, "See docs/guides/operate.md, alarm ") && length(a.alarm_description) <= 1024])
    error_message = "Every alarm must notify the topic, and have a description of at most 1,024 characters."
  }
}

run "dashboard" {
  command = plan

  assert {
    condition = [for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : w.properties.title] == [
      "Alarms", "Days until the first certificate expires", "Certificates", "Failures by reason", "Reconciles by result",
      "Longest not ready, oldest overdue (seconds)", "Queue and dead letters", "Age of the oldest (seconds)",
      "From order to installed (seconds)", "Endpoints that do not serve their certificate",
      "Oldest overdue probe (seconds), probes in a quarter of an hour", "Invocations, errors, throttles", "Duration of an invocation (ms)", "Resyncs",
    ]
    error_message = "The dashboard shows something else."
  }

  assert {
    condition = [for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : w.properties.metrics[0][0].expression if w.properties.title == "Failures by reason"] == [
      "SEARCH('{certloop,Reason,Table} MetricName=\"Failures\" Table=\"certloop\"', 'Sum', 3600)",
    ]
    error_message = "Failures must be found by reason, of this table alone."
  }

  assert {
    condition     = [for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : sort([for arn in w.properties.alarms : split(":", arn)[6]]) if w.type == "alarm"] == [sort([for a in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.silence) : a.alarm_name])]
    error_message = "The dashboard must show every alarm."
  }

  # 24 columns; two widgets in one place would hide each other.
  assert {
    condition     = alltrue([for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : w.x + w.width <= 24]) && length(distinct([for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : "${w.x},${w.y}"])) == 14
    error_message = "Widgets lie over each other or beside the grid."
  }
}

run "other_thresholds_and_somebody_else_to_tell" {
  command = plan

  variables {
    schedule = "rate(2 days)"
    tick     = "rate(1 hour)"
    alarms = {
      actions                = ["arn:aws:sns:eu-central-1:123456789012:pager"]
      minimum_days_to_expiry = 3.5, not_ready_hours = 6, overdue_minutes = 90, silence_hours = 50, stream_age_minutes = 5, errors = 1, issued_per_day = 250, unreachable_endpoints = 4
    }
  }

  assert {
    condition = { for k, a in aws_cloudwatch_metric_alarm.this : k => a.threshold } == {
      days-to-expiry        = 3.5, not-ready = 21600, overdue = 5400, dead-letters = 0, stream-failures = 0, stream-age = 300000, errors = 0, throttles = 0, issuances = 250,
      days-to-expiry-served = 3.5, not-served = 0, unreachable = 4, probes-overdue = 5400, probes-silent = 1
    } && aws_cloudwatch_metric_alarm.silence[0].evaluation_periods == 50
    error_message = "The thresholds must be those that were asked for."
  }

  assert {
    condition     = alltrue([for a in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.silence) : a.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:pager"])])
    error_message = "Every alarm must notify the given actions."
  }
}

run "no_alarms" {
  command = plan

  variables {
    alarms = { enabled = false }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_cloudwatch_metric_alarm.silence) == 0
    error_message = "No alarm must be made."
  }

  assert {
    condition     = length([for w in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets : w if w.type == "alarm"]) == 0
    error_message = "The dashboard must not show alarms that are not there."
  }
}

run "no_dashboard" {
  command = plan

  variables {
    dashboard = false
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.this) == 0 && output.dashboard_name == null
    error_message = "No dashboard must be made."
  }
}

run "nobody_is_told" {
  command = plan

  variables {
    notifications = {}
  }

  expect_failures = [check.somebody_is_told]
}

run "nobody_is_told_of_alarms_either" {
  command = plan

  variables {
    notifications = { event_bus = "" }
    alarms        = { actions = [] }
  }

  expect_failures = [check.somebody_is_told]
}

# A failing check fails a run.
run "somebody_else_subscribes" {
  command = plan

  variables {
    notifications = { subscribed_elsewhere = true }
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "Nobody must be subscribed here."
  }
}

run "without_probes" {
  command = plan

  variables {
    probe = "off"
  }

  assert {
    condition = length(setintersection(keys(aws_cloudwatch_metric_alarm.this), [
    "days-to-expiry-served", "not-served", "unreachable", "probes-overdue", "probes-silent"])) == 0 && length(aws_cloudwatch_metric_alarm.this) == 9
    error_message = "Probes that are switched off must not alarm."
  }

  assert {
    condition = (
      !strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "Endpoints") && !strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "Probe") &&
      !strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, "Served") && length(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets) == 12
    )
    error_message = "The dashboard must not show probes that are switched off."
  }
}
