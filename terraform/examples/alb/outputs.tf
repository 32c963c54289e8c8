output "acm_arn" {
  description = "ARN of the certificate: a placeholder first, the real one as soon as the CA has issued it."
  value       = module.certificate.acm_arn
}

output "load_balancer_dns_name" {
  description = "The load balancer's own name."
  value       = aws_lb.www.dns_name
}
