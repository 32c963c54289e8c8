variable "dns" {
  description = "The role for a hosted zone in another AWS account: role_arn, and the external_id that its trust policy requires. The root module's assume_role_arns must allow it."
  type        = any
  default     = null

  validation {
    condition     = var.dns == null || can(keys(var.dns))
    error_message = "certificate ${var.name}: dns: ${jsonencode(var.dns)} is not an object: set it to { role_arn = \"...\" }, with external_id if the role requires one."
  }
  validation {
    condition = length(setsubtract(try(keys(var.dns), []), local.names.dns)) == 0
    error_message = "certificate ${var.name}: dns: ${join("; ", [for name in setsubtract(try(keys(var.dns), []), local.names.dns) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.dns : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(" and ", local.names.dns)}."
  }
  validation {
    condition     = try(var.dns.role_arn, null) == null || can(regex("^arn:aws(-[a-z0-9-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$", var.dns.role_arn))
    error_message = "certificate ${var.name}: dns: role_arn ${jsonencode(try(var.dns.role_arn, null))} is not the ARN of an IAM role: set it to arn:aws:iam::<account>:role/<name>."
  }
  validation {
    condition     = try(var.dns.external_id, null) == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.dns.external_id)) && length(var.dns.external_id) <= 1224, false)
    error_message = "certificate ${var.name}: dns: external_id ${jsonencode(try(var.dns.external_id, null))} is not an external ID: use 2 to 1224 letters, digits and _ + = , . @ : / -."
  }
  validation {
    condition     = try(var.dns.external_id, null) == null || try(var.dns.role_arn, null) != null
    error_message = "certificate ${var.name}: dns: external_id needs a role: set role_arn, or remove external_id."
  }
}

variable "acm_arn" {
  description = "ARN of the only target: an existing imported certificate to adopt and keep renewed (root module: adoptable_certificate_arns). Default: a new one is imported."
  type        = string
  default     = null

  validation {
    condition     = var.acm_arn == null || can(regex("^arn:aws(-[a-z0-9-]+)?:acm:[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}$", var.acm_arn))
    error_message = "certificate ${var.name}: acm_arn: ${jsonencode(var.acm_arn)} is not the ARN of an ACM certificate: set it to arn:aws:acm:<region>:<account>:certificate/<id>."
  }
  validation {
    condition     = var.acm_arn == null || try(length(var.targets), 0) == 0
    error_message = "certificate ${var.name}: acm_arn: ${jsonencode(var.acm_arn)} is set together with targets: move it into its target."
  }
  validation {
    condition     = var.acm_arn == null || !var.placeholder
    error_message = "certificate ${var.name}: acm_arn: a placeholder is for a target that has no certificate yet: remove one of acm_arn and placeholder."
  }
}

variable "region" {
  description = "Region of the only target; us-east-1 for CloudFront. Default: that of acm_arn, else the controller's."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$", var.region))
    error_message = "certificate ${var.name}: region: ${jsonencode(var.region)} is not an AWS region: set it to one, such as us-east-1."
  }
  validation {
    condition     = var.region == null || try(length(var.targets), 0) == 0
    error_message = "certificate ${var.name}: region: ${jsonencode(var.region)} is set together with targets: move it into its target."
  }
  validation {
    condition     = var.region == null || try(split(":", var.acm_arn)[3], var.region) == var.region
    error_message = "certificate ${var.name}: region: ${jsonencode(var.region)} is not the region of acm_arn: remove it or correct one of the two."
  }
}

