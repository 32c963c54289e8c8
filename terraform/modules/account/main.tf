locals {
  # What the record says, in DynamoDB's own JSON. What is null here is left out, so that its default stays the
  # controller's.
  attributes = {
    name            = { S = var.name }
    kind            = { S = "Account" }
    directory       = { S = var.directory }
    email           = var.email == null ? null : { S = var.email }
    eab_secret_arn  = var.eab_secret_arn == null ? null : { S = var.eab_secret_arn }
    key_type        = var.key_type == null ? null : { S = var.key_type }
    ca_certificates = var.ca_certificates == null ? null : { S = var.ca_certificates }
    network         = var.network == null ? null : { S = var.network }
    profile         = var.profile == null ? null : { S = var.profile }
    preferred_chain = var.preferred_chain == null ? null : { S = var.preferred_chain }
    limits          = var.limits == null ? null : { M = { for name, value in var.limits : name => { S = value } if value != null } }
  }
  item = jsonencode({ for name, value in local.attributes : name => value if value != null })
}

resource "aws_dynamodb_table_item" "this" {
  table_name = var.table_name
  hash_key   = "name"
  range_key  = "kind"
  item       = local.item

  lifecycle {
    precondition {
      condition = local.allowed
      error_message = "account ${var.name}: ${length(local.refusals) == 0 ? "no policy of policies applies to this name" : join("; ", [
        for refusal in local.refusals : "policy ${refusal.name} does not allow ${join(", ", refusal.what)}"
      ])}: change the record, or have an administrator change the policy."
    }
  }
}
