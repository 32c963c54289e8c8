# What the records of each team may use. Nobody but administrators may write policies. With the first policy, what no policy
# allows is refused: hence one for the records of the administrators themselves.

module "policy_team_a" {
  source = "../../modules/policy"

  table_name = module.certloop.table_name
  name       = "team-a"
  records    = ["team-a.*"]

  domains            = [var.team_a_domain, "**.${var.team_a_domain}"]
  accounts           = ["team-a.*"]
  zones              = [var.team_a_zone_id]
  roles              = [] # the controller's own role alone
  regions            = [var.region, "us-east-1"]
  acm_arns           = [] # no adoption
  max_certificates   = 50
  min_force_interval = "24h"

  directories = ["letsencrypt", "letsencrypt-staging"]
  eab_secrets = []
  networks    = ["public"]
}

module "policy_team_b" {
  source = "../../modules/policy"

  table_name = module.certloop.table_name
  name       = "team-b"
  records    = ["team-b.*"]

  domains   = [var.team_b_domain, "*.${var.team_b_domain}"]
  wildcards = false
  accounts  = ["team-b.*"]
  zones     = [var.team_b_zone_id]
  # The external ID is fixed: a record cannot use the role with another one, and need not name it.
  roles              = [{ arn = var.team_b_target_role_arn, external_id = "team-b" }]
  regions            = [var.region]
  acm_arns           = []
  key_types          = ["RSA_2048"]
  deletion_policies  = ["Retain"]
  probe_endpoints    = []
  max_certificates   = 20
  min_force_interval = "7d"

  directories = ["jprs"]
  eab_secrets = [var.team_b_eab_secret_arn]
  networks    = ["public"]
}

module "policy_platform" {
  source = "../../modules/policy"

  table_name = module.certloop.table_name
  name       = "platform"
  records    = ["platform.*"]
}
