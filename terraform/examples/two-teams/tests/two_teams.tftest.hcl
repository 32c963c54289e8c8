mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  package                = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  email                  = "admin@example.com"
  team_a_role_name       = "team-a"
  team_a_zone_id         = "Z1D633PJN98FT9"
  team_a_domain          = "a.example.com"
  team_b_role_name       = "team-b"
  team_b_zone_id         = "Z2FDTNDATAQYW2"
  team_b_domain          = "b.example.com"
  team_b_eab_secret_arn  = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/team-b-AbCdEf"
  team_b_target_role_arn = "arn:aws:iam::210987654321:role/certloop"
}

run "each_team_is_kept_to_its_own" {
  assert {
    condition = alltrue([for team, policy in output.access_policies : alltrue([
      for s in jsondecode(policy).Statement : alltrue([
        for key in s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] : startswith(trimprefix(key, "status#"), "${team}.")
      ]) if s.Effect == "Allow"
    ])])
    error_message = "A team may touch records of others: ${jsonencode(output.access_policies)}"
  }
  assert {
    condition     = alltrue([for policy in values(output.access_policies) : !strcontains(policy, "lambda:")])
    error_message = "No team may invoke the function: an invocation can name the records of others."
  }
  assert {
    condition     = { for team, policy in aws_iam_role_policy.access : team => policy.role } == { team-a = "team-a", team-b = "team-b" }
    error_message = "The policies are attached to other roles."
  }
}

run "no_two_policies_allow_the_same" {
  assert {
    condition = alltrue([for name in ["records", "domains", "accounts", "zones", "directories"] : length(setintersection(
      [for v in jsondecode(module.policy_team_a.item)[name].L : v.S], [for v in jsondecode(module.policy_team_b.item)[name].L : v.S],
    )) == 0])
    error_message = "The teams share something: ${module.policy_team_a.item} ${module.policy_team_b.item}"
  }
  assert {
    condition     = jsondecode(module.policy_team_a.item).roles.L == [] && jsondecode(module.policy_team_a.item).eab_secrets.L == []
    error_message = "Team A may use roles or secrets: ${module.policy_team_a.item}"
  }
}

run "each_record_is_what_its_policy_allows" {
  assert {
    condition = alltrue([for pair in [
      [module.policy_team_a.item, module.certificate_team_a.item], [module.policy_team_b.item, module.certificate_team_b.item],
      ] : alltrue([for domain in jsondecode(pair[1]).domains.L : anytrue([
        for allowed in jsondecode(pair[0]).domains.L : allowed.S == domain.S || (startswith(allowed.S, "**.") && endswith(domain.S, trimprefix(allowed.S, "**")))
    ])]) && startswith(jsondecode(pair[1]).name.S, trimsuffix(jsondecode(pair[0]).records.L[0].S, "*"))])
    error_message = "A policy does not allow the team's own certificate."
  }
}
