locals {
  # What the record says, in DynamoDB's own JSON. What is null here is left out and does not restrict; an empty list is
  # written, since it allows nothing.
  attributes = {
    name               = { S = "policy#${var.name}" }
    kind               = { S = "Policy" }
    records            = { L = [for v in var.records : { S = v }] }
    domains            = var.domains == null ? null : { L = [for v in var.domains : { S = v }] }
    wildcards          = var.wildcards == null ? null : { BOOL = var.wildcards }
    accounts           = var.accounts == null ? null : { L = [for v in var.accounts : { S = v }] }
    zones              = var.zones == null ? null : { L = [for v in var.zones : { S = v }] }
    roles              = var.roles == null ? null : { L = local.roles }
    regions            = var.regions == null ? null : { L = [for v in var.regions : { S = v }] }
    acm_arns           = var.acm_arns == null ? null : { L = [for v in var.acm_arns : { S = v }] }
    key_types          = var.key_types == null ? null : { L = [for v in var.key_types : { S = v }] }
    profiles           = var.profiles == null ? null : { L = [for v in var.profiles : { S = v }] }
    deletion_policies  = var.deletion_policies == null ? null : { L = [for v in var.deletion_policies : { S = v }] }
    probe_endpoints    = var.probe_endpoints == null ? null : { L = [for v in var.probe_endpoints : { S = v }] }
    max_certificates   = var.max_certificates == null ? null : { N = tostring(var.max_certificates) }
    min_force_interval = var.min_force_interval == null ? null : { S = var.min_force_interval }
    directories        = var.directories == null ? null : { L = [for v in var.directories : { S = v }] }
    eab_secrets        = var.eab_secrets == null ? null : { L = [for v in var.eab_secrets : { S = v }] }
    networks           = var.networks == null ? null : { L = [for v in var.networks : { S = v }] }
  }
  item = jsonencode({ for name, value in local.attributes : name => value if value != null })

  # An ARN is a string, a role with its external ID a map.
  roles = [for r in try([for r in var.roles : r], []) : { for type, value in {
    S = can(keys(r)) ? null : r
    M = can(keys(r)) ? { for name in local.names.roles : name => { S = r[name] } if try(r[name], null) != null } : null
  } : type => value if value != null }]
}

resource "aws_dynamodb_table_item" "this" {
  table_name = var.table_name
  hash_key   = "name"
  range_key  = "kind"
  item       = local.item

  lifecycle {
    precondition {
      condition     = length(local.item) <= 32768
      error_message = "policy ${var.name}: has ${length(local.item)} characters, and the controller accepts 32,768: divide it into two policies."
    }
  }
}
