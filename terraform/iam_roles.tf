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
}
