# What a policy does not allow is refused at plan, as far as the plan knows it. The controller decides, also by what it finds:
# zones that the record does not name, for instance. Names with letters beyond ASCII are left to it.

locals {
  # What the record uses, as far as it says so.
  used = {
    domains           = [for d in var.domains : trimsuffix(lower(d), ".") if !can(regex("[[:^ascii:]]|xn--", lower(d)))]
    accounts          = [coalesce(var.account, "default")]
    zones             = [for zone in var.zone[*] : trimprefix(zone, "/hostedzone/")]
    roles             = [for role in concat([try(var.dns.role_arn, null)], [for t in local.target_list : try(t.role_arn, null)]) : role if role != null]
    regions           = [for region in concat([var.region], [for t in local.target_list : try(t.region, null)]) : region if region != null]
    acm_arns          = [for arn in concat([var.acm_arn], [for t in local.target_list : try(t.acm_arn, null)]) : arn if arn != null]
    key_types         = var.key_type[*]
    profiles          = var.profile[*]
    deletion_policies = [coalesce(var.deletion_policy, "Retain")]
    # What the record adds to its own names at port 443.
    probe_endpoints = [for e in local.probed : "${e.host}:${e.port}" if !can(regex("[[:^ascii:]]|xn--", e.host)) && !(e.port == 443 && anytrue([
      for d in var.domains : contains([e.host, replace(e.host, "/^[^.]+/", "*")], trimsuffix(lower(d), "."))
    ]))]
  }
  probed = [for e in local.endpoints : {
    host = try(trimsuffix(lower(e.host), "."), "")
    port = try(e.port, null) == null ? lookup({ smtp = 587, imap = 143, postgres = 5432 }, coalesce(try(e.protocol, null), "tls"), 443) : try(tonumber(e.port), 0)
  }]
  target_list = try([for t in var.targets : t], [])

  # The policies that apply to the record, with a regular expression for each entry of a list. A list that is absent does not
  # restrict. "*" stands for any characters of a name, or of a part of an ARN.
  policies = [for policy in [for p in var.policies : jsondecode(p)] : {
    name      = trimprefix(policy.name.S, "policy#")
    wildcards = try(policy.wildcards.BOOL, true)
    allows = { for attribute in keys(local.used) : attribute => [
      for entry in policy[attribute].L : replace(replace(replace(replace(
        attribute == "domains" ? trimsuffix(lower(entry.S), ".") :
        attribute == "probe_endpoints" ? (strcontains(entry.S, ":") ? lower(entry.S) : "${lower(entry.S)}:443") : trimprefix(try(entry.S, entry.M.arn.S), "/hostedzone/"),
      "/[.+]/", "\\$0"), "/^\\*\\*\\\\[.]/", ".+\\."), "/^\\*\\\\[.]/", "[^.]+\\."), "*", "[^:]*")
    ] if can(policy[attribute].L) }
    } if anytrue([for entry in policy.records.L : entry.S == var.name || (endswith(entry.S, "*") && startswith(var.name, trimsuffix(entry.S, "*")))])
  ]
  refusals = [for policy in local.policies : {
    name = policy.name
    what = concat(flatten([for attribute, entries in policy.allows : [
      for value in local.used[attribute] : "${attribute} ${jsonencode(value)}" if !anytrue([for entry in entries : can(regex("^(${entry})$", value))])
    ]]), [for d in local.used.domains : "wildcards ${jsonencode(d)}" if startswith(d, "*.") && !policy.wildcards])
  }]
  allowed = length(var.policies) == 0 || anytrue([for refusal in local.refusals : length(refusal.what) == 0])
}
