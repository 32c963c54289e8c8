provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package       = var.package
  hosted_zones  = { (var.zone_id) = [] }
  notifications = { emails = [var.email] }
}

# The credential is named, never given: what Terraform is given lies in its state.
module "jprs" {
  source = "../../modules/account"

  table_name     = module.certloop.table_name
  name           = "jprs"
  directory      = "jprs"
  email          = var.email
  eab_secret_arn = var.eab_secret_arn
}

module "certificate" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "www"
  domains = [var.domain]
  account = module.jprs.name

  # Key types of JPRS are not known for certain; this one every CA takes.
  key_type = "RSA_2048"
  wait     = "5m"
}
