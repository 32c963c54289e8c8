locals {
  answers = merge([for batch in aws_lambda_invocation.batch : {
    for c in try(jsondecode(batch.result).certificates, []) : c.name => c
  }]...)
}

output "names" {
  description = "The names of the records."
  value       = sort(keys(local.certificates))
  depends_on  = [module.certificate]
}

output "acm_arn" {
  description = "ARN of each certificate at its first target, by name, as of the last invocation; null for each without wait."
  value       = { for name in keys(local.certificates) : name => try(local.answers[name].acm_arn, null) }
}

output "acm_arns" {
  description = "ARNs of all targets of each certificate, by name and by target as of modules/certificate; empty without wait."
  value = { for name in keys(local.certificates) : name => {
    for target in try(local.answers[name].status.targets, []) : target.key => target.arn
    if try(target.arn, "") != "" && try(target.dropped_since, "") == ""
  } }
}
