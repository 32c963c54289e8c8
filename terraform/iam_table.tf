locals {
  iam_table = [
    {
      # Read everything. A transaction needs the rights of its parts: GetItem is TransactGetItems, which reads a record with
      # its status, issuance and the policies. Query is allowed on the index alone.
      Sid      = "Records"
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:Scan"]
      Resource = local.arn.table
    },
    {
      # Write statuses, issuances, claims, the set of all policies and the places under them; never a policy: a thief of the
      # function's role cannot grant permissions with one.
      Sid       = "WriteNoPolicies"
      Effect    = "Allow"
      Action    = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      Resource  = local.arn.table
      Condition = { "ForAllValues:StringNotLike" = { "dynamodb:LeadingKeys" = ["policy#*"] } }
    },
    {
      # The tick reads what is due.
      Sid      = "DueIndex"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = "${local.arn.table}/index/due"
    },
  ]
}
