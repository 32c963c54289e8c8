# What a policy does not allow is refused at plan. The controller decides.

locals {
  # What the record uses. An alias of a directory and a URL are not compared: the controller knows what an alias stands for.
  used = {
    directories = [var.directory]
    eab_secrets = var.eab_secret_arn[*]
    networks    = [coalesce(var.network, "public")]
  }

  # The policies that apply to the record, with a regular expression for each entry of a list. A list that is absent does not
  # restrict. "*" stands for any characters of a name, or of a part of an ARN.
  policies = [for policy in [for p in var.policies : jsondecode(p)] : {
    name = trimprefix(policy.name.S, "policy#")
    allows = { for attribute in keys(local.used) : attribute => [
      for entry in policy[attribute].L : (
        attribute == "directories" && startswith(entry.S, "https:") != startswith(var.directory, "https:") ? ".*"
        : replace(replace(entry.S, "/[.+?^$|()\\[\\]{}\\\\]/", "\\$0"), "*", "[^:]*")
      )
    ] if can(policy[attribute].L) }
    } if anytrue([for entry in policy.records.L : entry.S == var.name || (endswith(entry.S, "*") && startswith(var.name, trimsuffix(entry.S, "*")))])
  ]
  refusals = [for policy in local.policies : {
    name = policy.name
    what = flatten([for attribute, entries in policy.allows : [
      for value in local.used[attribute] : "${attribute} ${jsonencode(value)}" if !anytrue([for entry in entries : can(regex("^(${entry})$", value))])
    ]])
  }]
  allowed = length(var.policies) == 0 || anytrue([for refusal in local.refusals : length(refusal.what) == 0])
}
