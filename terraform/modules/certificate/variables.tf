variable "table_name" {
  description = "Name of the controller's table: output table_name of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.table_name))
    error_message = "certificate ${var.name}: table_name: \"${var.table_name}\" is not the name of a table: set it to output table_name of the root module, not an ARN."
  }
}

variable "function_name" {
  description = "Name or ARN of the controller's function: output function_name of the root module. Needed for wait and placeholder only."
  type        = string
  default     = null

  validation {
    condition     = var.function_name != null || (var.wait == null && !var.placeholder)
    error_message = "certificate ${var.name}: function_name: is missing: wait and placeholder need output function_name of the root module."
  }
}

variable "name" {
  description = "The record's name, unique in the table: 1 to 63 of a-z, 0-9, '.' and '-'. Another name is another record."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", var.name))
    error_message = "certificate ${jsonencode(var.name)}: name: it is not a record's name: use 1 to 63 of a-z, 0-9, '.' and '-', and start and end with a letter or digit."
  }
}

variable "account" {
  description = "Name of the Account record that issues the certificate: output name of modules/account. Default: default."
  type        = string
  default     = null

  validation {
    condition     = var.account == null || can(regex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", var.account))
    error_message = "certificate ${var.name}: account: ${jsonencode(var.account)} is not the name of an Account record: use 1 to 63 of a-z, 0-9, '.' and '-', such as output name of modules/account."
  }
}

variable "zone" {
  description = "Route 53 hosted zone ID for the DNS-01 records. Default: the longest public, delegated zone that matches."
  type        = string
  default     = null

  validation {
    condition     = var.zone == null || can(regex("^(/hostedzone/)?Z[A-Z0-9]{1,31}$", var.zone))
    error_message = "certificate ${var.name}: zone: ${jsonencode(var.zone)} is not a hosted zone ID: set it to the ID that Route 53 shows, such as Z1D633PJN98FT9, not the zone's name."
  }
}

variable "key_type" {
  description = "Key algorithm in ACM's names: RSA_2048, RSA_3072, RSA_4096, EC_prime256v1 or EC_secp384r1. Default: the adopted certificate's, else RSA_2048. Another one makes a successor with a new ARN."
  type        = string
  default     = null

  validation {
    condition     = var.key_type == null || try(contains(["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"], var.key_type), false)
    error_message = "certificate ${var.name}: key_type: ${jsonencode(var.key_type)} is not a key type: use one of RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1."
  }
}

variable "renew_before" {
  description = "Fixed lead time of renewal in whole days or hours, such as 30d or 720h, from 1h to 3650d; cut to two thirds of the lifetime. Default: the CA's renewal information, else a third of the lifetime."
  type        = string
  default     = null

  validation {
    condition     = var.renew_before == null || can(regex("^[0-9]{1,6}[dh]$", var.renew_before))
    error_message = "certificate ${var.name}: renew_before: ${jsonencode(var.renew_before)} is not a lead time: set it to whole days or hours, such as 30d or 720h."
  }
  validation {
    # What has another form is the business of the validation above.
    condition = !can(regex("^[0-9]{1,6}[dh]$", var.renew_before)) || try(
      tonumber(trim(var.renew_before, "dh")) >= 1 &&
      tonumber(trim(var.renew_before, "dh")) * (endswith(var.renew_before, "d") ? 24 : 1) <= 3650 * 24,
    false)
    error_message = "certificate ${var.name}: renew_before: ${jsonencode(var.renew_before)} is out of range: use 1h to 3650d."
  }
}

variable "profile" {
  description = "ACME profile. Default: the account's, else the CA's."
  type        = string
  default     = null

  validation {
    condition     = var.profile == null || can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", var.profile))
    error_message = "certificate ${var.name}: profile: ${jsonencode(var.profile)} is not the name of a profile: use 1 to 256 characters on one line without white space around them, or null for the account's."
  }
}

variable "preferred_chain" {
  description = "Common name of the root that the chain should lead to. Default: the account's, else the CA's."
  type        = string
  default     = null

  validation {
    condition     = var.preferred_chain == null || can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", var.preferred_chain))
    error_message = "certificate ${var.name}: preferred_chain: ${jsonencode(var.preferred_chain)} is not a common name: use 1 to 256 characters on one line without white space around them, or null for the account's."
  }
}

variable "deletion_policy" {
  description = "What happens to the ACM certificate when the record is deleted. Retain: it stays and is not renewed. Delete: it is deleted when it is not in use, if certloop imported it. Default: Retain."
  type        = string
  default     = null

  validation {
    condition     = var.deletion_policy == null || try(contains(["Retain", "Delete"], var.deletion_policy), false)
    error_message = "certificate ${var.name}: deletion_policy: ${jsonencode(var.deletion_policy)} is not a deletion policy: set it to Retain or Delete."
  }
}

variable "suspend" {
  description = "Stop renewal and all other changes; the status still shows the facts of the certificate. Default: false."
  type        = bool
  default     = null

  validation {
    condition     = var.suspend != true || !var.placeholder
    error_message = "certificate ${var.name}: suspend: a suspended record gets no placeholder: remove one of suspend and placeholder."
  }
}

variable "renew_token" {
  description = "A new value forces one new certificate. The value of a new record, and its removal, force nothing."
  type        = string
  default     = null

  validation {
    condition     = var.renew_token == null || can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", var.renew_token))
    error_message = "certificate ${var.name}: renew_token: ${jsonencode(var.renew_token)} is not a token: use 1 to 256 characters on one line without white space around them, such as a date."
  }
}

variable "tags" {
  description = "Tags on the ACM certificate, at most 40. The provider's default_tags do not reach it: the provider does not create it."
  type        = map(string)
  default     = null

  validation {
    condition     = try(length(var.tags), 0) <= 40
    error_message = "certificate ${var.name}: tags: has ${try(length(var.tags), 0)} entries: use at most 40."
  }
  validation {
    condition     = alltrue([for key in keys(coalesce(var.tags, {})) : can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{1,128}$", key))])
    error_message = "certificate ${var.name}: tags: the key ${jsonencode([for key in keys(coalesce(var.tags, {})) : key if !can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{1,128}$", key))])} is wrong: use 1 to 128 letters, digits, spaces and _ . : / = + - @."
  }
  validation {
    condition     = alltrue([for key in keys(coalesce(var.tags, {})) : !startswith(lower(key), "aws:") && !startswith(lower(key), "certloop:")])
    error_message = "certificate ${var.name}: tags: ${jsonencode([for key in keys(coalesce(var.tags, {})) : key if startswith(lower(key), "aws:") || startswith(lower(key), "certloop:")])}: keys that begin with aws: are AWS's own, with certloop: the controller's: use others."
  }
  validation {
    condition     = alltrue([for value in values(coalesce(var.tags, {})) : can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{0,256}$", value))])
    error_message = "certificate ${var.name}: tags: the value of ${jsonencode([for key, value in coalesce(var.tags, {}) : key if !can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{0,256}$", value))])} is wrong: use up to 256 letters, digits, spaces and _ . : / = + - @, or \"\" for a tag without one."
  }
}
