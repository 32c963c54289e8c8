mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }
}

mock_provider "aws" {
  alias = "other"

  mock_data "aws_caller_identity" {
    defaults = { account_id = "210987654321" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::210987654321:role/certloop" }
  }
}

variables {
  package                = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  other_account_role_arn = "arn:aws:iam::210987654321:role/terraform"
  zone_id                = "Z1D633PJN98FT9"
  domain                 = "shop.example.com"
  email                  = "admin@example.com"
  external_id            = "tenant-1"
}

run "the_record_names_the_role_and_the_function_may_assume_it" {
  assert {
    condition = jsondecode(module.certificate.item).dns.M == {
      role_arn    = { S = "arn:aws:iam::210987654321:role/certloop" }
      external_id = { S = "tenant-1" }
    }
    error_message = "The zone is not reached by its role: ${module.certificate.item}"
  }
  assert {
    condition = jsondecode(module.certificate.item).targets.L == [
      { M = { region = { S = "eu-central-1" } } },
      { M = { region = { S = "eu-central-1" }, role_arn = { S = "arn:aws:iam::210987654321:role/certloop" }, external_id = { S = "tenant-1" } } },
    ]
    error_message = "The certificate goes elsewhere: ${module.certificate.item}"
  }
  assert {
    condition     = module.role.name == "certloop" && module.role.role_arn == "arn:aws:iam::210987654321:role/certloop"
    error_message = "The role is another one."
  }
}
