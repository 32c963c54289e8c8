# What the function, the schedules and users may do: every statement, whole.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
}

run "least" {
  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid] == [
      "Records", "WriteNoPolicies", "DueIndex", "Enqueue", "Seal", "AccountKeys", "Credentials",
      "ReadCertificates", "ListCertificates", "ImportNew", "TagNew", "ChangeOwned", "DeleteOwned",
      "ListZones", "ReadLoadBalancers", "ReadDistributions", "ListDomainNames", "PublishNotices", "PutNotices",
      "ServiceStream", "ServiceFailures", "ServiceQueue", "ServiceLogs", "ServiceTableKey",
    ]
    error_message = "Without zones, roles and certificates to adopt, the function must have these rights and no others."
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Effect == "Allow"])
    error_message = "Every statement must allow something."
  }

  assert {
    condition     = !strcontains(join(" ", flatten([for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Action if !startswith(s.Sid, "Service")])), "*")
    error_message = "No action of the code may have a wildcard."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid if s.Resource == "*"] == [
      "ListCertificates", "ListZones", "ReadLoadBalancers",
    ]
    error_message = "Only listings, which know no resource, may have any resource."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["Records", "WriteNoPolicies", "DueIndex", "Enqueue"], s.Sid)] == [
      jsonencode({
        Sid      = "Records", Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Scan"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
      }),
      jsonencode({
        Sid       = "WriteNoPolicies", Effect = "Allow"
        Action    = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAllValues:StringNotLike" = { "dynamodb:LeadingKeys" = ["policy#*"] } }
      }),
      jsonencode({
        Sid      = "DueIndex", Effect = "Allow", Action = ["dynamodb:Query"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/index/due"
      }),
      jsonencode({
        Sid      = "Enqueue", Effect = "Allow", Action = ["sqs:SendMessage"]
        Resource = "arn:aws:sqs:eu-central-1:123456789012:certloop"
      }),
    ]
    error_message = "Table, index and queue: the rights are others."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["Seal", "AccountKeys", "Credentials"], s.Sid)] == [
      jsonencode({
        Sid      = "Seal", Effect = "Allow", Action = ["kms:Decrypt", "kms:Encrypt"]
        Resource = "arn:aws:kms:eu-central-1:123456789012:key/made-here"
        Condition = {
          "ForAllValues:StringEquals" = { "kms:EncryptionContextKeys" = ["certloop:record"] }
          Null                        = { "kms:EncryptionContext:certloop:record" = "false" }
        }
      }),
      jsonencode({
        Sid      = "AccountKeys", Effect = "Allow", Action = ["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"]
        Resource = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/accounts/*"
      }),
      jsonencode({
        Sid      = "Credentials", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/eab/*"]
      }),
    ]
    error_message = "Keys and secrets: the rights are others."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["ReadCertificates", "ListCertificates"], s.Sid)] == [
      jsonencode({
        Sid      = "ReadCertificates", Effect = "Allow"
        Action   = ["acm:DescribeCertificate", "acm:GetCertificate", "acm:ListTagsForCertificate"]
        Resource = "arn:aws:acm:*:123456789012:certificate/*"
      }),
      jsonencode({ Sid = "ListCertificates", Effect = "Allow", Action = ["acm:ListCertificates", "tag:GetResources"], Resource = "*" }),
    ]
    error_message = "Reading certificates: the rights are others."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["ReadLoadBalancers", "ReadDistributions", "ListDomainNames"], s.Sid)] == [
      jsonencode({
        Sid    = "ReadLoadBalancers", Effect = "Allow", Resource = "*"
        Action = ["elasticloadbalancing:DescribeListenerCertificates", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"]
      }),
      jsonencode({
        Sid      = "ReadDistributions", Effect = "Allow", Action = ["cloudfront:GetDistribution"]
        Resource = "arn:aws:cloudfront::123456789012:distribution/*"
      }),
      jsonencode({ Sid = "ListDomainNames", Effect = "Allow", Action = ["apigateway:GET"], Resource = "arn:aws:apigateway:*::/domainnames" }),
    ]
    error_message = "What uses certificates may be described, and nothing else of it."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["ImportNew", "TagNew", "ChangeOwned", "DeleteOwned"], s.Sid)] == [
      jsonencode({
        Sid       = "ImportNew", Effect = "Allow", Action = ["acm:ImportCertificate"]
        Resource  = "arn:aws:acm:*:123456789012:certificate/*"
        Condition = { StringLike = { "aws:RequestTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/*" } }
      }),
      jsonencode({
        Sid      = "TagNew", Effect = "Allow", Action = ["acm:AddTagsToCertificate"]
        Resource = "arn:aws:acm:*:123456789012:certificate/*"
        Condition = {
          StringLike = { "aws:RequestTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/*" }
          Null       = { "aws:ResourceTag/certloop:owner" = "true", "aws:RequestTag/certloop:adopted" = "true" }
        }
      }),
      jsonencode({
        Sid       = "ChangeOwned", Effect = "Allow"
        Action    = ["acm:AddTagsToCertificate", "acm:ImportCertificate", "acm:RemoveTagsFromCertificate"]
        Resource  = "arn:aws:acm:*:123456789012:certificate/*"
        Condition = { StringLike = { "aws:ResourceTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/*" } }
      }),
      jsonencode({
        Sid      = "DeleteOwned", Effect = "Allow", Action = ["acm:DeleteCertificate"]
        Resource = "arn:aws:acm:*:123456789012:certificate/*"
        Condition = {
          StringLike = { "aws:ResourceTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/*" }
          Null       = { "aws:ResourceTag/certloop:adopted" = "true" }
        }
      }),
    ]
    error_message = "Importing, tagging and deleting certificates must be bounded by the ownership tag."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["PublishNotices", "PutNotices"], s.Sid)] == [
      jsonencode({
        Sid      = "PublishNotices", Effect = "Allow", Action = ["sns:Publish"]
        Resource = "arn:aws:sns:eu-central-1:123456789012:certloop"
      }),
      jsonencode({
        Sid       = "PutNotices", Effect = "Allow", Action = ["events:PutEvents"]
        Resource  = "arn:aws:events:eu-central-1:123456789012:event-bus/default"
        Condition = { "ForAllValues:StringEquals" = { "events:source" = ["certloop"] } }
      }),
    ]
    error_message = "Notices may go to the topic and the default bus, and nowhere else."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if startswith(s.Sid, "Service")] == [
      jsonencode({
        Sid      = "ServiceStream", Effect = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop/stream/*"
      }),
      jsonencode({
        Sid = "ServiceFailures", Effect = "Allow", Action = ["sqs:SendMessage"]
        Resource = [
          "arn:aws:sqs:eu-central-1:123456789012:certloop-stream-failures",
          "arn:aws:sqs:eu-central-1:123456789012:certloop-dead-letters",
        ]
      }),
      jsonencode({
        Sid      = "ServiceQueue", Effect = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = "arn:aws:sqs:eu-central-1:123456789012:certloop"
      }),
      jsonencode({
        Sid      = "ServiceLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/certloop:*"
      }),
      jsonencode({
        Sid      = "ServiceTableKey", Effect = "Allow"
        Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource = "arn:aws:kms:eu-central-1:123456789012:key/made-here"
        Condition = {
          StringEquals         = { "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" }
          StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = "certloop" }
        }
      }),
    ]
    error_message = "What AWS services do on the function's behalf: the rights are others."
  }

  assert {
    condition = [jsondecode(aws_iam_role.function.assume_role_policy).Statement, jsondecode(aws_iam_role.schedule.assume_role_policy).Statement] == [
      [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }],
      [{
        Effect    = "Allow", Principal = { Service = "scheduler.amazonaws.com" }, Action = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
      }],
    ]
    error_message = "The roles must be Lambda's and, for schedules of this account, EventBridge Scheduler's."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.schedule.policy).Statement == [
      { Sid = "Invoke", Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "arn:aws:lambda:eu-central-1:123456789012:function:certloop" },
      { Sid = "DeadLetters", Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-central-1:123456789012:certloop-dead-letters" },
    ]
    error_message = "A schedule may invoke the function and write dead letters, and nothing else."
  }

  assert {
    condition = [for s in jsondecode(aws_kms_key.seal[0].policy).Statement : jsonencode(s)] == [
      jsonencode({
        Sid       = "AccountDecides", Effect = "Allow", Action = "kms:*", Resource = "*"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
      }),
      jsonencode({
        Sid       = "TableUsers", Effect = "Allow", Resource = "*"
        Principal = { AWS = "*" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Condition = {
          StringEquals         = { "kms:CallerAccount" = "123456789012", "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" }
          StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = "certloop" }
        }
      }),
      jsonencode({
        Sid = "TableGrants", Effect = "Allow", Resource = "*", Principal = { AWS = "*" }, Action = "kms:CreateGrant"
        Condition = {
          Bool         = { "kms:GrantIsForAWSResource" = "true" }
          StringEquals = { "kms:CallerAccount" = "123456789012", "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" }
        }
      }),
    ]
    error_message = "The key must be open to IAM policies of the account, and to users of the table through DynamoDB."
  }

  assert {
    condition = [for q in [aws_sqs_queue.work, aws_sqs_queue.dead_letters, aws_sqs_queue.stream_failures] : jsondecode(q.policy).Statement] == [
      for name in ["certloop", "certloop-dead-letters", "certloop-stream-failures"] : [{
        Sid       = "DenyWithoutTLS", Effect = "Deny", Principal = "*", Action = "sqs:*"
        Resource  = "arn:aws:sqs:eu-central-1:123456789012:${name}"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    ]
    error_message = "Queues must refuse what comes without TLS."
  }

  assert {
    condition = [for s in jsondecode(aws_sns_topic.notices[0].policy).Statement : jsonencode(s)] == [
      jsonencode({
        Sid       = "Alarms", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish"
        Resource  = "arn:aws:sns:eu-central-1:123456789012:certloop"
        Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
      }),
      jsonencode({
        Sid       = "DenyWithoutTLS", Effect = "Deny", Principal = "*", Action = "sns:Publish"
        Resource  = "arn:aws:sns:eu-central-1:123456789012:certloop"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }),
    ]
    error_message = "The topic must take the alarms of this account, and nothing without TLS."
  }

  assert {
    condition = [for s in jsondecode(output.users_policy_json).Statement : jsonencode(s)] == [
      jsonencode({
        Sid      = "Records", Effect = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
      }),
      jsonencode({
        Sid       = "Status", Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["status#*"] } }
      }),
      jsonencode({
        Sid = "WriteRecordsOnly", Effect = "Deny"
        Action = [
          "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert",
          "dynamodb:PartiQLUpdate", "dynamodb:PutItem", "dynamodb:UpdateItem",
        ]
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["*#*"] } }
      }),
      jsonencode({
        Sid       = "NoIssuancesOrClaims", Effect = "Deny", Action = "dynamodb:*"
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAnyValue:StringLike" = { "dynamodb:LeadingKeys" = ["issuance#*", "arn#*"] } }
      }),
      jsonencode({
        Sid      = "Reconcile", Effect = "Allow", Action = "lambda:InvokeFunction"
        Resource = "arn:aws:lambda:eu-central-1:123456789012:function:certloop"
      }),
      jsonencode({
        Sid      = "TableKey", Effect = "Allow"
        Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource = "arn:aws:kms:eu-central-1:123456789012:key/made-here"
        Condition = {
          StringEquals         = { "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" }
          StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = "certloop" }
        }
      }),
    ]
    error_message = "Users may write records, read statuses and reconcile, and must be kept from writing anything else, from what is in flight and from Scan."
  }
}

run "most" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    name        = "tls-prod"
    hosted_zones = {
      Z0AAAAAAAAAAAAAAAAAA = []
      Z0BBBBBBBBBBBBBBBBBB = ["_acme-challenge.*"]
      Z0CCCCCCCCCCCCCCCCCC = ["www.validation.example.com", "*.acme.example.com"]
    }
    adoptable_certificate_arns = ["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"]
    assume_role_arns           = ["arn:aws:iam::210987654321:role/certloop-dns"]
    eab_secret_arns            = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:jprs-AbCdEf"]
    notifications = {
      topic_arn = "arn:aws:sns:eu-central-1:123456789012:ops"
      event_bus = "arn:aws:events:eu-central-1:210987654321:event-bus/central"
    }
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid] == [
      "Records", "WriteNoPolicies", "DueIndex", "Enqueue", "Seal", "AccountKeys", "Credentials",
      "ReadCertificates", "ListCertificates", "ImportNew", "TagNew", "ChangeOwned", "DeleteOwned", "Adopt",
      "ListZones", "ReadZones", "ChangeZones0", "ChangeZones1", "OtherAccounts", "ReadLoadBalancers", "ReadDistributions", "ListDomainNames", "PublishNotices", "PutNotices",
      "ServiceStream", "ServiceFailures", "ServiceQueue", "ServiceLogs", "ServiceTableKey", "ServiceNetwork", "NoNetworkForTheCode",
    ]
    error_message = "With everything asked for, the function must have these rights and no others."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if strcontains(s.Sid, "Zones")] == [
      jsonencode({ Sid = "ListZones", Effect = "Allow", Action = ["route53:GetChange", "route53:ListHostedZonesByName"], Resource = "*" }),
      jsonencode({
        Sid = "ReadZones", Effect = "Allow", Action = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
        Resource = [
          "arn:aws:route53:::hostedzone/Z0AAAAAAAAAAAAAAAAAA", "arn:aws:route53:::hostedzone/Z0BBBBBBBBBBBBBBBBBB",
          "arn:aws:route53:::hostedzone/Z0CCCCCCCCCCCCCCCCCC",
        ]
      }),
      jsonencode({
        Sid      = "ChangeZones0", Effect = "Allow", Action = ["route53:ChangeResourceRecordSets"]
        Resource = ["arn:aws:route53:::hostedzone/Z0CCCCCCCCCCCCCCCCCC"]
        Condition = {
          "ForAllValues:StringEquals" = {
            "route53:ChangeResourceRecordSetsActions"     = ["CREATE", "DELETE"]
            "route53:ChangeResourceRecordSetsRecordTypes" = ["TXT"]
          }
          "ForAllValues:StringLike" = {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["*.acme.example.com", "www.validation.example.com"]
          }
          Null = {
            "route53:ChangeResourceRecordSetsActions"               = "false"
            "route53:ChangeResourceRecordSetsNormalizedRecordNames" = "false"
            "route53:ChangeResourceRecordSetsRecordTypes"           = "false"
          }
        }
      }),
      jsonencode({
        Sid      = "ChangeZones1", Effect = "Allow", Action = ["route53:ChangeResourceRecordSets"]
        Resource = ["arn:aws:route53:::hostedzone/Z0AAAAAAAAAAAAAAAAAA", "arn:aws:route53:::hostedzone/Z0BBBBBBBBBBBBBBBBBB"]
        Condition = {
          "ForAllValues:StringEquals" = {
            "route53:ChangeResourceRecordSetsActions"     = ["CREATE", "DELETE"]
            "route53:ChangeResourceRecordSetsRecordTypes" = ["TXT"]
          }
          "ForAllValues:StringLike" = { "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["_acme-challenge.*"] }
          Null = {
            "route53:ChangeResourceRecordSetsActions"               = "false"
            "route53:ChangeResourceRecordSetsNormalizedRecordNames" = "false"
            "route53:ChangeResourceRecordSetsRecordTypes"           = "false"
          }
        }
      }),
    ]
    error_message = "Zones may be read and changed where they are given: TXT only, CREATE and DELETE only, each zone's names only."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if contains(["Adopt", "OtherAccounts", "Credentials", "PublishNotices", "PutNotices"], s.Sid)] == [
      jsonencode({
        Sid      = "Credentials", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:tls-prod/eab/*", "arn:aws:secretsmanager:us-east-1:123456789012:secret:jprs-AbCdEf"]
      }),
      jsonencode({
        Sid       = "Adopt", Effect = "Allow", Action = ["acm:AddTagsToCertificate"]
        Resource  = ["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"]
        Condition = { StringLike = { "aws:RequestTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/tls-prod/*" } }
      }),
      jsonencode({ Sid = "OtherAccounts", Effect = "Allow", Action = ["sts:AssumeRole"], Resource = ["arn:aws:iam::210987654321:role/certloop-dns"] }),
      jsonencode({ Sid = "PublishNotices", Effect = "Allow", Action = ["sns:Publish"], Resource = "arn:aws:sns:eu-central-1:123456789012:ops" }),
      jsonencode({ Sid = "PutNotices", Effect = "Allow", Action = ["events:PutEvents"], Resource = "arn:aws:events:eu-central-1:210987654321:event-bus/central", Condition = { "ForAllValues:StringEquals" = { "events:source" = ["certloop"] } } }),
    ]
    error_message = "What is listed must be allowed, and nothing beside it."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if strcontains(s.Sid, "Network")] == [
      jsonencode({
        Sid = "ServiceNetwork", Effect = "Allow", Resource = "*"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
      }),
      jsonencode({
        Sid       = "NoNetworkForTheCode", Effect = "Deny", Action = ["ec2:*"], Resource = "*"
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = "arn:aws:lambda:eu-central-1:123456789012:function:tls-prod" } }
      }),
    ]
    error_message = "In a VPC Lambda may make network interfaces, and the code may not."
  }

}

run "probes_of_names_alone" {
  command = plan

  variables {
    probe = "private-names"
  }

  assert {
    condition     = length([for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid if contains(["ReadLoadBalancers", "ReadDistributions", "ListDomainNames"], s.Sid)]) == 0
    error_message = "Who lets only the names of records be probed gives no right to describe what uses certificates."
  }
  assert {
    condition     = aws_lambda_function.controller.environment[0].variables["CERTLOOP_PROBE"] == "private-names" && contains(keys(aws_scheduler_schedule.this), "probe")
    error_message = "The names of records must be probed."
  }
}

run "forty_eight_zones_fit" {
  command = plan

  variables {
    probe        = "public-names"
    kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    hosted_zones = { for i in range(48) : format("Z%019d", i) => [] }
  }

  assert {
    condition     = length(aws_iam_role_policy.function.policy) < 10240
    error_message = "Forty-eight zones do not fit into an inline policy."
  }
}

run "forty_zones_fit_beside_every_right" {
  command = plan

  variables {
    kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    hosted_zones = { for i in range(40) : format("Z%019d", i) => [] }
  }

  assert {
    condition     = length(aws_iam_role_policy.function.policy) < 10240
    error_message = "Forty zones do not fit into an inline policy."
  }
}

run "what_does_not_fit_is_said_at_plan" {
  command = plan

  variables {
    hosted_zones = { for i in range(120) : format("Z%019d", i) => [] }
  }

  expect_failures = [aws_iam_role_policy.function]
}

run "adoptable_certificates_that_do_not_fit_are_said_at_plan" {
  command = plan

  variables {
    adoptable_certificate_arns = [for i in range(80) : format("arn:aws:acm:us-east-1:123456789012:certificate/%08d-1234-1234-1234-123456789012", i)]
  }

  expect_failures = [aws_iam_role_policy.function]
}

run "roles_that_do_not_fit_are_said_at_plan" {
  command = plan

  variables {
    assume_role_arns = [for i in range(150) : format("arn:aws:iam::%012d:role/certloop-dns", i)]
  }

  expect_failures = [aws_iam_role_policy.function]
}

run "secrets_that_do_not_fit_are_said_at_plan" {
  command = plan

  variables {
    eab_secret_arns = [for i in range(80) : format("arn:aws:secretsmanager:us-east-1:123456789012:secret:certificates/%012d-AbCdEf", i)]
  }

  expect_failures = [aws_iam_role_policy.function]
}

run "fifty_certificates_to_adopt_fit" {
  command = plan

  variables {
    probe                      = "public-names"
    adoptable_certificate_arns = [for i in range(50) : format("arn:aws:acm:us-east-1:123456789012:certificate/%08d-1234-1234-1234-123456789012", i)]
  }

  assert {
    condition     = length(var.adoptable_certificate_arns) == 50
    error_message = "Fifty certificates do not fit."
  }
}

run "adoption_by_tag" {
  command = plan

  variables {
    name         = "tls-prod"
    kms_key_arn  = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    adopt_tagged = true
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : jsonencode(s) if startswith(s.Sid, "Adopt")] == [jsonencode({
      Sid      = "AdoptTagged", Effect = "Allow", Action = ["acm:AddTagsToCertificate"]
      Resource = "arn:aws:acm:*:123456789012:certificate/*"
      Condition = {
        Null         = { "aws:ResourceTag/certloop:owner" = "true" }
        StringEquals = { "aws:ResourceTag/certloop:adoptable" = ["true", "tls-prod"] }
        StringLike   = { "aws:RequestTag/certloop:owner" = "arn:aws:dynamodb:eu-central-1:123456789012:table/tls-prod/*" }
      }
    })]
    error_message = "What an administrator tagged for it, and nobody owns, may be taken over; the tag has the value true or the deployment's name."
  }
}

run "keys_of_their_own" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000001"
    encryption = {
      table_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
      log_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000003"
      secrets_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000004"
      topic_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000005"
    }
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Sid => substr(s.Resource, -1, 1) if strcontains(jsonencode(s.Action), "kms:") } == {
      Seal = "1", ServiceTableKey = "2", ServiceSecretsKey = "4", ServiceTopicKey = "5"
    }
    error_message = "Each purpose must have its key."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.function.policy).Statement : s.Condition if contains(["ServiceSecretsKey", "ServiceTopicKey"], s.Sid)] == [
      {
        StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:SecretARN" = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:certloop/*" }
      },
      { StringEquals = { "kms:ViaService" = "sns.eu-central-1.amazonaws.com" } },
    ]
    error_message = "The keys of secrets and topic may be used through these services alone."
  }

  assert {
    condition = (
      aws_dynamodb_table.records.server_side_encryption[0].kms_key_arn == var.encryption.table_key_arn &&
      aws_cloudwatch_log_group.function.kms_key_id == var.encryption.log_key_arn &&
      aws_sns_topic.notices[0].kms_master_key_id == var.encryption.topic_key_arn
    )
    error_message = "Table, log group and topic must be encrypted with their keys."
  }
}

run "sealed_keys_for_the_function_alone" {
  command = plan

  variables {
    encryption = { only_the_function_decrypts = true }
  }

  assert {
    condition = [for s in jsondecode(aws_kms_key.seal[0].policy).Statement : jsonencode(s) if s.Effect == "Deny"] == [jsonencode({
      Sid    = "OnlyTheFunctionDecrypts", Effect = "Deny", Principal = { AWS = "*" }
      Action = ["kms:Decrypt", "kms:ReEncryptFrom"], Resource = "*"
      Condition = {
        ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::123456789012:role/certloop" }
        Null         = { "kms:EncryptionContext:certloop:record" = "false" }
      }
    })]
    error_message = "Whoever is not the function must be denied decryption of what is sealed, and of nothing else."
  }
}
