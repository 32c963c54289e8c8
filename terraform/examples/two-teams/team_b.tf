# What team B writes. Its CA asks for an external account binding: the secret is named, never given.

module "account_team_b" {
  source = "../../modules/account"

  table_name     = module.certloop.table_name
  name           = "team-b.jprs"
  directory      = "jprs"
  email          = var.email
  eab_secret_arn = var.team_b_eab_secret_arn
  policies       = [module.policy_team_b.item]

  depends_on = [module.policy_team_b]
}

module "certificate_team_b" {
  source = "../../modules/certificate"

  table_name = module.certloop.table_name
  name       = "team-b.shop"
  domains    = [var.team_b_domain]
  account    = module.account_team_b.name
  key_type   = "RSA_2048"
  policies   = [module.policy_team_b.item]
  targets    = [{ region = var.region, role_arn = var.team_b_target_role_arn }]
}
