# The account of the controller.

provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package          = var.package
  assume_role_arns = [aws_iam_role.dns.arn, aws_iam_role.acm.arn]
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
  dns  = { role_arn = aws_iam_role.dns.arn, external_id = var.external_id }

  targets = [
    { region = var.region },
    { region = var.region, role_arn = aws_iam_role.acm.arn, external_id = var.external_id },
  ]

  wait = "5m"

  # A role without its policy can be assumed and do nothing.
  depends_on = [aws_iam_role_policy.dns, aws_iam_role_policy.acm]
}
