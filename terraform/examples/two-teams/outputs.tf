output "access_policies" {
  description = "The IAM policy of each team."
  value       = { for team, access in module.access : team => access.policy_json }
}
