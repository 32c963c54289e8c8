provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package       = var.package
  hosted_zones  = { for id in var.zone_ids : id => [] }
  notifications = { emails = [var.email] }

  # A minute more than the wait below. Twenty records are worked on side by side with five invocations.
  function = { timeout = 900 }
}

module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  directory  = var.directory
  email      = var.email
}

module "fleet" {
  source = "../../modules/fleet"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  defaults     = { account = module.account.name }
  certificates = { for domain in var.domains : domain => { domains = [domain] } }
  wait         = "14m"
}
