output "acm_arn" {
  description = "ARN of the certificate, for a listener."
  value       = module.certificate.acm_arn
}
