locals {
  # What the record says, in DynamoDB's own JSON. What is null here is left out, so that its default stays the
  # controller's: a default written down would outlive a better one. Empty maps and lists mean the same as absent.
  attributes = {
    name            = { S = var.name }
    kind            = { S = "Certificate" }
    domains         = { L = [for domain in var.domains : { S = domain }] }
    account         = var.account == null ? null : { S = var.account }
    zone            = var.zone == null ? null : { S = var.zone }
    dns             = length(local.dns) == 0 ? null : { M = local.dns }
    targets         = length(local.targets) == 0 ? null : { L = [for target in local.targets : { M = target }] }
    acm_arn         = var.acm_arn == null ? null : { S = var.acm_arn }
    region          = var.region == null ? null : { S = var.region }
    key_type        = var.key_type == null ? null : { S = var.key_type }
    renew_before    = var.renew_before == null ? null : { S = var.renew_before }
    profile         = var.profile == null ? null : { S = var.profile }
    preferred_chain = var.preferred_chain == null ? null : { S = var.preferred_chain }
    deletion_policy = var.deletion_policy == null ? null : { S = var.deletion_policy }
    suspend         = var.suspend == null ? null : { BOOL = var.suspend }
    renew_token     = var.renew_token == null ? null : { S = var.renew_token }
    tags            = length(local.tags) == 0 ? null : { M = local.tags }
    rollout         = local.rollout
    probe           = length(local.probe) == 0 ? null : { M = local.probe }
  }
  item = jsonencode({ for name, value in local.attributes : name => value if value != null })

  dns     = { for name in local.names.dns : name => { S = var.dns[name] } if try(var.dns[name], null) != null }
  targets = [for t in try([for t in var.targets : t], []) : { for name in local.names.targets : name => { S = t[name] } if try(t[name], null) != null }]
  tags    = { for key, value in coalesce(var.tags, {}) : key => { S = value } }
}

resource "aws_dynamodb_table_item" "this" {
  table_name = var.table_name
  hash_key   = "name"
  range_key  = "kind"
  item       = local.item

  lifecycle {
    precondition {
      condition = local.allowed
      error_message = "certificate ${var.name}: ${length(local.refusals) == 0 ? "no policy of policies applies to this name" : join("; ", [
        for refusal in local.refusals : "policy ${refusal.name} does not allow ${join(", ", refusal.what)}"
      ])}: change the record, or have an administrator change the policy."
    }
  }
}

locals {
  # Only what was asked for is sent.
  event = { for field, value in {
    action = "reconcile"
    names  = [var.name]
    # A placeholder may have to wait its turn, where another invocation is at work on the record.
    wait = var.placeholder ? "1m" : var.wait
    # An account that does not exist, or a zone that is not found, must not be met with a self-signed certificate.
    require     = var.placeholder ? "Accepted" : "Ready"
    placeholder = var.placeholder ? true : null
  } : field => value if value != null }
}

# Asks the controller for the record's outcome in the apply that changes it. Without this the record is reconciled just
# the same, through the table's stream.
resource "aws_lambda_invocation" "this" {
  count = var.placeholder || var.wait != null ? 1 : 0

  function_name = var.function_name
  input         = jsonencode(local.event)

  # The item as configured, not as read back: the provider writes that in another order, and a hash that changes
  # between plan and apply is an error.
  triggers = { item = sha256(local.item) }

  # Deleting the record is the controller's signal; an invocation at destroy would be a second one, for nothing.
  lifecycle_scope = "CREATE_ONLY"

  lifecycle {
    # A record that somebody else changed and this apply puts back has the same hash as before, but perhaps no longer
    # the same ARN.
    replace_triggered_by = [aws_dynamodb_table_item.this]
  }

  depends_on = [aws_dynamodb_table_item.this]
}
