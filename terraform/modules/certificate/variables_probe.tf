variable "probe" {
  description = "What certloop probes of the certificate besides its names: endpoints (each with host and any of port, sni, protocol, target), names_for_wildcards, interval such as 6h, or off. Default: every name that is not a wildcard, at port 443, once an hour."
  type        = any
  default     = null

  validation {
    condition     = var.probe == null || can(keys(var.probe))
    error_message = "certificate ${var.name}: probe: ${jsonencode(var.probe)} is not an object: set it to { interval = \"6h\" }, for example."
  }
  validation {
    condition = length(setsubtract(try(keys(var.probe), []), local.names.probe)) == 0
    error_message = "certificate ${var.name}: probe: ${join("; ", [for name in setsubtract(try(keys(var.probe), []), local.names.probe) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.probe : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.probe)}."
  }
  validation {
    condition     = alltrue([for e in try([for e in var.probe.endpoints : e], []) : can(keys(e)) && try(e.host, null) != null])
    error_message = "certificate ${var.name}: probe: endpoints: each entry is an object with host: set it to [{ host = \"lb.example.net\", sni = \"www.example.com\" }], for example."
  }
  validation {
    condition = length(setsubtract(distinct(flatten([for e in try([for e in var.probe.endpoints : e], []) : try(keys(e), [])])), local.names.endpoint)) == 0
    error_message = "certificate ${var.name}: probe: endpoints: ${join("; ", [for name in setsubtract(distinct(flatten([for e in try([for e in var.probe.endpoints : e], []) : try(keys(e), [])])), local.names.endpoint) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.endpoint : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.endpoint)}."
  }
  validation {
    condition     = alltrue([for e in try([for e in var.probe.endpoints : e], []) : try(e.protocol, null) == null || try(contains(["tls", "https", "smtp", "imap", "postgres"], e.protocol), false)])
    error_message = "certificate ${var.name}: probe: endpoints: protocol must be one of tls, https, smtp, imap, postgres."
  }
  validation {
    condition     = alltrue([for e in try([for e in var.probe.endpoints : e], []) : try(e.port, null) == null || try(floor(e.port) == tonumber(e.port) && e.port >= 1 && e.port <= 65535, false)])
    error_message = "certificate ${var.name}: probe: endpoints: port must be a number from 1 to 65535."
  }
  validation {
    condition     = try(length(var.probe.endpoints), 0) <= 20 && try(length(var.probe.names_for_wildcards), 0) <= 20
    error_message = "certificate ${var.name}: probe: endpoints and names_for_wildcards have at most 20 entries each: remove some."
  }
  validation {
    condition     = try(var.probe.interval, null) == null || try(can(regex("^([1-9][0-9]?|1[0-5][0-9]|16[0-8])h$|^[1-7]d$", var.probe.interval)), false)
    error_message = "certificate ${var.name}: probe: interval ${jsonencode(try(var.probe.interval, null))} is not a time between two probes: set it to whole hours or days from 1h to 7d, such as 6h."
  }
  validation {
    condition     = try(var.probe.off, null) == null || can(tobool(var.probe.off))
    error_message = "certificate ${var.name}: probe: off must be true or false."
  }
}

locals {
  endpoints           = try([for e in var.probe.endpoints : e], [])
  names_for_wildcards = try([for name in var.probe.names_for_wildcards : name], [])

  # In DynamoDB's own JSON. What is not set is left out.
  probe = { for name, value in {
    endpoints = length(local.endpoints) == 0 ? null : { L = [for e in local.endpoints : { M = merge(
      { for name in ["host", "sni", "protocol", "target"] : name => { S = e[name] } if try(e[name], null) != null },
      try(e.port, null) == null ? {} : { port = { N = tostring(e.port) } },
    ) }] }
    names_for_wildcards = length(local.names_for_wildcards) == 0 ? null : { L = [for name in local.names_for_wildcards : { S = name }] }
    interval            = try(var.probe.interval, null) == null ? null : { S = var.probe.interval }
    off                 = try(var.probe.off, null) == null ? null : { BOOL = var.probe.off }
  } : name => value if value != null }
}
