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
  package = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_id = "Z1D633PJN98FT9"
  domain  = "www.example.com"
  email   = "admin@example.com"
}

run "the_certificate_comes_out" {
  assert {
    condition     = output.acm_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1"
    error_message = "The ARN is ${output.acm_arn}"
  }
  assert {
    condition     = jsondecode(module.account.item).directory.S == "letsencrypt-staging"
    error_message = "A trial would use up the limits of a CA that counts."
  }
  assert {
    condition     = jsondecode(module.certificate.item).account.S == module.account.name
    error_message = "The certificate is not the account's."
  }
}
