# An IAM policy for users who declare certificates. Attach it to their role; this module does not attach it. It allows every
# record, and direct invocations. To limit a team to its own names, use modules/record-access.
module "users" {
  source = "./modules/record-access"

  table_arn     = local.arn.table
  records       = ["*"]
  function_arn  = local.arn.function
  table_key_arn = local.table_key_arn
}
