locals {
  # Zones with the same patterns share a statement, so that some fifty zones fit into the policy.
  zone_patterns = { for id, patterns in var.hosted_zones : id => sort(distinct(length(patterns) == 0 ? ["_acme-challenge.*"] : patterns)) }
  zones_alike   = { for id, patterns in local.zone_patterns : jsonencode(patterns) => id... }
  zone_arns     = { for id in keys(var.hosted_zones) : id => "arn:${local.partition}:route53:::hostedzone/${id}" }
  change_keys   = "route53:ChangeResourceRecordSets"

  iam_dns = concat([
    {
      # Find the zone of a name, which has no resource to bound. Wait until a change is served: changes have no owner to bound
      # by, their IDs come from our own calls.
      Sid      = "ListZones"
      Effect   = "Allow"
      Action   = concat(length(var.hosted_zones) > 0 ? ["route53:GetChange"] : [], ["route53:ListHostedZonesByName"])
      Resource = "*"
    },
    ], [for statement in [
      {
        # See how a zone is delegated, and which TXT values are there already.
        Sid      = "ReadZones"
        Effect   = "Allow"
        Action   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
        Resource = values(local.zone_arns)
      },
    ] : statement if length(var.hosted_zones) > 0], [
    for index, key in sort(keys(local.zones_alike)) : {
      # Publish and remove TXT values under the names given for these zones: a batch with any other name, type or action
      # is refused whole. UPSERT is not among them, since it would overwrite values of others. Null is needed since
      # ForAllValues holds for a request without any value.
      Sid      = "ChangeZones${index}"
      Effect   = "Allow"
      Action   = ["route53:ChangeResourceRecordSets"]
      Resource = [for id in local.zones_alike[key] : local.zone_arns[id]]
      Condition = {
        "ForAllValues:StringEquals" = {
          "${local.change_keys}RecordTypes" = ["TXT"]
          "${local.change_keys}Actions"     = ["CREATE", "DELETE"]
        }
        "ForAllValues:StringLike" = { "${local.change_keys}NormalizedRecordNames" = jsondecode(key) }
        Null = {
          "${local.change_keys}RecordTypes"           = "false"
          "${local.change_keys}Actions"               = "false"
          "${local.change_keys}NormalizedRecordNames" = "false"
        }
      }
    }
  ])
}