variable "targets" {
  description = "The installations of the one certificate, at most 20, each with region, role_arn and external_id (for another AWS account), acm_arn (to adopt). Default: one, from acm_arn and region."
  type        = any
  default     = null

  validation {
    condition     = var.targets == null || try(length(var.targets) == 0 || can(keys(var.targets[0])), false) && can([for t in var.targets : keys(t)])
    error_message = "certificate ${var.name}: targets: ${jsonencode(var.targets)} is not a list of objects: set it to [{ region = \"...\" }, ...]."
  }
  validation {
    condition = length(setsubtract(distinct(flatten([for t in try([for t in var.targets : t], []) : try(keys(t), [])])), local.names.targets)) == 0
    error_message = "certificate ${var.name}: targets: ${join("; ", [for name in setsubtract(distinct(flatten([for t in try([for t in var.targets : t], []) : try(keys(t), [])])), local.names.targets) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.targets : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.targets)}."
  }
  validation {
    condition     = try(length(var.targets), 0) <= 20
    error_message = "certificate ${var.name}: targets: has ${try(length(var.targets), 0)} entries, more than 20: keep 20, and use a second certificate for the rest."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.region, null) == null || can(regex("^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$", t.region))])
    error_message = "certificate ${var.name}: targets: region ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.region, null) if !(try(t.region, null) == null || can(regex("^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$", t.region)))])} is not an AWS region: set it to one, such as us-east-1."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.role_arn, null) == null || can(regex("^arn:aws(-[a-z0-9-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$", t.role_arn))])
    error_message = "certificate ${var.name}: targets: role_arn ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.role_arn, null) if !(try(t.role_arn, null) == null || can(regex("^arn:aws(-[a-z0-9-]+)?:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$", t.role_arn)))])} is not the ARN of an IAM role: set it to arn:aws:iam::<account>:role/<name>."
  }
  validation {
    # Region and role become the value of a tag of ACM: at most 256 characters, the region's among them.
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.role_arn, null) == null || try(!strcontains(t.role_arn, ",") && length("${try(t.region, null) == null ? "us-east-1" : t.region}/${t.role_arn}") <= 256, false)])
    error_message = "certificate ${var.name}: targets: role_arn ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.role_arn, null) if !(try(t.role_arn, null) == null || try(!strcontains(t.role_arn, ",") && length("${try(t.region, null) == null ? "us-east-1" : t.region}/${t.role_arn}") <= 256, false))])} cannot be written into a tag of ACM: use a role whose ARN is shorter and holds no \",\"."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.external_id, null) == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", t.external_id)) && length(t.external_id) <= 1224, false)])
    error_message = "certificate ${var.name}: targets: external_id ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.external_id, null) if !(try(t.external_id, null) == null || try(can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", t.external_id)) && length(t.external_id) <= 1224, false))])} is not an external ID: use 2 to 1224 letters, digits and _ + = , . @ : / -."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.external_id, null) == null || try(t.role_arn, null) != null])
    error_message = "certificate ${var.name}: targets: external_id ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.external_id, null) if !(try(t.external_id, null) == null || try(t.role_arn, null) != null)])} needs a role: set role_arn, or remove external_id."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.acm_arn, null) == null || can(regex("^arn:aws(-[a-z0-9-]+)?:acm:[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}$", t.acm_arn))])
    error_message = "certificate ${var.name}: targets: acm_arn ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.acm_arn, null) if !(try(t.acm_arn, null) == null || can(regex("^arn:aws(-[a-z0-9-]+)?:acm:[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}$", t.acm_arn)))])} is not the ARN of an ACM certificate: set it to arn:aws:acm:<region>:<account>:certificate/<id>."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(t.region == null || split(":", t.acm_arn)[3] == t.region, true)])
    error_message = "certificate ${var.name}: targets: region ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.region, null) if !(try(t.region == null || split(":", t.acm_arn)[3] == t.region, true))])} is not the region of the acm_arn beside it: remove it or correct one of the two."
  }
  validation {
    condition     = alltrue([for t in try([for t in var.targets : t], []) : try(split(":", t.role_arn)[4] == split(":", t.acm_arn)[4], true)])
    error_message = "certificate ${var.name}: targets: role_arn ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.role_arn, null) if !(try(split(":", t.role_arn)[4] == split(":", t.acm_arn)[4], true))])} and the acm_arn beside it lie in different accounts: a role reaches its own account's ACM only."
  }
  validation {
    # The key of a place: an ARN, else region and role. An empty region is the controller's, whichever that is.
    condition     = length(distinct([for t in try([for t in var.targets : t], []) : try(t.acm_arn, null) != null ? t.acm_arn : join("/", compact([try(t.region, null), try(t.role_arn, null)]))])) == try(length(var.targets), 0)
    error_message = "certificate ${var.name}: targets: two of ${jsonencode([for t in try([for t in var.targets : t], []) : try(t.acm_arn, null) != null ? t.acm_arn : join("/", compact([try(t.region, null), try(t.role_arn, null)]))])} are the same place, the same acm_arn or the same region and role_arn: remove one."
  }
  validation {
    condition     = !var.placeholder || try(length(var.targets), 0) == 0 || anytrue([for t in try([for t in var.targets : t], []) : try(t.acm_arn, null) == null])
    error_message = "certificate ${var.name}: targets: a placeholder is for targets that have no certificate yet, and all of these name an acm_arn: remove placeholder."
  }
}
