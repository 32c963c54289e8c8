# What is written to the table: every attribute that was given, and no other.

mock_provider "aws" {}

variables {
  table_name = "certloop"
  name       = "team-a"
  records    = ["team-a.*"]
}

run "a_short_record_has_nothing_that_was_not_given" {
  command = plan

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name    = { S = "policy#team-a" }
      kind    = { S = "Policy" }
      records = { L = [{ S = "team-a.*" }] }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = aws_dynamodb_table_item.this.table_name == "certloop" && aws_dynamodb_table_item.this.hash_key == "name" && aws_dynamodb_table_item.this.range_key == "kind"
    error_message = "The item lies elsewhere or has another key."
  }
}

run "every_attribute_is_written" {
  command = plan

  variables {
    records            = ["team-a.*", "shared"]
    domains            = ["team-a.example.com", "*.team-a.example.com", "**.team-a.example.net", "münchen.example"]
    wildcards          = false
    accounts           = ["default", "team-a.*"]
    zones              = ["Z1D633PJN98FT9", "/hostedzone/Z2"]
    roles              = ["arn:aws:iam::123456789012:role/certloop-dns", { arn = "arn:aws:iam::210987654321:role/path/certloop", external_id = "team-a" }]
    regions            = ["eu-central-1", "us-east-1"]
    acm_arns           = ["arn:aws:acm:*:123456789012:certificate/*", "arn:aws:acm:eu-*:*:certificate/1"]
    key_types          = ["RSA_2048", "EC_prime256v1"]
    profiles           = ["tlsserver"]
    deletion_policies  = ["Retain"]
    probe_endpoints    = ["lb.example.net", "**.team-a.example.com:8443", "*.team-a.example.com:*"]
    max_certificates   = 50
    min_force_interval = "24h"
    directories        = ["letsencrypt", "https://ca.example:14000/dir?tenant=1"]
    eab_secrets        = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/team-a/*"]
    networks           = ["public"]
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name      = { S = "policy#team-a" }
      kind      = { S = "Policy" }
      records   = { L = [{ S = "team-a.*" }, { S = "shared" }] }
      domains   = { L = [{ S = "team-a.example.com" }, { S = "*.team-a.example.com" }, { S = "**.team-a.example.net" }, { S = "münchen.example" }] }
      wildcards = { BOOL = false }
      accounts  = { L = [{ S = "default" }, { S = "team-a.*" }] }
      zones     = { L = [{ S = "Z1D633PJN98FT9" }, { S = "/hostedzone/Z2" }] }
      roles = { L = [
        { S = "arn:aws:iam::123456789012:role/certloop-dns" },
        { M = { arn = { S = "arn:aws:iam::210987654321:role/path/certloop" }, external_id = { S = "team-a" } } },
      ] }
      regions            = { L = [{ S = "eu-central-1" }, { S = "us-east-1" }] }
      acm_arns           = { L = [{ S = "arn:aws:acm:*:123456789012:certificate/*" }, { S = "arn:aws:acm:eu-*:*:certificate/1" }] }
      key_types          = { L = [{ S = "RSA_2048" }, { S = "EC_prime256v1" }] }
      profiles           = { L = [{ S = "tlsserver" }] }
      deletion_policies  = { L = [{ S = "Retain" }] }
      probe_endpoints    = { L = [{ S = "lb.example.net" }, { S = "**.team-a.example.com:8443" }, { S = "*.team-a.example.com:*" }] }
      max_certificates   = { N = "50" }
      min_force_interval = { S = "24h" }
      directories        = { L = [{ S = "letsencrypt" }, { S = "https://ca.example:14000/dir?tenant=1" }] }
      eab_secrets        = { L = [{ S = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/team-a/*" }] }
      networks           = { L = [{ S = "public" }] }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = output.name == "team-a" && output.item == aws_dynamodb_table_item.this.item
    error_message = "The outputs are not what is written."
  }
}

run "an_empty_list_is_written" {
  command = plan

  variables {
    domains           = []
    accounts          = []
    zones             = []
    roles             = []
    regions           = []
    acm_arns          = []
    key_types         = []
    profiles          = []
    deletion_policies = []
    directories       = []
    eab_secrets       = []
    networks          = []
  }

  assert {
    condition = alltrue([for name in [
      "domains", "accounts", "zones", "roles", "regions", "acm_arns", "key_types", "profiles", "deletion_policies",
      "directories", "eab_secrets", "networks",
    ] : jsonencode(jsondecode(aws_dynamodb_table_item.this.item)[name]) == "{\"L\":[]}"])
    error_message = "An empty list that is left out would allow everything: ${aws_dynamodb_table_item.this.item}"
  }
}

run "more_than_32_kb" {
  command = plan

  variables {
    eab_secrets = [for n in range(100) : "arn:aws:secretsmanager:eu-central-1:123456789012:secret:${join("", [for i in range(300) : "s"])}${n}"]
  }

  expect_failures = [aws_dynamodb_table_item.this]
}

run "the_readme_has_every_input_and_output" {
  command = plan

  assert {
    # The first operand is there because Terraform requires every assertion to refer to the configuration itself.
    condition = output.name != "" && alltrue([
      for declaration in regexall("\n(?:variable|output) \"([a-z_]+)\"", join("\n", [for f in fileset(".", "{variables*,outputs}.tf") : "\n${file(f)}"])) :
      strcontains(file("README.md"), "\n| `${declaration[0]}` |")
    ])
    error_message = "A row is missing in the tables of README.md."
  }
}
