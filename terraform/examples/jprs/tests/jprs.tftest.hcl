mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }
}

variables {
  package        = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_id        = "Z1D633PJN98FT9"
  domain         = "www.example.com"
  email          = "admin@example.com"
  eab_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/jprs-AbCdEf"
}

run "the_account_names_the_secret" {
  assert {
    condition     = jsondecode(module.jprs.item).directory.S == "jprs" && jsondecode(module.jprs.item).eab_secret_arn.S == var.eab_secret_arn
    error_message = "The record is ${module.jprs.item}"
  }
  assert {
    condition     = jsondecode(module.certificate.item).account.S == "jprs"
    error_message = "The certificate would come from another CA."
  }
  assert {
    condition     = output.acm_arn != null
    error_message = "The certificate is not waited for."
  }
}

# The credential put in place of the secret's ARN is refused before it gets anywhere; modules/account has that test.
