provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package       = var.package
  hosted_zones  = { (var.zone_id) = [] }
  notifications = { emails = [var.email] }
}

module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  directory  = var.directory
  email      = var.email
}

module "certificate" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "www"
  domains = [var.domain]
  account = module.account.name

  # The apply ends when the certificate is in ACM, or fails with the reason why not.
  wait = "5m"
}
