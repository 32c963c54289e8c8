variable "wait" {
  description = "How long the apply waits until the certificate is there, such as \"5m\", at most \"14m\"; the function's own timeout is the bound of all. null: it does not wait. A record that is not accepted, or not Ready in time, fails the apply."
  type        = string
  default     = null

  validation {
    condition     = var.wait == null || can(regex("^([0-9]{1,2}m)?([0-9]{1,3}s)?$", var.wait)) && var.wait != ""
    error_message = "certificate ${var.name}: wait: ${jsonencode(var.wait)} is not a duration: write minutes, seconds or both, such as 5m, 90s or 2m30s, or null for no waiting."
  }
  validation {
    # What has another form is the business of the validation above.
    condition = try(sum([for n, seconds in [60, 1] :
      tonumber(coalesce(regex("^(?:([0-9]{1,2})m)?(?:([0-9]{1,3})s)?$", var.wait)[n], "0")) * seconds
    ]) <= 14 * 60, true)
    error_message = "certificate ${var.name}: wait: ${jsonencode(var.wait)} is longer than 14m, the function's limit: use at most 14m."
  }
  validation {
    condition     = var.wait == null || !var.placeholder
    error_message = "certificate ${var.name}: wait: wait and placeholder exclude each other: wait ends when the real certificate is there, placeholder does not wait for it. Remove one."
  }
}

variable "placeholder" {
  description = "Import a self-signed stand-in and have its ARN at once; the first real certificate goes under the same ARN. For load balancers; CloudFront refuses it, use wait there."
  type        = bool
  default     = false
  nullable    = false
}
