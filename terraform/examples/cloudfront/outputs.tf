output "acm_arn" {
  description = "ARN of the certificate in us-east-1. Renewals go under the same ARN, and the distribution picks them up."
  value       = module.certificate.acm_arn
}

output "distribution_domain_name" {
  description = "The distribution's own name."
  value       = aws_cloudfront_distribution.cdn.domain_name
}
