# What IAM can bound in ACM (Service Authorization Reference, "Actions, resources, and condition keys for AWS Certificate
# Manager"): ImportCertificate and AddTagsToCertificate know aws:RequestTag and aws:TagKeys; every action on a certificate
# knows aws:ResourceTag. ListCertificates and tag:GetResources know neither resource nor tag.
#
# What it cannot bound: an import with tags needs AddTagsToCertificate too, and IAM cannot tell whether that is part
# of an import or a separate call. So whoever has the function's credentials could tag a certificate that nobody owns
# as ours without saying that it is adopted, which the code never does, and then replace it. That tags on a re-import,
# which ImportNew would let pass, are refused is ACM's own rule, not IAM's.
locals {
  owned_by_us = "${local.arn.table}/*" # api.Owner: <table ARN>/<record name>

  iam_certificates = concat([
    {
      # Read certificates. Nobody can read the private key of an imported one.
      Sid      = "ReadCertificates"
      Effect   = "Allow"
      Action   = ["acm:DescribeCertificate", "acm:GetCertificate", "acm:ListTagsForCertificate"]
      Resource = local.arn.certificates
    },
    {
      # Find certificates in a region: by listing, and by ownership tag.
      Sid      = "ListCertificates"
      Effect   = "Allow"
      Action   = ["acm:ListCertificates", "tag:GetResources"]
      Resource = "*"
    },
    {
      # First import: the request must carry our ownership tag. A re-import carries no tags and is not covered.
      Sid       = "ImportNew"
      Effect    = "Allow"
      Action    = ["acm:ImportCertificate"]
      Resource  = local.arn.certificates
      Condition = { StringLike = { "aws:RequestTag/certloop:owner" = local.owned_by_us } }
    },
    {
      # The tags of a first import. Not on what carries an ownership tag already, and not to mark something as adopted:
      # that is the duty of Adopt.
      Sid      = "TagNew"
      Effect   = "Allow"
      Action   = ["acm:AddTagsToCertificate"]
      Resource = local.arn.certificates
      Condition = {
        StringLike = { "aws:RequestTag/certloop:owner" = local.owned_by_us }
        Null = {
          "aws:ResourceTag/certloop:owner"  = "true"
          "aws:RequestTag/certloop:adopted" = "true"
        }
      }
    },
    {
      # Renew under the same ARN, and tag, what carries our ownership tag, and nothing else.
      Sid       = "ChangeOwned"
      Effect    = "Allow"
      Action    = ["acm:AddTagsToCertificate", "acm:ImportCertificate", "acm:RemoveTagsFromCertificate"]
      Resource  = local.arn.certificates
      Condition = { StringLike = { "aws:ResourceTag/certloop:owner" = local.owned_by_us } }
    },
    {
      # Delete what we made: not what was there before and was taken over.
      Sid      = "DeleteOwned"
      Effect   = "Allow"
      Action   = ["acm:DeleteCertificate"]
      Resource = local.arn.certificates
      Condition = {
        StringLike = { "aws:ResourceTag/certloop:owner" = local.owned_by_us }
        Null       = { "aws:ResourceTag/certloop:adopted" = "true" }
      }
    },
    ], [for statement in [
      {
        # Take a certificate over that was there before: only the listed ones, and only by tagging it as ours.
        Sid       = "Adopt"
        Effect    = "Allow"
        Action    = ["acm:AddTagsToCertificate"]
        Resource  = var.adoptable_certificate_arns
        Condition = { StringLike = { "aws:RequestTag/certloop:owner" = local.owned_by_us } }
      },
      ] : statement if length(var.adoptable_certificate_arns) > 0], [for statement in [
      {
        # The same for those that an administrator tagged for it, and that nobody owns.
        Sid      = "AdoptTagged"
        Effect   = "Allow"
        Action   = ["acm:AddTagsToCertificate"]
        Resource = local.arn.certificates
        Condition = {
          StringLike   = { "aws:RequestTag/certloop:owner" = local.owned_by_us }
          StringEquals = { "aws:ResourceTag/certloop:adoptable" = ["true", var.name] }
          Null         = { "aws:ResourceTag/certloop:owner" = "true" }
        }
      },
  ] : statement if var.adopt_tagged])
}
