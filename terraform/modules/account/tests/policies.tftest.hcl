# What a policy does not allow is refused at plan.

mock_provider "aws" {}

variables {
  table_name     = "certloop"
  name           = "team-a.main"
  directory      = "letsencrypt"
  eab_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/team-a/x-AbCdEf"

  policies = [jsonencode({
    name        = { S = "policy#team-a" }, kind = { S = "Policy" }, records = { L = [{ S = "team-a.*" }] }
    directories = { L = [{ S = "letsencrypt" }, { S = "https://ca.example/dir?tenant=1" }] }
    eab_secrets = { L = [{ S = "arn:aws:secretsmanager:*:123456789012:secret:certloop/eab/team-a/*" }] }
    networks    = { L = [{ S = "public" }] }
  })]
}

run "all_that_the_policy_allows" {
  command = plan

  assert {
    condition     = aws_dynamodb_table_item.this.hash_key == "name" && local.allowed
    error_message = "It is refused: ${jsonencode(local.refusals)}"
  }
}

run "a_directory_by_its_url" {
  command = plan

  variables {
    directory = "https://ca.example/dir?tenant=1"
  }

  assert {
    condition     = aws_dynamodb_table_item.this.hash_key == "name" && local.allowed
    error_message = "It is refused: ${jsonencode(local.refusals)}"
  }
}

run "another_directory" {
  command = plan

  variables {
    directory = "jprs"
    policies  = [jsonencode({ name = { S = "policy#team-a" }, kind = { S = "Policy" }, records = { L = [{ S = "team-a.*" }] }, directories = { L = [{ S = "letsencrypt" }] } })]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "another_team_s_secret" {
  command = plan

  variables {
    eab_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/team-b/x-AbCdEf"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_private_network" {
  command = plan

  variables {
    network = "private"
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "a_name_to_which_no_policy_applies" {
  command = plan

  variables {
    name = "team-b.main"
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
