locals {
  dashboard = templatefile("${path.module}/dashboard.json.tftpl", {
    name                   = var.name
    region                 = local.region
    dead_letters           = local.dead_letters
    stream_failures        = local.stream_failures
    minimum_days_to_expiry = local.alarms.minimum_days_to_expiry
    not_ready_seconds      = local.alarms.not_ready_hours * 3600
    probes                 = var.probe != "off"
    overdue_seconds        = local.alarms.overdue_minutes * 60
    # ARNs of alarms are made from names: in a plan for a new deployment the dashboard can be read, too.
    alarms = local.alarms.enabled ? [for alarm in concat(keys(local.alarm_definitions_used), ["silence"]) :
    "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${alarm}"] : []
  })
}

# What is installed, what fails and why, what waits, and whether the controller runs.
resource "aws_cloudwatch_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  dashboard_name = var.name
  dashboard_body = local.dashboard
}
