# What is written to the table: every attribute that was given, and no other.

mock_provider "aws" {}

variables {
  table_name = "certloop"
  name       = "www"
  domains    = ["example.com", "*.example.com"]
}

run "a_short_record_has_nothing_that_was_not_given" {
  command = plan

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name    = { S = "www" }
      kind    = { S = "Certificate" }
      domains = { L = [{ S = "example.com" }, { S = "*.example.com" }] }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = aws_dynamodb_table_item.this.table_name == "certloop" && aws_dynamodb_table_item.this.hash_key == "name" && aws_dynamodb_table_item.this.range_key == "kind"
    error_message = "The item lies elsewhere or has another key."
  }
  assert {
    condition     = length(aws_lambda_invocation.this) == 0
    error_message = "Nobody asked for an invocation."
  }
  assert {
    condition     = output.name == "www" && output.acm_arn == null && output.status == null && length(output.acm_arns) == 0
    error_message = "Without an invocation there is nothing to know."
  }
}

run "every_attribute_is_written_in_its_type" {
  command = plan

  variables {
    domains         = ["bücher.example", "Example.com."]
    account         = "jprs"
    zone            = "/hostedzone/Z1D633PJN98FT9"
    dns             = { role_arn = "arn:aws:iam::210987654321:role/certloop-dns", external_id = "tenant-1" }
    key_type        = "EC_prime256v1"
    renew_before    = "30d"
    profile         = "tlsserver"
    preferred_chain = "ISRG Root X1"
    deletion_policy = "Delete"
    suspend         = true
    renew_token     = "2026-11-23"
    tags            = { Team = "web", Empty = "" }
    probe = {
      endpoints = [
        { host = "lb.example.net", sni = "example.com", target = "us-east-1" }, { host = "mail.example.com", port = 2525, sni = "example.com", protocol = "smtp" },
      ]
      names_for_wildcards = ["a.example.com"], interval = "6h", off = false
    }
    rollout = { waves = [["us-east-1"], ["eu-west-1/arn:aws:iam::345678901234:role/certloop-acm"]], soak = "6h", timeout = "2d", on_failure = "rollback" }
    targets = [
      { region = "us-east-1" },
      { acm_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1" },
      { region = "eu-west-1", role_arn = "arn:aws:iam::345678901234:role/certloop-acm", external_id = "tenant-1" },
    ]
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name            = { S = "www" }
      kind            = { S = "Certificate" }
      domains         = { L = [{ S = "bücher.example" }, { S = "Example.com." }] }
      account         = { S = "jprs" }
      zone            = { S = "/hostedzone/Z1D633PJN98FT9" }
      dns             = { M = { role_arn = { S = "arn:aws:iam::210987654321:role/certloop-dns" }, external_id = { S = "tenant-1" } } }
      key_type        = { S = "EC_prime256v1" }
      renew_before    = { S = "30d" }
      profile         = { S = "tlsserver" }
      preferred_chain = { S = "ISRG Root X1" }
      deletion_policy = { S = "Delete" }
      suspend         = { BOOL = true }
      renew_token     = { S = "2026-11-23" }
      tags            = { M = { Team = { S = "web" }, Empty = { S = "" } } }
      probe = { M = {
        endpoints = { L = [
          { M = { host = { S = "lb.example.net" }, sni = { S = "example.com" }, target = { S = "us-east-1" } } },
          { M = { host = { S = "mail.example.com" }, port = { N = "2525" }, sni = { S = "example.com" }, protocol = { S = "smtp" } } },
        ] }
        names_for_wildcards = { L = [{ S = "a.example.com" }] }
        interval            = { S = "6h" }
        off                 = { BOOL = false }
      } }
      rollout = { M = {
        waves      = { L = [{ L = [{ S = "us-east-1" }] }, { L = [{ S = "eu-west-1/arn:aws:iam::345678901234:role/certloop-acm" }] }] }
        soak       = { S = "6h" }
        timeout    = { S = "2d" }
        on_failure = { S = "rollback" }
      } }
      targets = { L = [
        { M = { region = { S = "us-east-1" } } },
        { M = { acm_arn = { S = "arn:aws:acm:eu-west-1:123456789012:certificate/1" } } },
        { M = { region = { S = "eu-west-1" }, role_arn = { S = "arn:aws:iam::345678901234:role/certloop-acm" }, external_id = { S = "tenant-1" } } },
      ] }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
}

run "the_shorthands_of_the_only_target" {
  command = plan

  variables {
    acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    region  = "us-east-1"
    dns     = { role_arn = "arn:aws:iam::210987654321:role/certloop-dns" }
    suspend = false
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name    = { S = "www" }
      kind    = { S = "Certificate" }
      domains = { L = [{ S = "example.com" }, { S = "*.example.com" }] }
      acm_arn = { S = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
      region  = { S = "us-east-1" }
      dns     = { M = { role_arn = { S = "arn:aws:iam::210987654321:role/certloop-dns" } } }
      suspend = { BOOL = false }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = output.item == aws_dynamodb_table_item.this.item
    error_message = "The output is not what is written."
  }
}

run "two_targets_of_different_shape" {
  command = plan

  variables {
    targets = [
      { region = "eu-west-1" },
      { region = "eu-west-1", role_arn = "arn:aws:iam::345678901234:role/certloop-acm" },
    ]
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item).targets.L == [
      { M = { region = { S = "eu-west-1" } } },
      { M = { region = { S = "eu-west-1" }, role_arn = { S = "arn:aws:iam::345678901234:role/certloop-acm" } } },
    ]
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
}

run "empty_maps_and_lists_are_left_out" {
  command = plan

  variables {
    dns     = {}
    targets = []
    tags    = {}
  }

  assert {
    condition     = tolist(keys(jsondecode(aws_dynamodb_table_item.this.item))) == tolist(["domains", "kind", "name"])
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
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
