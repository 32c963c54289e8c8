# The account of the controller.

provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package          = var.package
  assume_role_arns = [module.role.role_arn]
  notifications    = { emails = [var.email] }
}

module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  directory  = "letsencrypt-staging"
  email      = var.email
}

module "certificate" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "shop"
  domains = [var.domain]
  account = module.account.name

  # The zone could be left to be found by its name, in the account of the role.
  zone = var.zone_id
  dns  = { role_arn = module.role.role_arn, external_id = var.external_id }

  targets = [
    { region = var.region },
    { region = var.region, role_arn = module.role.role_arn, external_id = var.external_id },
  ]

  wait = "5m"
}
