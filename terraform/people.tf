# An example for those who declare certificates: attach it to their role, or take it as a start. It is not attached to
# anything here.
#
# IAM can bound the partition key, name, but not the sort key, kind. So everything that users must not write lies in
# partitions with a "#" in their key, which the name of a record never holds: a status in status#<name>, what is in flight
# in issuance#<name>, claims and policies likewise. To keep a team to its own names, take Reconcile out, which knows no
# names, replace "status#*" in Status by "status#team-a.*", and add to Records
#   Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["team-a.*"] } }
locals {
  people_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # What PutItem by hand, the CLI and aws_dynamodb_table_item need. No Scan: it knows no leading keys, and would
        # show what is in flight.
        Sid    = "Records"
        Effect = "Allow"
        Action = [
          "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
          "dynamodb:UpdateItem",
        ]
        Resource = local.arn.table
      },
      {
        # The outcome. Records allows it too, until it is kept to names.
        Sid       = "Status"
        Effect    = "Allow"
        Action    = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource  = local.arn.table
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["status#*"] } }
      },
      {
        # The controller acts on what a status says: whoever can write one can move certificates of others. A Deny, so
        # that no other policy allows it by name, for every protected partition that there is and will be.
        Sid    = "WriteRecordsOnly"
        Effect = "Deny"
        Action = [
          "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert",
          "dynamodb:PartiQLUpdate", "dynamodb:PutItem", "dynamodb:UpdateItem",
        ]
        Resource  = local.arn.table
        Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["*#*"] } }
      },
      {
        # Sealed keys, orders and claims are the controller's alone. A Deny, so that no other policy opens them by name;
        # Scan, exports and backups know no leading keys and have to be left out of those policies as well.
        Sid       = "NotWhatIsInFlight"
        Effect    = "Deny"
        Action    = "dynamodb:*"
        Resource  = local.arn.table
        Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["issuance#*", "arn#*"] } }
      },
      {
        # Reconcile now, and wait: the CLI and modules/certificate.
        Sid      = "Reconcile"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = local.arn.function
      },
      {
        # Read the encrypted table; the key made here allows it anyway.
        Sid       = "TableKey"
        Effect    = "Allow"
        Action    = local.table_key_actions
        Resource  = local.table_key_arn
        Condition = local.table_key_condition
      },
    ]
  })
}
