# For records of kind Certificate. What is null does not restrict; an empty list allows nothing of its kind.
# Domains with letters beyond ASCII are left to the controller: what becomes of them is decided by IDNA.

variable "domains" {
  description = "DNS names that certificates may have: example.com is that name, *.example.com every name one level below it, **.example.com every name below it; neither of the two includes example.com. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.domains), 0) <= 100
    error_message = "policy ${var.name}: domains: has ${try(length(var.domains), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.domains, []) : can(regex("^(\\*\\*?\\.)?[^*[:space:][:cntrl:]/?#@:]+$", entry))])
    error_message = "policy ${var.name}: domains: number ${join(", ", [for i, entry in coalesce(var.domains, []) : i + 1 if !can(regex("^(\\*\\*?\\.)?[^*[:space:][:cntrl:]/?#@:]+$", entry))])} of the list is not a pattern of names: write www.example.com, *.example.com for one level below, or **.example.com for all levels."
  }
  validation {
    # What has another form is the business of the validation above.
    condition     = alltrue([for entry in coalesce(var.domains, []) : can(regex("[[:^ascii:]]|[[:space:]/?#@:]|^(\\*\\*?\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.?$", entry))])
    error_message = "policy ${var.name}: domains: ${jsonencode([for entry in coalesce(var.domains, []) : entry if !can(regex("[[:^ascii:]]|[[:space:]/?#@:]|^(\\*\\*?\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.?$", entry))])} is not a full name: give at least two labels of 1 to 63 letters, digits and \"-\", such as *.example.com."
  }
}

variable "wildcards" {
  description = "Whether certificates may have wildcard names. Default: true."
  type        = bool
  default     = null

}

variable "accounts" {
  description = "Accounts that may issue: names, or the beginning of names and *. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.accounts), 0) <= 100
    error_message = "policy ${var.name}: accounts: has ${try(length(var.accounts), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.accounts, []) : can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", entry))])
    error_message = "policy ${var.name}: accounts: ${jsonencode([for entry in coalesce(var.accounts, []) : entry if !can(regex("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9.-]{0,62}\\*|\\*)$", entry))])} is not a pattern of names of accounts: give a name, or the beginning of names and \"*\" at the end."
  }
}

variable "zones" {
  description = "IDs of the hosted zones that TXT records may be written to, also where the record names no zone. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.zones), 0) <= 100
    error_message = "policy ${var.name}: zones: has ${try(length(var.zones), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.zones, []) : can(regex("^(/hostedzone/)?Z[A-Z0-9]{1,31}$", entry))])
    error_message = "policy ${var.name}: zones: ${jsonencode([for entry in coalesce(var.zones, []) : entry if !can(regex("^(/hostedzone/)?Z[A-Z0-9]{1,31}$", entry))])} is not a hosted zone ID: set it to the ID that Route 53 shows, such as Z1D633PJN98FT9, not the name of the zone."
  }
}

