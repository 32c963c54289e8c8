# For records of kind Account. What is null does not restrict; an empty list allows nothing of its kind.

variable "directories" {
  description = "Directories of accounts, as https URLs or aliases: letsencrypt, letsencrypt-staging, jprs, google, zerossl, digicert-jp, sectigo-dv, sslcom-rsa, sslcom-ecc. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.directories), 0) <= 100
    error_message = "policy ${var.name}: directories: has ${try(length(var.directories), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition = length([for entry in coalesce(var.directories, []) : entry if !contains(local.names.directories, coalesce(entry, "-")) && can(regex("^[a-z0-9-]{1,63}$", entry))]) == 0
    error_message = "policy ${var.name}: directories: ${join("; ", [for given in [for entry in coalesce(var.directories, []) : entry if !contains(local.names.directories, coalesce(entry, "-")) && can(regex("^[a-z0-9-]{1,63}$", entry))] :
      "${jsonencode(given)} is not known, the nearest is ${substr(reverse(sort([for known in local.names.directories : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(given) + 1) : substr(" ${given} ", i, 2)]))) / (length(known) + length(given) + 2)), known)]))[0], 4, -1)}"
    ])}: give an https URL, or one of ${join(", ", local.names.directories)}."
  }
  validation {
    # The value is not repeated: a URL may hold a password.
    condition     = alltrue([for entry in coalesce(var.directories, []) : can(regex("^[a-z0-9-]{1,63}$", entry)) || can(regex("^https://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$", entry))])
    error_message = "policy ${var.name}: directories: number ${join(", ", [for i, entry in coalesce(var.directories, []) : i + 1 if !(can(regex("^[a-z0-9-]{1,63}$", entry)) || can(regex("^https://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$", entry)))])} of the list is not a directory: give an https URL without user name, password or \"#\", or an alias."
  }
}

variable "eab_secrets" {
  description = "ARNs of the secrets that accounts may name in eab_secret_arn, with at most one * in each of region, account and name. No secret at all is always allowed. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.eab_secrets), 0) <= 100
    error_message = "policy ${var.name}: eab_secrets: has ${try(length(var.eab_secrets), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.eab_secrets, []) : can(regex("^arn:aws(-[a-z-]{1,16})?:secretsmanager:([a-z0-9-]+\\*?[a-z0-9-]*|\\*[a-z0-9-]*):([0-9]{12}|\\*):secret:[A-Za-z0-9/_+=.@-]{0,519}\\*?[A-Za-z0-9/_+=.@-]{0,519}$", entry))])
    error_message = "policy ${var.name}: eab_secrets: number ${join(", ", [for i, entry in coalesce(var.eab_secrets, []) : i + 1 if !can(regex("^arn:aws(-[a-z-]{1,16})?:secretsmanager:([a-z0-9-]+\\*?[a-z0-9-]*|\\*[a-z0-9-]*):([0-9]{12}|\\*):secret:[A-Za-z0-9/_+=.@-]{0,519}\\*?[A-Za-z0-9/_+=.@-]{0,519}$", entry))])} of the list is not a pattern of ARNs of secrets: give arn:aws:secretsmanager:<region>:<account>:secret:<name>, with at most one \"*\" in each of region, account and name."
  }
}

variable "networks" {
  description = "Networks of accounts: public, private or both. Default: both."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.networks), 0) <= 100
    error_message = "policy ${var.name}: networks: has ${try(length(var.networks), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition = alltrue([for entry in coalesce(var.networks, []) : contains(local.names.networks, coalesce(entry, "-"))])
    error_message = "policy ${var.name}: networks: ${join("; ", [for given in setsubtract(coalesce(var.networks, []), local.names.networks) :
      "${jsonencode(given)} is not known, the nearest is ${substr(reverse(sort([for known in local.names.networks : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(given) + 1) : substr(" ${given} ", i, 2)]))) / (length(known) + length(given) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.networks)}."
  }
}
