# Terraform drops attributes of an object that its type does not know, so that a typo would have no effect and no message.
# Inputs that are objects therefore have the type any, and their attributes are checked against these lists.
locals {
  names = {
    dns     = ["external_id", "role_arn"]
    targets = ["acm_arn", "external_id", "region", "role_arn"]

    probe    = ["endpoints", "interval", "names_for_wildcards", "off"]
    endpoint = ["host", "port", "protocol", "sni", "target"]
    rollout  = ["on_failure", "soak", "timeout", "waves"]
  }

  # The pairs of neighbouring characters of each name, with a blank at either end. The name that shares the most of them
  # with an unknown one is the nearest.
  pairs = { for name in distinct(flatten(values(local.names))) : name => toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]) }
}
