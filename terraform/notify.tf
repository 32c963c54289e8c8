locals {
  own_topic = local.notifications.topic_arn == null
  topic_arn = local.own_topic ? aws_sns_topic.notices[0].arn : local.notifications.topic_arn

  # The bus in the function's policy; a name is one of this account and region.
  event_bus_arn = (
    local.notifications.event_bus == "" ? null :
    startswith(local.notifications.event_bus, "arn:") ? local.notifications.event_bus :
    "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/${local.notifications.event_bus}"
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

# Notices of the function, and alarms. It is not encrypted with the KMS key that seals private keys:
# CloudWatch would have to be let use it, or the alarms would be silent. A notice holds no secret. Where every topic must be
# encrypted, encryption.topic_key_arn names a key that lets cloudwatch.amazonaws.com use it.
#tfsec:ignore:aws-sns-enable-topic-encryption
resource "aws_sns_topic" "notices" {
  count = local.own_topic ? 1 : 0

  name         = var.name
  display_name = "certloop"

  kms_master_key_id = local.encryption.topic_key_arn

  policy = local.topic_policy
  tags   = var.tags
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(local.notifications.emails)

  topic_arn = local.topic_arn
  protocol  = "email"
  endpoint  = each.value
}

# An alarm that nobody hears is none.
check "somebody_is_told" {
  assert {
    condition = (
      length(local.notifications.emails) > 0 || !local.own_topic || local.notifications.subscribed_elsewhere ||
      (length(coalesce(local.alarms.actions, [])) > 0)
    )
    error_message = "The topic ${var.name} has no subscription, so failures and alarms reach nobody. Set notifications.emails, or set notifications.topic_arn to a topic with subscribers. If you subscribe to the output topic_arn yourself, set notifications.subscribed_elsewhere to true."
  }
}
