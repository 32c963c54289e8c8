# Of the controller

output "table_name" {
  description = "For records that are declared elsewhere."
  value       = module.certloop.table_name
}

output "function_name" {
  description = "For waiting from elsewhere."
  value       = module.certloop.function_name
}

output "dead_letter_queue_url" {
  description = "Where messages go that failed every time."
  value       = module.certloop.dead_letter_queue_url
}

output "users_policy_json" {
  description = "IAM policy for users who declare certificates."
  value       = module.certloop.users_policy_json
}

# Of the certificates

output "shop_acm_arns" {
  description = "The shop's certificate, by region, and region/role for the other account."
  value       = module.shop.acm_arns
}

output "shop_not_after" {
  description = "When the certificate of the last apply expires; by then it has long been renewed."
  value       = try(module.shop.status.not_after, null)
}

output "api_acm_arn" {
  description = "The API's certificate, a placeholder at first."
  value       = module.api.acm_arn
}
