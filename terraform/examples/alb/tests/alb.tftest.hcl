mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/www/1" }
  }
}

variables {
  package    = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_id    = "Z1D633PJN98FT9"
  domain     = "www.example.com"
  email      = "admin@example.com"
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1", "subnet-2"]
}

run "the_listener_has_the_placeholder_at_once" {
  # A placeholder is in the region of the load balancer.
  override_resource {
    target = module.certificate.aws_lambda_invocation.this
    values = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:eu-central-1:123456789012:certificate/placeholder\"}]}"
    }
  }

  assert {
    condition     = aws_lb_listener.https.certificate_arn == "arn:aws:acm:eu-central-1:123456789012:certificate/placeholder"
    error_message = "The listener has another certificate."
  }
  assert {
    condition     = jsondecode(module.certificate.item).region.S == "eu-central-1"
    error_message = "The certificate is in another region than the load balancer."
  }
}
