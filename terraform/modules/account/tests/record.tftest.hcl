# What is written to the table: every attribute that was given, and no other.

mock_provider "aws" {}

variables {
  table_name = "certloop"
  directory  = "letsencrypt"
}

run "a_short_record_has_nothing_that_was_not_given" {
  command = plan

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name      = { S = "default" }
      kind      = { S = "Account" }
      directory = { S = "letsencrypt" }
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
    name            = "jprs"
    directory       = "https://ca.example/directory"
    email           = "admin@example.com"
    eab_secret_arn  = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:certloop/eab/jprs-AbCdEf"
    key_type        = "RSA_2048"
    ca_certificates = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    network         = "private"
    profile         = "tlsserver"
    preferred_chain = "ISRG Root X1"
    limits          = { orders = "100/1d", certificates_per_domain = "none" }
  }

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name            = { S = "jprs" }
      kind            = { S = "Account" }
      directory       = { S = "https://ca.example/directory" }
      email           = { S = "admin@example.com" }
      eab_secret_arn  = { S = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:certloop/eab/jprs-AbCdEf" }
      key_type        = { S = "RSA_2048" }
      ca_certificates = { S = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" }
      network         = { S = "private" }
      profile         = { S = "tlsserver" }
      preferred_chain = { S = "ISRG Root X1" }
      limits          = { M = { orders = { S = "100/1d" }, certificates_per_domain = { S = "none" } } }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = output.name == "jprs" && output.item == aws_dynamodb_table_item.this.item
    error_message = "The outputs are not what is written."
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
