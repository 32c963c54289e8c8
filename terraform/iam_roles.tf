locals {
  # Zones and targets in other AWS accounts: by list, and not at all where there is none.
  iam_roles = [for statement in [
    {
      Sid      = "OtherAccounts"
      Effect   = "Allow"
      Action   = ["sts:AssumeRole"]
      Resource = var.assume_role_arns
    },
  ] : statement if length(var.assume_role_arns) > 0]

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
