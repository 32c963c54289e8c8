locals {
  iam_notices = concat([
    {
      # Send notices by mail.
      Sid      = "PublishNotices"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = local.own_topic ? local.arn.own_topic : local.notifications.topic_arn
    },
    ], [
    for bus in local.event_bus_arn[*] : {
      # Send notices as events.
      Sid      = "PutNotices"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = bus
      # Events of our own source alone: one of another would be taken for that program's. ForAllValues, since the key has a
      # value for each entry; that it holds for an entry without a source does no harm, EventBridge refuses that one.
      Condition = { "ForAllValues:StringEquals" = { "events:source" = ["certloop"] } }
    }
  ])
}
