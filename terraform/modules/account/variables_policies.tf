variable "policies" {
  description = "Policies to compare the record with at plan: outputs item of modules/policy. Default: none; the controller alone decides."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for policy in var.policies : can(jsondecode(policy).records.L) && try(jsondecode(policy).kind.S, "") == "Policy"])
    error_message = "account ${var.name}: policies: number ${join(", ", [for i, policy in var.policies : i + 1 if !(can(jsondecode(policy).records.L) && try(jsondecode(policy).kind.S, "") == "Policy")])} of the list is not a policy: set it to output item of modules/policy."
  }
}
