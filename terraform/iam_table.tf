locals {
  iam_table = [
    {
      # Read and write records, status, issuances and claims. A transaction needs the rights of its parts: GetItem is
      # TransactGetItems, which reads a record with its status and issuance. Query is allowed on the index alone.
      Sid      = "Records"
      Effect   = "Allow"
      Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"]
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
