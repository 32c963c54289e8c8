variable "rollout" {
  description = "In which order a new certificate goes to the targets: waves (lists of targets' keys; default: each target is a wave), soak and timeout such as 6h, on_failure (stop or rollback). Default: to all targets at once."
  type        = any
  default     = null

  validation {
    condition     = var.rollout == null || can(keys(var.rollout))
    error_message = "certificate ${var.name}: rollout: ${jsonencode(var.rollout)} is not an object: set it to { on_failure = \"rollback\" }, for example."
  }
  validation {
    condition = length(setsubtract(try(keys(var.rollout), []), local.names.rollout)) == 0
    error_message = "certificate ${var.name}: rollout: ${join("; ", [for name in setsubtract(try(keys(var.rollout), []), local.names.rollout) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.rollout : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.rollout)}."
  }
  validation {
    condition     = try(var.rollout.waves, null) == null || alltrue([for wave in try([for wave in var.rollout.waves : wave], [""]) : try(length([for key in wave : tostring(key)]) > 0, false)])
    error_message = "certificate ${var.name}: rollout: waves: each wave is a list of targets: set it to [[\"us-east-1\"], [\"eu-central-1\"]], for example."
  }
  validation {
    condition     = alltrue([for name in ["soak", "timeout"] : try(var.rollout[name], null) == null || try(can(regex("^([1-9][0-9]?|1[0-5][0-9]|16[0-8])h$|^[1-7]d$", var.rollout[name])), false)])
    error_message = "certificate ${var.name}: rollout: soak and timeout are whole hours or days from 1h to 7d, such as 6h."
  }
  validation {
    condition     = try(var.rollout.on_failure, null) == null || try(contains(["stop", "rollback"], var.rollout.on_failure), false)
    error_message = "certificate ${var.name}: rollout: on_failure must be stop or rollback."
  }
}

locals {
  waves = try([for wave in var.rollout.waves : [for key in wave : key]], [])

  # In DynamoDB's own JSON. An empty map is a rollout with the defaults.
  rollout = var.rollout == null ? null : { M = { for name, value in {
    waves      = length(local.waves) == 0 ? null : { L = [for wave in local.waves : { L = [for key in wave : { S = key }] }] }
    soak       = try(var.rollout.soak, null) == null ? null : { S = var.rollout.soak }
    timeout    = try(var.rollout.timeout, null) == null ? null : { S = var.rollout.timeout }
    on_failure = try(var.rollout.on_failure, null) == null ? null : { S = var.rollout.on_failure }
  } : name => value if value != null } }
}
