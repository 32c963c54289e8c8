# What AWS services do with the function's role. The code makes none of these calls.
locals {
  iam_services = concat([
    {
      # Lambda reads the stream.
      Sid    = "ServiceStream"
      Effect = "Allow"
      Action = [
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
      ]
      Resource = "${local.arn.table}/stream/*"
    },
    {
      # Lambda notes what of the stream could not be handled, and which tick or resync failed.
      Sid      = "ServiceFailures"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [local.arn.stream_failures, local.arn.dead_letters]
    },
    {
      # Lambda takes messages from the work queue.
      Sid      = "ServiceQueue"
      Effect   = "Allow"
      Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Resource = local.arn.queue
    },
    {
      # Lambda writes the log. The group is made here, so that it need not make one.
      Sid      = "ServiceLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.arn.log_group}:*"
    },
    {
      # DynamoDB opens the table. The key made here allows it by its own policy; a key from elsewhere may leave it to
      # IAM.
      Sid       = "ServiceTableKey"
      Effect    = "Allow"
      Action    = local.table_key_actions
      Resource  = local.encryption.table_key_arn != null ? local.encryption.table_key_arn : local.key_marker
      Condition = local.table_key_condition
    },
    ], [
    for key in local.encryption.secrets_key_arn[*] : {
      # Secrets Manager encrypts the keys of accounts, and opens them.
      Sid      = "ServiceSecretsKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = key
      Condition = {
        StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:SecretARN" = "${local.arn.secrets}/*" }
      }
    }
    ], [
    for key in local.encryption.topic_key_arn[*] : {
      # SNS encrypts notices.
      Sid       = "ServiceTopicKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = key
      Condition = { StringEquals = { "kms:ViaService" = "sns.${local.region}.amazonaws.com" } }
    }
    ], [for statement in [
      {
        # Lambda makes network interfaces. Those it has not made yet have no ARN to bound.
        Sid    = "ServiceNetwork"
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
      {
        # The same rights are not the code's: what the function itself calls carries its ARN (Lambda Developer Guide,
        # "Giving Lambda functions access to resources in an Amazon VPC").
        Sid       = "NoNetworkForTheCode"
        Effect    = "Deny"
        Action    = ["ec2:*"]
        Resource  = "*"
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = local.arn.function } }
      },
  ] : statement if var.vpc != null])
}
