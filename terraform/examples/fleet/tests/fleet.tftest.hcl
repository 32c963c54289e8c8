mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"a.example.com\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }
}

variables {
  package  = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_ids = ["Z1D633PJN98FT9"]
  domains  = ["a.example.com", "b.example.com"]
  email    = "admin@example.com"
}

run "every_domain_has_its_record_and_its_output" {
  assert {
    condition     = output.acm_arn == { "a.example.com" = "arn:aws:acm:us-east-1:123456789012:certificate/1", "b.example.com" = null }
    error_message = "The ARNs are ${jsonencode(output.acm_arn)}"
  }
  assert {
    condition     = module.fleet.names == tolist(["a.example.com", "b.example.com"])
    error_message = "The records are others."
  }
}
