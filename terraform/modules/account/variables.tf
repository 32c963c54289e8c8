variable "table_name" {
  description = "Name of the controller's table: output table_name of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.table_name))
    error_message = "account ${var.name}: table_name: \"${var.table_name}\" is not the name of a table: set it to output table_name of the root module, not an ARN."
  }
}

variable "name" {
  description = "The record's name, unique in the table: 1 to 63 of a-z, 0-9, '.' and '-'. Certificates that name no account use default. Another name is another account at the CA."
  type        = string
  default     = "default"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", var.name))
    error_message = "account ${jsonencode(var.name)}: name: it is not a record's name: use 1 to 63 of a-z, 0-9, '.' and '-', and start and end with a letter or digit."
  }
}

variable "directory" {
  description = "https URL of the CA's ACME directory, or an alias: letsencrypt, letsencrypt-staging, jprs, google, zerossl, digicert-jp, sectigo-dv, sslcom-rsa, sslcom-ecc. Another directory is another account at the CA."
  type        = string
  nullable    = false

  validation {
    # A wrong value is not repeated: a URL may hold a password.
    condition = contains([
      "letsencrypt", "letsencrypt-staging", "jprs", "google", "zerossl", "digicert-jp", "sectigo-dv", "sslcom-rsa", "sslcom-ecc",
    ], var.directory) || can(regex("^https://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$", var.directory))
    error_message = "account ${var.name}: directory: is not a known directory: set it to an https URL without user name, password or \"#\", or one of letsencrypt, letsencrypt-staging, jprs, google, zerossl, digicert-jp, sectigo-dv, sslcom-rsa, sslcom-ecc."
  }
  validation {
    condition     = length(var.directory) <= 1024
    error_message = "account ${var.name}: directory: has ${length(var.directory)} characters: use at most 1024."
  }
}

variable "email" {
  description = "The contact, one bare address; some CAs require one. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.email == null || can(regex("^[A-Za-z0-9!#$%'*+/=^_`{|}~.-]+@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9-]{2,63}$", var.email))
    error_message = "account ${var.name}: email: ${jsonencode(var.email)} is not an e-mail address: set it to one bare address, such as admin@example.com."
  }
  validation {
    condition     = try(length(var.email), 0) <= 256
    error_message = "account ${var.name}: email: has ${try(length(var.email), 0)} characters: use at most 256."
  }
}

variable "eab_secret_arn" {
  description = "ARN of the secret in Secrets Manager with the external account binding, as JSON {\"kid\", \"hmac_key\"}. The credential itself has no input, because it would be in Terraform's state. Default: none."
  type        = string
  default     = null

  validation {
    # A wrong value is not repeated: it may be the credential itself.
    condition     = var.eab_secret_arn == null || can(regex("^arn:aws(-[a-z0-9-]+)?:secretsmanager:[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$", var.eab_secret_arn))
    error_message = "account ${var.name}: eab_secret_arn: it is not the ARN of a secret: store the credential in Secrets Manager, outside of Terraform, and set this to arn:aws:secretsmanager:<region>:<account>:secret:<name>."
  }
}

variable "key_type" {
  description = "Algorithm of the account's own key, in ACM's names: RSA_2048, RSA_3072, RSA_4096, EC_prime256v1 or EC_secp384r1; not of its certificates. Default: EC_prime256v1."
  type        = string
  default     = null

  validation {
    condition     = var.key_type == null || try(contains(["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"], var.key_type), false)
    error_message = "account ${var.name}: key_type: ${jsonencode(var.key_type)} is not a key type: use one of RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1."
  }
}

variable "ca_certificates" {
  description = "PEM certificates to trust for the directory's own TLS, for a private CA; at most 64 KB. Default: the system's."
  type        = string
  default     = null

  validation {
    # Text between the blocks is a comment, as the roots of CAs are often published with.
    condition = var.ca_certificates == null || try(
      can(regex("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=[:space:]]+-----END CERTIFICATE-----[[:space:]]*$", var.ca_certificates)) &&
      length(regexall("-----BEGIN", var.ca_certificates)) == length(regexall("-----BEGIN CERTIFICATE-----", var.ca_certificates)),
    false)
    error_message = "account ${var.name}: ca_certificates: is not PEM of certificates: set it to one or more blocks of BEGIN CERTIFICATE with their line breaks, without other blocks. Never set it to a private key."
  }
  validation {
    condition     = try(length(var.ca_certificates), 0) <= 64 * 1024
    error_message = "account ${var.name}: ca_certificates: is longer than 64 KB: give the roots of this CA only."
  }
}

variable "network" {
  description = "Where the CA's servers may be: public addresses only (public), or also private and loopback addresses (private), for a CA in your own network. Default: public."
  type        = string
  default     = null

  validation {
    condition     = var.network == null || try(contains(["public", "private"], var.network), false)
    error_message = "network: is not a network: use public, or private for a CA at a private address."
  }
}

variable "profile" {
  description = "ACME profile of its certificates. Default: the CA's."
  type        = string
  default     = null

  validation {
    condition     = var.profile == null || can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", var.profile))
    error_message = "account ${var.name}: profile: ${jsonencode(var.profile)} has another form: use 1 to 256 characters on one line without white space around them, or null for the CA's."
  }
}

variable "preferred_chain" {
  description = "Common name of the root that chains of its certificates should lead to. Default: the CA's."
  type        = string
  default     = null

  validation {
    condition     = var.preferred_chain == null || can(regex("^[^[:space:][:cntrl:]]([^[:cntrl:]]{0,254}[^[:space:][:cntrl:]])?$", var.preferred_chain))
    error_message = "account ${var.name}: preferred_chain: ${jsonencode(var.preferred_chain)} has another form: use 1 to 256 characters on one line without white space around them, or null for the CA's."
  }
}

variable "limits" {
  description = "How much the CA accepts: orders, certificates_per_domain, certificates_per_set and failed_validations, each as a number and whole hours or days, such as 300/3h, or none. Default: what the CA publishes (Let's Encrypt), else none."
  type        = any
  default     = null

  validation {
    condition     = var.limits == null || can(keys(var.limits))
    error_message = "account ${var.name}: limits: ${jsonencode(var.limits)} is not an object: set it to { orders = \"100/1d\" }, for example."
  }
  validation {
    condition     = length(setsubtract(try(keys(var.limits), []), ["orders", "certificates_per_domain", "certificates_per_set", "failed_validations"])) == 0
    error_message = "account ${var.name}: limits: ${join(", ", setsubtract(try(keys(var.limits), []), ["orders", "certificates_per_domain", "certificates_per_set", "failed_validations"]))} is not known: use orders, certificates_per_domain, certificates_per_set, failed_validations."
  }
  validation {
    condition = alltrue([for value in try(values(var.limits), []) : value == null || try(
    value == "none" || can(regex("^([1-9][0-9]{0,4}|100000)/([1-9][0-9]?h|[1-6][0-9]{2}h|7[0-3][0-9]h|74[0-4]h|[12]?[1-9]d|[12]0d|3[01]d)$", value)), false)])
    error_message = "account ${var.name}: limits: ${jsonencode(var.limits)} has a value that is not a limit: use a number and whole hours or days, such as 300/3h or 50/7d (at most 100000/31d), or none."
  }
}
