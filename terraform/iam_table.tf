locals {
  iam_table = [
    {
      # Read and write records, status, issuances and claims. A transaction needs the rights of its parts. There is no
      # GetItem: one Query reads a record with its status.
      Sid    = "Records"
      Effect = "Allow"
      Action = [
        "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan",
      ]
      Resource = local.arn.table
    },
    {
      # The tick asks what is due.
      Sid      = "DueIndex"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = "${local.arn.table}/index/due"
    },
  ]
}
