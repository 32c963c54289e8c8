provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  package       = var.package
  hosted_zones  = { (var.zone_id) = [] }
  notifications = { emails = [var.email] }
}

module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name
  directory  = "letsencrypt" # CloudFront takes no certificate of the staging environment
  email      = var.email
}

module "certificate" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "cdn"
  domains = [var.domain]
  account = module.account.name

  # CloudFront knows the certificates of this region only, wherever certloop and this configuration's provider are.
  region = "us-east-1"

  # Not placeholder: CloudFront checks the chain when a certificate is attached, and refuses one that no CA issued.
  wait = "5m"
}

resource "aws_cloudfront_distribution" "cdn" {
  enabled         = true
  aliases         = [var.domain]
  is_ipv6_enabled = true
  http_version    = "http2and3"

  viewer_certificate {
    acm_certificate_arn      = module.certificate.acm_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  origin {
    origin_id   = "origin"
    domain_name = var.origin_domain

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "origin"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS's own, CachingOptimized
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}

resource "aws_route53_record" "cdn" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.cdn.domain_name
    zone_id                = aws_cloudfront_distribution.cdn.hosted_zone_id
    evaluate_target_health = false
  }
}
