variable "table_arn" {
  description = "ARN of the controller's table: output table_arn of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", var.table_arn))
    error_message = "table_arn: ${jsonencode(var.table_arn)} is not the ARN of a table: set it to output table_arn of the root module."
  }
}

variable "records" {
  description = "Names of the records that may be written, and whose status may be read: a name, or the beginning of names and *, such as team-a.*."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.records) >= 1 && length(var.records) <= 100
    error_message = "records: has ${length(var.records)} entries: use 1 to 100 names or patterns, or [\"*\"] for every record."
  }
  validation {
    condition     = alltrue([for pattern in var.records : can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", pattern))])
    error_message = "records: ${jsonencode([for pattern in var.records : pattern if !can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", pattern))])} is not a pattern of names of records: give a name, or the beginning of names and \"*\" at the end."
  }
}

variable "function_arn" {
  description = "ARN of the function that may be invoked: output function_arn of the root module. An invocation can name every record, also those of others. Default: none may be invoked."
  type        = string
  default     = null

  validation {
    condition     = var.function_arn == null || can(regex("^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+$", var.function_arn))
    error_message = "function_arn: ${jsonencode(var.function_arn)} is not the ARN of a function: set it to output function_arn of the root module, or remove it."
  }
}

variable "table_key_arn" {
  description = "ARN of the KMS key of the table, where the root module was given one (kms_key_arn, encryption.table_key_arn). Default: the key that the root module makes, which needs no statement."
  type        = string
  default     = null

  validation {
    condition     = var.table_key_arn == null || can(regex("^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.table_key_arn))
    error_message = "table_key_arn: ${jsonencode(var.table_key_arn)} is not the ARN of a KMS key: set it to the key that encrypts the table, or remove it."
  }
}
