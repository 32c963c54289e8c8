# What the controller would refuse in a name, as far as Terraform can know. Names with letters beyond ASCII are left to
# it: what becomes of them is decided by IDNA, which Terraform does not speak.
variable "domains" {
  description = "The DNS names, 1 to 100, wildcards and Unicode too. The common name is the first that has at most 64 bytes; a change of order alone makes no new certificate."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.domains) >= 1
    error_message = "certificate ${var.name}: domains: is empty: give the DNS names that the certificate is for, 1 to 100."
  }
  validation {
    condition     = length(var.domains) <= 100
    error_message = "certificate ${var.name}: domains: has ${length(var.domains)} names, more than 100: keep 100, and use a second certificate for the rest."
  }
  validation {
    condition     = alltrue([for d in var.domains : can(regex("^[^[:space:][:cntrl:]]+$", d))])
    error_message = "certificate ${var.name}: domains: ${jsonencode([for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if !can(regex("^[^[:space:][:cntrl:]]+$", d))])}: is empty or holds white space: remove it or give a DNS name."
  }
  validation {
    # The value is not repeated: a URL may hold a password.
    condition     = alltrue([for d in var.domains : !can(regex("[]/?#@:[]", d))])
    error_message = "certificate ${var.name}: domains: number ${join(", ", [for n, d in var.domains : n + 1 if can(regex("[]/?#@:[]", d))])} of the list is a URL, an e-mail address or has a port: give the name only, such as www.example.com."
  }
  validation {
    condition     = alltrue([for d in var.domains : !strcontains(trimprefix(d, "*."), "*")])
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if strcontains(trimprefix(d, "*."), "*")])}: only the whole leftmost label may be \"*\", as in *.example.com."
  }
  validation {
    condition     = alltrue([for d in var.domains : can(regex("[[:^ascii:]]|[^.]\\.[^.]", trimprefix(d, "*.")))])
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if !can(regex("[[:^ascii:]]|[^.]\\.[^.]", trimprefix(d, "*.")))])}: give the full name, such as www.example.com, and at least two labels after \"*.\"."
  }
  validation {
    condition = alltrue(flatten([for d in var.domains : [
      for label in split(".", trimsuffix(trimprefix(d, "*."), ".")) :
      can(regex("[[:^ascii:]]|[*[:space:]/?#@:]|^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", label))
      if d != ""
    ]]))
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if anytrue([
      for label in split(".", trimsuffix(trimprefix(d, "*."), ".")) :
      !can(regex("[[:^ascii:]]|[*[:space:]/?#@:]|^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", label))
    ])])}: a label is wrong: use 1 to 63 letters, digits and \"-\" between dots, with no \"-\" at either end; no CA puts \"_\" into a certificate."
  }
  validation {
    condition = alltrue(flatten([for d in var.domains : [
      for label in split(".", lower(d)) : startswith(label, "xn--") || !can(regex("^[a-z0-9]{2}--", label))
    ]]))
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if anytrue([for label in split(".", lower(d)) : !startswith(label, "xn--") && can(regex("^[a-z0-9]{2}--", label))])])}: \"--\" in third and fourth place of a label is reserved for international names: use another name."
  }
  validation {
    condition     = alltrue([for d in var.domains : can(regex("[[:^ascii:]]", d)) || length(trimsuffix(trimprefix(d, "*."), ".")) <= 237])
    error_message = "certificate ${var.name}: domains: number ${join(", ", [for n, d in var.domains : n + 1 if !can(regex("[[:^ascii:]]", d)) && length(trimsuffix(trimprefix(d, "*."), ".")) > 237])} of the list has more than 237 characters: the CA asks DNS for _acme-challenge. and the name, which may have 253."
  }
  validation {
    condition     = alltrue([for d in var.domains : !can(regex("\\.[0-9]+\\.?$", d))])
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if can(regex("\\.[0-9]+\\.?$", d))])}: no top-level domain is a number, and an IP address cannot be proved by DNS: give a DNS name."
  }
  validation {
    condition     = length(distinct([for d in var.domains : trimsuffix(lower(d), ".")])) == length(var.domains)
    error_message = "certificate ${var.name}: domains: ${join(", ", distinct([for n, d in var.domains : trimsuffix(lower(d), ".") if contains([for other in slice(var.domains, 0, n) : trimsuffix(lower(other), ".")], trimsuffix(lower(d), "."))]))}: is there twice, perhaps in another spelling: remove one."
  }
  validation {
    condition = alltrue([for d in var.domains : startswith(d, "*.") || !contains(
      [for other in var.domains : trimsuffix(lower(other), ".")],
      "*.${join(".", slice(split(".", trimsuffix(lower(d), ".")), 1, length(split(".", trimsuffix(lower(d), ".")))))}",
    )])
    error_message = "certificate ${var.name}: domains: ${join(", ", [for d in var.domains : replace(d, "/^.*[@\\/:?#].*$/", "(a URL)") if !startswith(d, "*.") && contains(
      [for other in var.domains : trimsuffix(lower(other), ".")],
      "*.${join(".", slice(split(".", trimsuffix(lower(d), ".")), 1, length(split(".", trimsuffix(lower(d), ".")))))}",
    )])}: is covered by a wildcard of the same list: remove it, *.example.com holds for www.example.com."
  }
}
