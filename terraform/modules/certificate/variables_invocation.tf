variable "wait" {
  description = "How long the apply waits for the certificate, such as \"5m\", at most \"14m\" and the function's own timeout. null: it does not wait. The apply fails if the record is not accepted, or not Ready in time."
  type        = string
  default     = null

  validation {
    condition     = var.wait == null || can(regex("^([0-9]{1,2}m)?([0-9]{1,3}s)?$", var.wait)) && var.wait != ""
    error_message = "certificate ${var.name}: wait: ${jsonencode(var.wait)} is not a duration: set it to minutes, seconds or both, such as 5m, 90s or 2m30s, or null for no waiting."
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
    error_message = "certificate ${var.name}: wait: is set together with placeholder, which does not wait for the certificate: remove one."
  }
}

variable "placeholder" {
  description = "Import a self-signed placeholder and return its ARN at once. The first real certificate has the same ARN. For load balancers; for CloudFront, which refuses it, use wait."
  type        = bool
  default     = false
  nullable    = false
}
