# What team A writes, with its own role and in a configuration of its own. Its names begin with team-a.

module "account_team_a" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  name       = "team-a.letsencrypt"
  directory  = "letsencrypt"
  email      = var.email
  policies   = [module.policy_team_a.item] # refused at plan already, where administrators hand it on

  depends_on = [module.policy_team_a]
}

# No wait: it invokes the function, which a team may not. The stream wakes the controller within seconds.
module "certificate_team_a" {
  source = "../../modules/certificate"

  table_name = module.certloop.table_name
  name       = "team-a.www"
  domains    = [var.team_a_domain, "*.${var.team_a_domain}"]
  account    = module.account_team_a.name
  policies   = [module.policy_team_a.item]
}