variable "roles" {
  description = "Roles that dns and targets may name: an ARN, or { arn, external_id } with the external ID that the controller then uses. Default: any. The role of the controller is always allowed."
  type        = any
  default     = null

  validation {
    condition     = try(length(var.roles), 0) <= 100
    error_message = "policy ${var.name}: roles: has ${try(length(var.roles), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = var.roles == null || (can([for r in var.roles : r]) && !can(keys(var.roles)))
    error_message = "policy ${var.name}: roles: ${jsonencode(var.roles)} is not a list: set it to [\"arn:aws:iam::<account>:role/<name>\"]."
  }
  validation {
    condition = length(setsubtract(distinct(flatten([for r in try([for r in var.roles : r], []) : try(keys(r), [])])), local.names.roles)) == 0
    error_message = "policy ${var.name}: roles: ${join("; ", [for given in setsubtract(distinct(flatten([for r in try([for r in var.roles : r], []) : try(keys(r), [])])), local.names.roles) :
      "${jsonencode(given)} is not known, the nearest is ${substr(reverse(sort([for known in local.names.roles : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(given) + 1) : substr(" ${given} ", i, 2)]))) / (length(known) + length(given) + 2)), known)]))[0], 4, -1)}"
    ])}: use arn and external_id."
  }
  validation {
    condition     = alltrue([for r in try([for r in var.roles : r], []) : can(regex("^arn:aws(-[a-z0-9-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$", try(r.arn, tostring(r), "")))])
    error_message = "policy ${var.name}: roles: ${jsonencode([for r in try([for r in var.roles : r], []) : try(r.arn, tostring(r), "") if !can(regex("^arn:aws(-[a-z0-9-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$", try(r.arn, tostring(r), "")))])} is not the ARN of a role: set it to arn:aws:iam::<account>:role/<name>, without \"*\"."
  }
  validation {
    condition     = alltrue([for r in try([for r in var.roles : r], []) : try(r.external_id, null) == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", r.external_id)) && length(r.external_id) <= 1224, false)])
    error_message = "policy ${var.name}: roles: external_id ${jsonencode([for r in try([for r in var.roles : r], []) : try(r.external_id, null) if !(try(r.external_id, null) == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", r.external_id)) && length(r.external_id) <= 1224, false))])} is not an external ID: use 2 to 1224 letters, digits and _ + = , . @ : / -."
  }
  validation {
    condition     = length(distinct([for r in try([for r in var.roles : r], []) : try(r.arn, tostring(r), "")])) == try(length(var.roles), 0)
    error_message = "policy ${var.name}: roles: a role is there twice: remove one, ${jsonencode([for r in try([for r in var.roles : r], []) : try(r.arn, tostring(r), "")])}."
  }
}

variable "regions" {
  description = "Regions of targets. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.regions), 0) <= 100
    error_message = "policy ${var.name}: regions: has ${try(length(var.regions), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.regions, []) : can(regex("^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$", entry))])
    error_message = "policy ${var.name}: regions: ${jsonencode([for entry in coalesce(var.regions, []) : entry if !can(regex("^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$", entry))])} is not an AWS region: set it to one, such as us-east-1."
  }
}

variable "acm_arns" {
  description = "ARNs of the certificates that may be adopted (acm_arn), with at most one * in each of region, account and ID. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.acm_arns), 0) <= 100
    error_message = "policy ${var.name}: acm_arns: has ${try(length(var.acm_arns), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.acm_arns, []) : can(regex("^arn:aws(-[a-z-]{1,16})?:acm:([a-z0-9-]+\\*?[a-z0-9-]*|\\*[a-z0-9-]*):([0-9]{12}|\\*):certificate/[A-Za-z0-9-]{0,64}\\*?[A-Za-z0-9-]{0,64}$", entry))])
    error_message = "policy ${var.name}: acm_arns: ${jsonencode([for entry in coalesce(var.acm_arns, []) : entry if !can(regex("^arn:aws(-[a-z-]{1,16})?:acm:([a-z0-9-]+\\*?[a-z0-9-]*|\\*[a-z0-9-]*):([0-9]{12}|\\*):certificate/[A-Za-z0-9-]{0,64}\\*?[A-Za-z0-9-]{0,64}$", entry))])} is not a pattern of ARNs of certificates: give arn:aws:acm:<region>:<account>:certificate/<id>, with at most one \"*\" in each of region, account and ID."
  }
}

variable "key_types" {
  description = "Key algorithms of certificates, in ACM's names: RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.key_types), 0) <= 100
    error_message = "policy ${var.name}: key_types: has ${try(length(var.key_types), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition = alltrue([for entry in coalesce(var.key_types, []) : contains(local.names.key_types, coalesce(entry, "-"))])
    error_message = "policy ${var.name}: key_types: ${join("; ", [for given in setsubtract(coalesce(var.key_types, []), local.names.key_types) :
      "${jsonencode(given)} is not known, the nearest is ${substr(reverse(sort([for known in local.names.key_types : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(given) + 1) : substr(" ${given} ", i, 2)]))) / (length(known) + length(given) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.key_types)}."
  }
}

