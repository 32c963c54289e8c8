data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  # Of what the controller imports: the ARN of its table and the record's name.
  owner        = "${coalesce(var.table_arn, "-")}/*"
  certificates = "arn:${data.aws_partition.current.partition}:acm:*:${data.aws_caller_identity.current.account_id}:certificate/*"
  changes      = "route53:ChangeResourceRecordSets"

  zone_patterns = { for id, patterns in var.hosted_zones : id => sort(distinct(length(patterns) == 0 ? ["_acme-challenge.*"] : patterns)) }
  zones_alike   = { for id, patterns in local.zone_patterns : jsonencode(patterns) => "arn:${data.aws_partition.current.partition}:route53:::hostedzone/${id}"... }

  # The same rights that the function has in its own account, for the same reasons: terraform/iam_certificates.tf.
  of_certificates = [
    {
      Sid      = "ReadCertificates"
      Effect   = "Allow"
      Action   = ["acm:DescribeCertificate", "acm:GetCertificate", "acm:ListTagsForCertificate"]
      Resource = local.certificates
    },
    {
      Sid      = "ListCertificates"
      Effect   = "Allow"
      Action   = ["acm:ListCertificates", "tag:GetResources"]
      Resource = "*"
    },
    {
      # A new certificate must be marked as the controller's.
      Sid       = "ImportNew"
      Effect    = "Allow"
      Action    = ["acm:ImportCertificate"]
      Resource  = local.certificates
      Condition = { StringLike = { "aws:RequestTag/certloop:owner" = local.owner } }
    },
    {
      # One that is somebody's already is not marked anew.
      Sid      = "TagNew"
      Effect   = "Allow"
      Action   = ["acm:AddTagsToCertificate"]
      Resource = local.certificates
      Condition = {
        StringLike = { "aws:RequestTag/certloop:owner" = local.owner }
        Null       = { "aws:ResourceTag/certloop:owner" = "true", "aws:RequestTag/certloop:adopted" = "true" }
      }
    },
    {
      Sid       = "ChangeOwned"
      Effect    = "Allow"
      Action    = ["acm:AddTagsToCertificate", "acm:ImportCertificate", "acm:RemoveTagsFromCertificate"]
      Resource  = local.certificates
      Condition = { StringLike = { "aws:ResourceTag/certloop:owner" = local.owner } }
    },
    {
      # Not a certificate that was adopted.
      Sid      = "DeleteOwned"
      Effect   = "Allow"
      Action   = ["acm:DeleteCertificate"]
      Resource = local.certificates
      Condition = {
        StringLike = { "aws:ResourceTag/certloop:owner" = local.owner }
        Null       = { "aws:ResourceTag/certloop:adopted" = "true" }
      }
    },
  ]
  of_adoption = [
    {
      Sid       = "Adopt"
      Effect    = "Allow"
      Action    = ["acm:AddTagsToCertificate"]
      Resource  = var.adoptable_certificate_arns
      Condition = { StringLike = { "aws:RequestTag/certloop:owner" = local.owner } }
    },
  ]
  # What the probes of endpoints read: terraform/iam_probe.tf.
  of_probes = [
    {
      Sid      = "ReadLoadBalancers"
      Effect   = "Allow"
      Action   = ["elasticloadbalancing:DescribeListenerCertificates", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"]
      Resource = "*"
    },
    {
      Sid      = "ReadDistributions"
      Effect   = "Allow"
      Action   = ["cloudfront:GetDistribution"]
      Resource = "arn:${data.aws_partition.current.partition}:cloudfront::${data.aws_caller_identity.current.account_id}:distribution/*"
    },
    {
      Sid      = "ListDomainNames"
      Effect   = "Allow"
      Action   = ["apigateway:GET"]
      Resource = "arn:${data.aws_partition.current.partition}:apigateway:*::/domainnames"
    },
  ]
  of_zones = [
    {
      Sid      = "ListZones"
      Effect   = "Allow"
      Action   = ["route53:GetChange", "route53:ListHostedZonesByName"]
      Resource = "*"
    },
    {
      Sid      = "ReadZones"
      Effect   = "Allow"
      Action   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
      Resource = flatten(values(local.zones_alike))
    },
  ]
  of_changes = [for index, key in sort(keys(local.zones_alike)) : {
    # TXT records of these names and nothing else. Null: ForAllValues holds for a request without any value.
    Sid      = "ChangeZones${index}"
    Effect   = "Allow"
    Action   = ["route53:ChangeResourceRecordSets"]
    Resource = local.zones_alike[key]
    Condition = {
      "ForAllValues:StringEquals" = {
        "${local.changes}RecordTypes" = ["TXT"]
        "${local.changes}Actions"     = ["CREATE", "DELETE"]
      }
      "ForAllValues:StringLike" = { "${local.changes}NormalizedRecordNames" = jsondecode(key) }
      Null = {
        "${local.changes}RecordTypes"           = "false"
        "${local.changes}Actions"               = "false"
        "${local.changes}NormalizedRecordNames" = "false"
      }
    }
  }]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for s in local.of_certificates : s if var.certificates],
      [for s in local.of_adoption : s if length(var.adoptable_certificate_arns) > 0],
      [for s in local.of_probes : s if var.certificates && var.probe],
      [for s in local.of_zones : s if length(var.hosted_zones) > 0],
      local.of_changes,
    )
  })
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "certloop: zones and certificates of this account, for ${var.controller_role_arn}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ for key, value in {
      Effect    = "Allow"
      Principal = { AWS = var.controller_role_arn }
      Action    = "sts:AssumeRole"
      Condition = var.external_id == null ? null : { StringEquals = { "sts:ExternalId" = var.external_id } }
    } : key => value if value != null }]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = "certloop"
  role   = aws_iam_role.this.name
  policy = local.policy

  lifecycle {
    precondition {
      condition     = length(local.policy) <= 10240
      error_message = "role ${var.name}: its policy has ${length(local.policy)} characters, and IAM allows 10,240: name fewer of hosted_zones (${length(var.hosted_zones)}) and adoptable_certificate_arns (${length(var.adoptable_certificate_arns)}), and make a second role for the rest."
    }
  }
}
