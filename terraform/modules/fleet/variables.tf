variable "table_name" {
  description = "Name of the controller's table: output table_name of the root module."
  type        = string
  nullable    = false
}

variable "function_name" {
  description = "Name or ARN of the controller's function: output function_name of the root module. Needed for wait only."
  type        = string
  default     = null

  validation {
    condition     = var.function_name != null || var.wait == null
    error_message = "fleet: function_name: is missing: wait needs output function_name of the root module."
  }
}

variable "certificates" {
  description = "The certificates, by the name of the record: each an object of the inputs of modules/certificate but name, table_name, function_name, wait and placeholder; domains is required."
  type        = any
  nullable    = false

  validation {
    condition     = can(keys(var.certificates)) && can([for c in values(var.certificates) : keys(c)])
    error_message = "fleet: certificates: it is not a map of objects: set it to { www = { domains = [\"www.example.com\"] } }."
  }
  validation {
    condition     = alltrue([for c in try(values(var.certificates), []) : try(c.domains, null) != null])
    error_message = "fleet: certificates: ${join(", ", [for name, c in try({ for name, c in var.certificates : name => c }, {}) : name if try(c.domains, null) == null])}: domains is missing: give the DNS names."
  }
  validation {
    condition = length(setsubtract(distinct(flatten([for c in try(values(var.certificates), []) : try(keys(c), [])])), local.names)) == 0
    error_message = "fleet: certificates: ${join("; ", flatten([for certificate, c in try({ for name, c in var.certificates : name => c }, {}) : [for name in setsubtract(try(keys(c), []), local.names) :
      "${certificate}: ${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ]]))}: use ${join(", ", local.names)}."
  }
}

variable "defaults" {
  description = "Defaults of every certificate: an object of the same attributes, without domains."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.defaults))
    error_message = "fleet: defaults: ${jsonencode(var.defaults)} is not an object: set it to { account = \"default\" }."
  }
  validation {
    condition = length(setsubtract(try(keys(var.defaults), []), setsubtract(local.names, ["domains"]))) == 0
    error_message = "fleet: defaults: ${join("; ", [for name in setsubtract(try(keys(var.defaults), []), setsubtract(local.names, ["domains"])) :
      "${name} is not known here, the nearest is ${substr(reverse(sort([for known in setsubtract(local.names, ["domains"]) : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", setsubtract(local.names, ["domains"]))}."
  }
}

variable "wait" {
  description = "How long the apply waits for all certificates, such as \"10m\", at most \"14m\" and the function's own timeout. null: it does not wait."
  type        = string
  default     = null

  validation {
    condition     = var.wait == null || can(regex("^([1-9]|1[0-4])m$", var.wait))
    error_message = "fleet: wait: ${jsonencode(var.wait)} is not from 1m to 14m: write whole minutes, or null for no waiting."
  }
}

variable "batch_size" {
  description = "How many names one invocation waits for. The answer is in Terraform's state, about 4 KB for each name. The function can return 6 MB at most."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = contains(range(1, 301), var.batch_size)
    error_message = "fleet: batch_size: ${jsonencode(var.batch_size)} is not a whole number from 1 to 300."
  }
}
