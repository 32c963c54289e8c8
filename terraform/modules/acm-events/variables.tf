variable "name" {
  description = "Prefix of the names of rule and role. Use another name in each region, because roles have no region."
  type        = string
  default     = "certloop"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{2,39}$", var.name))
    error_message = "name: ${jsonencode(var.name)} is not a name: use 3 to 40 letters, digits, hyphens or underscores, and begin with a letter."
  }
}

variable "event_bus_arn" {
  description = "Where the events go: the default bus in the region and account of the controller, output acm_event_bus_arn of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z0-9-]+:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9_./-]{1,256}$", var.event_bus_arn))
    error_message = "acm-events ${var.name}: event_bus_arn: ${jsonencode(var.event_bus_arn)} is not the ARN of an event bus: set it to output acm_event_bus_arn of the root module."
  }
}

variable "permissions_boundary" {
  description = "ARN of the IAM policy that bounds the role. Default: none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of rule and role."
  type        = map(string)
  default     = {}
  nullable    = false
}
