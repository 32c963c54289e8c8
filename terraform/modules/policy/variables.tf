variable "table_name" {
  description = "Name of the controller's table: output table_name of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.table_name))
    error_message = "policy ${var.name}: table_name: ${jsonencode(var.table_name)} is not the name of a table: set it to output table_name of the root module, not an ARN."
  }
}

variable "name" {
  description = "The policy's name: 1 to 63 of a-z, 0-9, '.' and '-'. The record's key is policy# and this name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", var.name))
    error_message = "policy ${jsonencode(var.name)}: name: it is not the name of a policy: use 1 to 63 of a-z, 0-9, '.' and '-', start and end with a letter or digit, and leave policy# out."
  }
}

variable "records" {
  description = "Names of the Certificate and Account records that the policy applies to: a name, or the beginning of names and *, such as team-a.*."
  type        = list(string)
  nullable    = false

  validation {
    condition     = try(length(var.records), 0) <= 100
    error_message = "policy ${var.name}: records: has ${try(length(var.records), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = length(var.records) >= 1
    error_message = "policy ${var.name}: records: is empty: give at least one name or pattern, such as team-a.*."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.records, []) : can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", entry))])
    error_message = "policy ${var.name}: records: ${jsonencode([for entry in coalesce(var.records, []) : entry if !can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", entry))])} is not a pattern of names of records: give a name, or the beginning of names and \"*\" at the end."
  }
}
