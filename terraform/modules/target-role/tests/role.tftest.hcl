# Whom the role trusts, and every right it has.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "210987654321" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  controller_role_arn = "arn:aws:iam::123456789012:role/certloop"
  table_arn           = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
}

run "everything" {
  command = plan

  variables {
    external_id                = "tenant-1"
    certificates               = true
    adoptable_certificate_arns = ["arn:aws:acm:us-east-1:210987654321:certificate/1"]
    hosted_zones               = { Z0AAAAAAAAAAAAAAAAAA = [], Z0BBBBBBBBBBBBBBBBBB = ["www.validation.example.com"] }
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole", Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/certloop" }
      Condition = { StringEquals = { "sts:ExternalId" = "tenant-1" } }
    }]
    error_message = "The controller's role alone must be trusted, with the external ID."
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Sid => join(" ", s.Action) } == {
      ReadCertificates  = "acm:DescribeCertificate acm:GetCertificate acm:ListTagsForCertificate"
      ListCertificates  = "acm:ListCertificates tag:GetResources"
      ImportNew         = "acm:ImportCertificate"
      TagNew            = "acm:AddTagsToCertificate"
      ChangeOwned       = "acm:AddTagsToCertificate acm:ImportCertificate acm:RemoveTagsFromCertificate"
      DeleteOwned       = "acm:DeleteCertificate"
      Adopt             = "acm:AddTagsToCertificate"
      ReadLoadBalancers = "elasticloadbalancing:DescribeListenerCertificates elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeLoadBalancers"
      ReadDistributions = "cloudfront:GetDistribution"
      ListDomainNames   = "apigateway:GET"
      ListZones         = "route53:GetChange route53:ListHostedZonesByName"
      ReadZones         = "route53:GetHostedZone route53:ListResourceRecordSets"
      ChangeZones0      = "route53:ChangeResourceRecordSets"
      ChangeZones1      = "route53:ChangeResourceRecordSets"
    }
    error_message = "The role has other rights."
  }

  assert {
    condition = alltrue([for s in jsondecode(aws_iam_role_policy.this.policy).Statement :
      s.Resource == "arn:aws:acm:*:210987654321:certificate/*" && strcontains(jsonencode(s.Condition), "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/*")
    if contains(["ImportNew", "TagNew", "ChangeOwned", "DeleteOwned"], s.Sid)])
    error_message = "Certificates of this account that are the controller's must be all that may be changed."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : [s.Resource, s.Condition["ForAllValues:StringLike"]] if startswith(s.Sid, "ChangeZones")] == [
      [["arn:aws:route53:::hostedzone/Z0AAAAAAAAAAAAAAAAAA"], { "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["_acme-challenge.*"] }],
      [["arn:aws:route53:::hostedzone/Z0BBBBBBBBBBBBBBBBBB"], { "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["www.validation.example.com"] }],
    ]
    error_message = "Each zone must be open for its names alone."
  }
}

run "probes_of_names_alone" {
  command = plan

  variables {
    certificates = true
    probe        = false
  }

  assert {
    condition     = length([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Sid if contains(["ReadLoadBalancers", "ReadDistributions", "ListDomainNames"], s.Sid)]) == 0
    error_message = "Without probe the role must not read what uses a certificate."
  }
}

run "zones_alone" {
  command = plan

  variables {
    table_arn    = null
    hosted_zones = { Z0AAAAAAAAAAAAAAAAAA = [] }
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Sid] == ["ListZones", "ReadZones", "ChangeZones0"]
    error_message = "Certificates are none of its business."
  }

  assert {
    condition     = !can(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition)
    error_message = "Without an external ID none may be asked for."
  }
}

run "too_many_certificates" {
  command = plan

  variables {
    certificates               = true
    adoptable_certificate_arns = [for i in range(120) : format("arn:aws:acm:us-east-1:210987654321:certificate/%08d-1234-1234-1234-123456789012", i)]
  }

  expect_failures = [aws_iam_role_policy.this]
}

run "refused" {
  command = plan

  variables {
    controller_role_arn        = "arn:aws:iam::123456789012:user/me"
    table_arn                  = "certloop"
    external_id                = "x"
    adoptable_certificate_arns = ["arn:aws:acm:us-east-1:210987654321:certificate/*"]
    hosted_zones               = { "example.com" = [] }
  }

  expect_failures = [var.controller_role_arn, var.table_arn, var.external_id, var.adoptable_certificate_arns, var.hosted_zones]
}

run "refused_name" {
  command = plan

  variables {
    name         = "a b"
    certificates = true
  }

  expect_failures = [var.name]
}

run "refused_combinations" {
  command = plan

  variables {
    table_arn    = null
    certificates = true
  }

  expect_failures = [var.table_arn]
}

run "refused_adoption_without_certificates" {
  command = plan

  variables {
    hosted_zones               = { Z0AAAAAAAAAAAAAAAAAA = [] }
    adoptable_certificate_arns = ["arn:aws:acm:us-east-1:210987654321:certificate/1"]
  }

  expect_failures = [var.adoptable_certificate_arns]
}

run "refused_role_of_no_use" {
  command = plan

  expect_failures = [var.hosted_zones]
}

run "refused_patterns_of_everything" {
  command = plan

  variables {
    hosted_zones = { Z0AAAAAAAAAAAAAAAAAA = ["*"] }
  }

  expect_failures = [var.hosted_zones]
}

run "refused_patterns_in_capitals" {
  command = plan

  variables {
    hosted_zones = { Z0AAAAAAAAAAAAAAAAAA = ["_ACME-challenge.*"] }
  }

  expect_failures = [var.hosted_zones]
}
