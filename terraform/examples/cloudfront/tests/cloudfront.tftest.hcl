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
  package       = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_id       = "Z1D633PJN98FT9"
  domain        = "www.example.com"
  email         = "admin@example.com"
  origin_domain = "origin.example.com"
}

run "the_distribution_has_the_certificate_of_us_east_1" {
  assert {
    condition     = jsondecode(module.certificate.item).region.S == "us-east-1"
    error_message = "CloudFront would not find the certificate."
  }
  assert {
    condition     = aws_cloudfront_distribution.cdn.viewer_certificate[0].acm_certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1"
    error_message = "The distribution has another certificate."
  }
}
