# The other account: a role for its zone and its ACM, which trusts only the controller's role. If another team owns
# that account, this file is theirs, with the ARNs of role and table as variables.

provider "aws" {
  alias  = "other"
  region = var.region

  assume_role {
    role_arn = var.other_account_role_arn
  }
}

module "role" {
  source    = "../../modules/target-role"
  providers = { aws = aws.other }

  controller_role_arn = module.certloop.role_arn
  table_arn           = module.certloop.table_arn
  external_id         = var.external_id

  certificates = true
  hosted_zones = { (var.zone_id) = [] }
}
