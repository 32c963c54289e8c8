variable "name" {
  description = "Name of the role."
  type        = string
  default     = "certloop"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.name))
    error_message = "name: ${jsonencode(var.name)} is not the name of a role: use 1 to 64 letters, digits and _ + = , . @ -."
  }
}

variable "controller_role_arn" {
  description = "The only role that may assume this one: output role_arn of the root module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.controller_role_arn))
    error_message = "role ${var.name}: controller_role_arn: ${jsonencode(var.controller_role_arn)} is not the ARN of a role: set it to output role_arn of the root module."
  }
}

variable "table_arn" {
  description = "ARN of the controller's table, which the owner tag of certificates contains: output table_arn of the root module. Required with certificates."
  type        = string
  default     = null

  validation {
    condition     = var.table_arn == null || can(regex("^arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", var.table_arn))
    error_message = "role ${var.name}: table_arn: ${jsonencode(var.table_arn)} is not the ARN of a table: set it to output table_arn of the root module."
  }
  validation {
    condition     = var.table_arn != null || !var.certificates
    error_message = "role ${var.name}: table_arn: is missing: certificates needs output table_arn of the root module."
  }
}

variable "external_id" {
  description = "External ID that the controller must present; not a secret. Records set it in external_id. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.external_id == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.external_id)) && length(var.external_id) <= 1224, false)
    error_message = "role ${var.name}: external_id: ${jsonencode(var.external_id)} is not an external ID: use 2 to 1224 letters, digits and _ + = , . @ : / -."
  }
}

variable "certificates" {
  description = "Whether the role may import certificates into ACM of its account, and renew and delete those."
  type        = bool
  default     = false
  nullable    = false
}

variable "probe" {
  description = "Whether the role may find the load balancers, distributions and custom domain names of API Gateway of its account that use a certificate, so that the controller connects to them and sees what they serve. Only with certificates. Without it, only the names of the records are probed."
  type        = bool
  default     = true
  nullable    = false
}

variable "adoptable_certificate_arns" {
  description = "ARNs of imported certificates of its account that records may adopt."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.adoptable_certificate_arns : can(regex("^arn:[a-z0-9-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", arn))])
    error_message = "role ${var.name}: adoptable_certificate_arns: ${jsonencode([for arn in var.adoptable_certificate_arns : arn if !can(regex("^arn:[a-z0-9-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", arn))])} must be ARNs of certificates, without wildcards."
  }
  validation {
    condition     = length(var.adoptable_certificate_arns) == 0 || var.certificates
    error_message = "role ${var.name}: adoptable_certificate_arns: the role may do nothing with them: set certificates = true."
  }
}

variable "hosted_zones" {
  description = "Route 53 hosted zones of its account in which DNS-01 records may be published: zone ID to the patterns of the record names, as of the root module. An empty list means `_acme-challenge.*`."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in keys(var.hosted_zones) : can(regex("^Z[A-Z0-9]{3,31}$", id))])
    error_message = "role ${var.name}: hosted_zones: ${jsonencode([for id in keys(var.hosted_zones) : id if !can(regex("^Z[A-Z0-9]{3,31}$", id))])} must be hosted zone IDs such as Z0123456789ABCDEFGHIJ."
  }
  validation {
    condition = alltrue([for pattern in flatten(values(var.hosted_zones)) :
    can(regex("^[a-z0-9_*?.\\\\-]*[a-z0-9_-]$|^[a-z0-9_\\\\-][a-z0-9_*?.\\\\-]*[*?]$", pattern))])
    error_message = "role ${var.name}: hosted_zones: ${jsonencode(flatten(values(var.hosted_zones)))}: each pattern must be a record name in lower case without a dot at its end, with * for any characters, and not of wildcards alone, such as _acme-challenge.*."
  }
  validation {
    condition     = length(var.hosted_zones) > 0 || var.certificates
    error_message = "role ${var.name}: hosted_zones: the role may do nothing: give hosted_zones, or set certificates = true, or both."
  }
}

variable "permissions_boundary" {
  description = "ARN of the IAM policy that bounds the role. Default: none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}