variable "profiles" {
  description = "ACME profiles. No profile at all is always allowed. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.profiles), 0) <= 100
    error_message = "policy ${var.name}: profiles: has ${try(length(var.profiles), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.profiles, []) : can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", entry))])
    error_message = "policy ${var.name}: profiles: ${jsonencode([for entry in coalesce(var.profiles, []) : entry if !can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", entry))])} is not the name of a profile: use 1 to 256 characters on one line without white space around them."
  }
}

variable "deletion_policies" {
  description = "Deletion policies of certificates: Retain, Delete or both. Default: both."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.deletion_policies), 0) <= 100
    error_message = "policy ${var.name}: deletion_policies: has ${try(length(var.deletion_policies), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition = alltrue([for entry in coalesce(var.deletion_policies, []) : contains(local.names.deletion_policies, coalesce(entry, "-"))])
    error_message = "policy ${var.name}: deletion_policies: ${join("; ", [for given in setsubtract(coalesce(var.deletion_policies, []), local.names.deletion_policies) :
      "${jsonencode(given)} is not known, the nearest is ${substr(reverse(sort([for known in local.names.deletion_policies : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(given) + 1) : substr(" ${given} ", i, 2)]))) / (length(known) + length(given) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.deletion_policies)}."
  }
}

variable "probe_endpoints" {
  description = "Endpoints that records may add in probe: a host as in domains, with : and a port, or :* for every port; without a port 443. Port 443 of a record's own names is always allowed. Default: any."
  type        = list(string)
  default     = null

  validation {
    condition     = try(length(var.probe_endpoints), 0) <= 100
    error_message = "policy ${var.name}: probe_endpoints: has ${try(length(var.probe_endpoints), 0)} entries: use at most 100, and a second policy for the rest."
  }
  validation {
    condition     = alltrue([for entry in coalesce(var.probe_endpoints, []) : can(regex("^(\\*\\*?\\.)?[^*[:space:][:cntrl:]/?#@:]+(:(\\*|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$", entry))])
    error_message = "policy ${var.name}: probe_endpoints: ${jsonencode([for entry in coalesce(var.probe_endpoints, []) : entry if !can(regex("^(\\*\\*?\\.)?[^*[:space:][:cntrl:]/?#@:]+(:(\\*|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$", entry))])} is not a pattern of endpoints: write lb.example.net, lb.example.net:8443, or **.example.net:* for every port."
  }
}

variable "max_certificates" {
  description = "How many Certificate records the policy admits, 1 to 1000. Default: any number."
  type        = number
  default     = null

  validation {
    condition     = var.max_certificates == null || try(var.max_certificates >= 1 && var.max_certificates <= 1000 && floor(var.max_certificates) == var.max_certificates, false)
    error_message = "policy ${var.name}: max_certificates: ${jsonencode(var.max_certificates)} is out of range: use a whole number from 1 to 1000."
  }
}

variable "min_force_interval" {
  description = "How long after a forced certificate of a record another may be forced, by renew_token or a direct invocation: whole days or hours, such as 24h, from 1h to 365d. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.min_force_interval == null || can(regex("^[0-9]{1,6}[dh]$", var.min_force_interval))
    error_message = "policy ${var.name}: min_force_interval: ${jsonencode(var.min_force_interval)} is not an interval: write whole days or hours, such as 30d or 720h."
  }
  validation {
    # What has another form is the business of the validation above.
    condition = !can(regex("^[0-9]{1,6}[dh]$", var.min_force_interval)) || try(
      tonumber(trim(var.min_force_interval, "dh")) >= 1 &&
      tonumber(trim(var.min_force_interval, "dh")) * (endswith(var.min_force_interval, "d") ? 24 : 1) <= 365 * 24,
    false)
    error_message = "policy ${var.name}: min_force_interval: ${jsonencode(var.min_force_interval)} is out of range: use 1h to 365d."
  }
}
