# What a policy does not allow is refused at plan.

mock_provider "aws" {}

variables {
  table_name = "certloop"
  name       = "team-a.www"
  domains    = ["team-a.example.com", "WWW.team-a.example.com.", "*.x.team-a.example.com", "münchen.example"]
  account    = "team-a.main"
  zone       = "Z1D633PJN98FT9"
  dns        = { role_arn = "arn:aws:iam::123456789012:role/dns+a" }
  targets    = [{ region = "eu-central-1" }, { acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/a-1" }]
  key_type   = "RSA_2048"
  profile    = "tls.server"
  probe = { endpoints = [
    { host = "WWW.team-a.example.com" }, { host = "any.x.team-a.example.com", port = 443 }, { host = "lb.team-a.example.net." },
    { host = "one.edge.example.net", port = 8443 }, { host = "a.b.mail.example.net", protocol = "smtp" }, { host = "münchen.example", port = 8443 },
  ] }

  policies = [jsonencode({
    name              = { S = "policy#team-a" }, kind = { S = "Policy" }, records = { L = [{ S = "team-a.*" }] }
    domains           = { L = [{ S = "Team-A.example.com" }, { S = "**.team-a.example.com" }] }
    accounts          = { L = [{ S = "team-a.*" }] }
    zones             = { L = [{ S = "/hostedzone/Z1D633PJN98FT9" }] }
    roles             = { L = [{ M = { arn = { S = "arn:aws:iam::123456789012:role/dns+a" }, external_id = { S = "a" } } }] }
    regions           = { L = [{ S = "eu-central-1" }] }
    acm_arns          = { L = [{ S = "arn:aws:acm:*:123456789012:certificate/a-*" }] }
    key_types         = { L = [{ S = "RSA_2048" }] }
    profiles          = { L = [{ S = "tls.server" }] }
    deletion_policies = { L = [{ S = "Retain" }] }
    probe_endpoints   = { L = [{ S = "lb.team-a.example.net" }, { S = "*.edge.example.net:8443" }, { S = "**.Mail.example.net:*" }] }
  })]
}

run "all_that_the_policy_allows" {
  command = plan

  assert {
    condition     = aws_dynamodb_table_item.this.hash_key == "name" && local.allowed
    error_message = "It is refused: ${jsonencode(local.refusals)}"
  }
}

run "another_team_s_name" {
  command = plan

  variables {
    domains = ["team-b.example.com"]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_name_that_only_ends_like_one" {
  command = plan

  variables {
    domains = ["xteam-a.example.com"]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_dot_is_no_wildcard" {
  command = plan

  variables {
    domains = ["team-axexample.com"]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_team_s_account" {
  command = plan

  variables {
    account = "team-b.main"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "the_default_account" {
  command = plan

  variables {
    account = null
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_zone" {
  command = plan

  variables {
    zone = "Z2"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_role" {
  command = plan

  variables {
    dns = { role_arn = "arn:aws:iam::123456789012:role/other" }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_region" {
  command = plan

  variables {
    targets = [{ region = "us-east-1" }]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_certificate_that_may_not_be_adopted" {
  command = plan

  variables {
    targets = null
    acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/b-1"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_key_type" {
  command = plan

  variables {
    key_type = "RSA_4096"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_profile" {
  command = plan

  variables {
    profile = "tlsserver"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_deletion_policy" {
  command = plan

  variables {
    deletion_policy = "Delete"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "an_endpoint_elsewhere" {
  command = plan

  variables {
    probe = { endpoints = [{ host = "team-b.example.net" }] }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_port" {
  command = plan

  variables {
    probe = { endpoints = [{ host = "lb.team-a.example.net", port = 8443 }] }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_port_of_its_own_name" {
  command = plan

  variables {
    probe = { endpoints = [{ host = "www.team-a.example.com", port = 8443 }] }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "an_endpoint_two_levels_down" {
  command = plan

  variables {
    probe = { endpoints = [{ host = "a.b.edge.example.net", port = 8443 }] }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_protocol_with_another_port" {
  command = plan

  variables {
    probe = { endpoints = [{ host = "lb.team-a.example.net", protocol = "imap" }] }
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_name_to_which_no_policy_applies" {
  command = plan

  variables {
    name = "team-b.www"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "two_policies_are_not_put_together" {
  command = plan

  variables {
    domains = ["a.example.com", "b.example.com"]
    policies = [
      jsonencode({ name = { S = "policy#a" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, domains = { L = [{ S = "a.example.com" }] } }),
      jsonencode({ name = { S = "policy#b" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, domains = { L = [{ S = "b.example.com" }] } }),
    ]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_second_policy_allows_it" {
  command = plan

  variables {
    domains = ["b.example.com"]
    policies = [
      jsonencode({ name = { S = "policy#a" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, domains = { L = [{ S = "a.example.com" }] } }),
      jsonencode({ name = { S = "policy#b" }, kind = { S = "Policy" }, records = { L = [{ S = "team-a.www" }] }, domains = { L = [{ S = "*.example.com" }] } }),
    ]
  }

  assert {
    condition     = aws_dynamodb_table_item.this.hash_key == "name" && local.allowed
    error_message = "It is refused: ${jsonencode(local.refusals)}"
  }
}

run "one_level_is_not_two" {
  command = plan

  variables {
    domains  = ["a.b.example.com"]
    policies = [jsonencode({ name = { S = "policy#b" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, domains = { L = [{ S = "*.example.com" }] } })]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "no_wildcards" {
  command = plan

  variables {
    domains  = ["*.example.com"]
    policies = [jsonencode({ name = { S = "policy#b" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, wildcards = { BOOL = false } })]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "an_empty_list_allows_nothing" {
  command = plan

  variables {
    policies = [jsonencode({ name = { S = "policy#b" }, kind = { S = "Policy" }, records = { L = [{ S = "*" }] }, roles = { L = [] } })]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "what_is_no_policy" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    policies = ["team-a"]
  }

  expect_failures = [var.policies]
}
