# What administrators apply: one controller for two teams, and for each team a policy and the IAM policy of its role.

provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package          = var.package
  hosted_zones     = { (var.team_a_zone_id) = [], (var.team_b_zone_id) = [] }
  assume_role_arns = [var.team_b_target_role_arn]
  eab_secret_arns  = [var.team_b_eab_secret_arn]
  notifications    = { emails = [var.email] }
}

# IAM keeps each team to the records of its own names, and to reading their status.
module "access" {
  source   = "../../modules/record-access"
  for_each = { team-a = var.team_a_role_name, team-b = var.team_b_role_name }

  table_arn = module.certloop.table_arn
  records   = ["${each.key}.*"]
}

resource "aws_iam_role_policy" "access" {
  for_each = { team-a = var.team_a_role_name, team-b = var.team_b_role_name }

  name   = "certloop-records"
  role   = each.value
  policy = module.access[each.key].policy_json
}
