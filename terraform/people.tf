# A policy for those who declare certificates: attach it to their role. It is not attached to anything here. It allows every
# record, and direct invocations; modules/record-access alone keeps a team to its own names.
module "people" {
  source = "./modules/record-access"

  table_arn     = local.arn.table
  records       = ["*"]
  function_arn  = local.arn.function
  table_key_arn = local.table_key_arn
}
