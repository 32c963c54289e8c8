locals {
  iam_notices = concat([
    {
      # Tell people.
      Sid      = "TellPeople"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = local.own_topic ? local.arn.own_topic : var.notifications.topic_arn
    },
    ], [
    for bus in local.event_bus_arn[*] : {
      # Tell machines.
      Sid      = "TellMachines"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = bus
    }
  ])
}
