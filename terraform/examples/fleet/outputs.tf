output "acm_arn" {
  description = "ARN of each certificate, by domain."
  value       = module.fleet.acm_arn
}
