# The other account: a role for its zone and one for its ACM, each of which trusts the controller's role and nobody else.
# Where another team keeps that account, this file is theirs, with the ARNs of role and table as variables.

provider "aws" {
  alias  = "other"
  region = var.region

  assume_role {
    role_arn = var.other_account_role_arn
  }
}

locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = module.certloop.role_arn }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })

  # Of what the controller imports: the ARN of its table and the record's name.
  owner   = "${module.certloop.table_arn}/*"
  changes = "route53:ChangeResourceRecordSets"
}

resource "aws_iam_role" "dns" {
  provider = aws.other

  name               = "certloop-dns"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "dns" {
  provider = aws.other

  name = "certloop"
  role = aws_iam_role.dns.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Find"
        Effect   = "Allow"
        Action   = ["route53:ListHostedZonesByName", "route53:GetChange"]
        Resource = "*"
      },
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
        Resource = "arn:aws:route53:::hostedzone/${var.zone_id}"
      },
      {
        # TXT records of challenges and nothing else. Null: ForAllValues holds for a request without any value.
        Sid      = "Publish"
        Effect   = "Allow"
        Action   = ["route53:ChangeResourceRecordSets"]
        Resource = "arn:aws:route53:::hostedzone/${var.zone_id}"
        Condition = {
          "ForAllValues:StringEquals" = {
            "${local.changes}RecordTypes" = ["TXT"]
            "${local.changes}Actions"     = ["CREATE", "DELETE"]
          }
          "ForAllValues:StringLike" = { "${local.changes}NormalizedRecordNames" = ["_acme-challenge.*"] }
          Null = {
            "${local.changes}RecordTypes"           = "false"
            "${local.changes}Actions"               = "false"
            "${local.changes}NormalizedRecordNames" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role" "acm" {
  provider = aws.other

  name               = "certloop-acm"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "acm" {
  provider = aws.other

  name = "certloop"
  role = aws_iam_role.acm.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Look"
        Effect = "Allow"
        Action = [
          "acm:DescribeCertificate", "acm:GetCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate",
          "tag:GetResources",
        ]
        Resource = "*"
      },
      {
        # A new certificate must be marked as the controller's. One that is somebody's already is not marked anew.
        Sid       = "Import"
        Effect    = "Allow"
        Action    = ["acm:ImportCertificate"]
        Resource  = "*"
        Condition = { StringLike = { "aws:RequestTag/certloop:owner" = local.owner } }
      },
      {
        Sid      = "Mark"
        Effect   = "Allow"
        Action   = ["acm:AddTagsToCertificate"]
        Resource = "*"
        Condition = {
          StringLike = { "aws:RequestTag/certloop:owner" = local.owner }
          Null       = { "aws:ResourceTag/certloop:owner" = "true", "aws:RequestTag/certloop:adopted" = "true" }
        }
      },
      {
        # Renew and tag what is so marked.
        Sid       = "Keep"
        Effect    = "Allow"
        Action    = ["acm:AddTagsToCertificate", "acm:ImportCertificate", "acm:RemoveTagsFromCertificate"]
        Resource  = "*"
        Condition = { StringLike = { "aws:ResourceTag/certloop:owner" = local.owner } }
      },
      {
        # Delete it, unless it was there before and was taken over.
        Sid      = "Delete"
        Effect   = "Allow"
        Action   = ["acm:DeleteCertificate"]
        Resource = "*"
        Condition = {
          StringLike = { "aws:ResourceTag/certloop:owner" = local.owner }
          Null       = { "aws:ResourceTag/certloop:adopted" = "true" }
        }
      },
    ]
  })
}
