mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }
}

mock_provider "aws" {
  alias = "other"
}

override_resource {
  target = aws_iam_role.dns
  values = { arn = "arn:aws:iam::210987654321:role/certloop-dns" }
}

override_resource {
  target = aws_iam_role.acm
  values = { arn = "arn:aws:iam::210987654321:role/certloop-acm" }
}

variables {
  package                = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  other_account_role_arn = "arn:aws:iam::210987654321:role/terraform"
  zone_id                = "Z1D633PJN98FT9"
  domain                 = "shop.example.com"
  email                  = "admin@example.com"
  external_id            = "tenant-1"
}

run "roles_trust_the_controller_and_the_record_names_them" {
  assert {
    condition = alltrue([for role in [aws_iam_role.dns, aws_iam_role.acm] : jsondecode(role.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { AWS = module.certloop.role_arn }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "tenant-1" } }
    }]])
    error_message = "A role trusts somebody else, or without the external ID."
  }
  assert {
    condition = jsondecode(module.certificate.item).dns.M == {
      role_arn    = { S = "arn:aws:iam::210987654321:role/certloop-dns" }
      external_id = { S = "tenant-1" }
    }
    error_message = "The zone is not reached by its role: ${module.certificate.item}"
  }
  assert {
    condition = jsondecode(module.certificate.item).targets.L == [
      { M = { region = { S = "eu-central-1" } } },
      { M = { region = { S = "eu-central-1" }, role_arn = { S = "arn:aws:iam::210987654321:role/certloop-acm" }, external_id = { S = "tenant-1" } } },
    ]
    error_message = "The certificate goes elsewhere: ${module.certificate.item}"
  }
}

run "the_roles_may_do_no_more_than_their_duty" {
  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.acm.policy).Statement :
      values(s.Condition.StringLike) == ["${module.certloop.table_arn}/*"]
      if length(setintersection(s.Action, ["acm:ImportCertificate", "acm:DeleteCertificate", "acm:AddTagsToCertificate"])) > 0
    ])
    error_message = "Certificates of others could be changed."
  }
  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.dns.policy).Statement : [
        s.Resource,
        s.Condition["ForAllValues:StringEquals"]["route53:ChangeResourceRecordSetsRecordTypes"],
        s.Condition["ForAllValues:StringLike"]["route53:ChangeResourceRecordSetsNormalizedRecordNames"],
      ] if contains(s.Action, "route53:ChangeResourceRecordSets")
    ] == [["arn:aws:route53:::hostedzone/Z1D633PJN98FT9", ["TXT"], ["_acme-challenge.*"]]]
    error_message = "Records of others could be changed."
  }
}
