output "acm_arns" {
  description = "The certificate in both accounts: the controller's under its region, the other's under region/role."
  value       = module.certificate.acm_arns
}
