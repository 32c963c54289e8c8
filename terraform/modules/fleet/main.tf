locals {
  # The inputs of modules/certificate that are attributes of a record, but for its name; a test compares them.
  names = [
    "account", "acm_arn", "deletion_policy", "dns", "domains", "key_type", "preferred_chain", "probe", "profile", "region",
    "renew_before", "renew_token", "rollout", "suspend", "tags", "targets", "zone",
  ]
  pairs = { for name in local.names : name => toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]) }

  certificates = { for name, c in var.certificates : name => { for attribute in local.names :
    attribute => try(c[attribute], null) != null ? c[attribute] : try(var.defaults[attribute], null)
  } }
}

module "certificate" {
  source   = "../certificate"
  for_each = local.certificates

  table_name      = var.table_name
  name            = each.key
  account         = each.value.account
  acm_arn         = each.value.acm_arn
  deletion_policy = each.value.deletion_policy
  dns             = each.value.dns
  domains         = each.value.domains
  key_type        = each.value.key_type
  preferred_chain = each.value.preferred_chain
  probe           = each.value.probe
  profile         = each.value.profile
  region          = each.value.region
  renew_before    = each.value.renew_before
  renew_token     = each.value.renew_token
  rollout         = each.value.rollout
  suspend         = each.value.suspend
  tags            = each.value.tags
  targets         = each.value.targets
  zone            = each.value.zone
}

locals {
  batches = var.wait == null ? {} : { for n, names in chunklist(sort(keys(local.certificates)), var.batch_size) : tostring(n) => names }
}

# One wait for all of a batch: the controller works on them side by side, while the invocation waits for one after the
# other. A batch is waited for again when a record in it changes.
resource "aws_lambda_invocation" "batch" {
  for_each = local.batches

  function_name   = var.function_name
  input           = jsonencode({ action = "reconcile", names = each.value, wait = var.wait, require = "Ready" })
  triggers        = { items = sha256(join("\n", [for name in each.value : module.certificate[name].item])) }
  lifecycle_scope = "CREATE_ONLY"

  # Every record is written before the first is waited for.
  depends_on = [module.certificate]
}
