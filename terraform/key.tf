locals {
  own_key     = var.kms_key_arn == null
  kms_key_arn = local.own_key ? aws_kms_key.seal[0].arn : var.kms_key_arn
  # Sealing and table may share a key, since their statements do not: neither opens what the other encrypted.
  table_key_arn = local.encryption.table_key_arn != null ? local.encryption.table_key_arn : local.kms_key_arn

  # What whoever reads and writes an encrypted table does with its key, through DynamoDB and never directly (DynamoDB
  # Developer Guide, "DynamoDB encryption at rest": authorizing use of a customer managed key).
  # The encryption context is DynamoDB's own ("DynamoDB encryption context"). DescribeKey has none, hence IfExists.
  table_key_actions = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
  via_dynamodb      = "dynamodb.${local.region}.amazonaws.com"
  table_key_condition = {
    StringEquals         = { "kms:ViaService" = local.via_dynamodb }
    StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = var.name }
  }

  key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Without it IAM policies of the account, those of the function too, would count for nothing.
        Sid       = "AccountDecides"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # Whoever has rights on the table needs none on the key; whoever has not gains nothing.
        Sid       = "TableUsers"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = local.table_key_actions
        Resource  = "*"
        Condition = merge(local.table_key_condition, { StringEquals = { "kms:CallerAccount" = local.account, "kms:ViaService" = local.via_dynamodb } })
      },
      {
        # What DynamoDB needs to open the table without a user; for itself, not for whoever asks.
        Sid       = "TableGrants"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "kms:CreateGrant"
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:CallerAccount" = local.account, "kms:ViaService" = local.via_dynamodb }
          Bool         = { "kms:GrantIsForAWSResource" = "true" }
        }
      },
      ], [for statement in [
        {
          # Sealed private keys open for the function alone, whatever IAM says of others.
          Sid       = "OnlyTheFunctionDecrypts"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = ["kms:Decrypt", "kms:ReEncryptFrom"]
          Resource  = "*"
          Condition = {
            Null         = { "kms:EncryptionContext:certloop:record" = "false" }
            ArnNotEquals = { "aws:PrincipalArn" = local.arn.role }
          }
        },
    ] : statement if local.encryption.only_the_function_decrypts])
  })
}

# Seals the private keys of certificates while they are being made, and encrypts the table. Without it nothing in flight
# can be opened and no record read: hence the longest waiting period there is.
resource "aws_kms_key" "seal" {
  count = local.own_key ? 1 : 0

  description             = "certloop ${var.name}: private keys in flight, and the table of records"
  policy                  = local.key_policy
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags
}

resource "aws_kms_alias" "seal" {
  count = local.own_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.seal[0].key_id
}
