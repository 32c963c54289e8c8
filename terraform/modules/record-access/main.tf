# An IAM policy for users who write records. It creates nothing: attach the output to a role, group or permission set.
#
# IAM can bound the partition key, name, but not the sort key, kind. So everything that users must not write lies in
# partitions with a "#" in their key, which the name of a record never holds: a status in status#<name>, what is in flight
# in issuance#<name>, claims and policies likewise.
locals {
  every     = contains(var.records, "*")
  table     = regex("^arn:([^:]+):dynamodb:([^:]+):[^:]+:table/(.+)$", var.table_arn)
  via       = "dynamodb.${local.table[1]}.amazonaws.com"
  table_key = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]

  statements = concat([
    { for name, value in {
      # What PutItem by hand, the CLI and aws_dynamodb_table_item need. No Scan: it knows no leading keys, and would
      # show what is in flight.
      Sid    = "Records"
      Effect = "Allow"
      Action = [
        "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
        "dynamodb:UpdateItem",
      ]
      Resource  = var.table_arn
      Condition = local.every ? null : { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = var.records } }
    } : name => value if value != null },
    {
      # The outcome. Where every record is allowed, Records allows it too.
      Sid       = "Status"
      Effect    = "Allow"
      Action    = ["dynamodb:GetItem", "dynamodb:Query"]
      Resource  = var.table_arn
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = [for pattern in local.every ? ["*"] : var.records : "status#${pattern}"] } }
    },
    {
      # The controller acts on the ARNs in a status: whoever can write one can move certificates of others. A Deny, so
      # that no other policy allows it by name, for every protected partition that there is and will be.
      Sid    = "WriteRecordsOnly"
      Effect = "Deny"
      Action = [
        "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate", "dynamodb:PutItem", "dynamodb:UpdateItem",
      ]
      Resource  = var.table_arn
      Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["*#*"] } }
    },
    {
      # Sealed keys, orders and claims are the controller's alone. A Deny, so that no other policy opens them by name;
      # Scan, exports and backups know no leading keys and have to be left out of those policies as well.
      Sid       = "NoIssuancesOrClaims"
      Effect    = "Deny"
      Action    = "dynamodb:*"
      Resource  = var.table_arn
      Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["issuance#*", "arn#*"] } }
    },
    ], [
    for arn in var.function_arn[*] : {
      # Reconcile now, and wait: the CLI and modules/certificate. IAM cannot bound which records an invocation names.
      Sid      = "Reconcile"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = arn
    }
    ], [
    for arn in var.table_key_arn[*] : {
      # Read the encrypted table; the key made by the root module allows it anyway.
      Sid      = "TableKey"
      Effect   = "Allow"
      Action   = local.table_key
      Resource = arn
      Condition = {
        StringEquals         = { "kms:ViaService" = local.via }
        StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = local.table[2] }
      }
    }
  ])
}
