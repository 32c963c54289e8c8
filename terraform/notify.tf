locals {
  own_topic = var.notifications.topic_arn == null
  topic_arn = local.own_topic ? aws_sns_topic.notices[0].arn : var.notifications.topic_arn

  # The bus in the function's policy; a name is one of this account and region.
  event_bus_arn = (
    var.notifications.event_bus == "" ? null :
    startswith(var.notifications.event_bus, "arn:") ? var.notifications.event_bus :
    "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/${var.notifications.event_bus}"
  )

  topic_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The function needs no mention: it may publish by its own policy.
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.arn.own_topic
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "DenyWithoutTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.arn.own_topic
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# What people are told: notices of the function, and alarms. It is not encrypted with the KMS key: CloudWatch would have
# to be let use that key, which opens private keys in flight, or the alarms would be silent. A notice holds no secret.
resource "aws_sns_topic" "notices" {
  count = local.own_topic ? 1 : 0

  name         = var.name
  display_name = "certloop"
  policy       = local.topic_policy
  tags         = var.tags
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.notifications.emails)

  topic_arn = local.topic_arn
  protocol  = "email"
  endpoint  = each.value
}
