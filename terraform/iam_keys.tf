locals {
  iam_keys = [
    {
      # Seal and open private keys in flight, and nothing that was encrypted for another purpose: the encryption context
      # must be the record's name (providers/keys/sealer.go) and nothing else. Null is needed since ForAllValues holds
      # for a request without any.
      Sid      = "Seal"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:Encrypt"]
      Resource = local.key_marker
      Condition = {
        "ForAllValues:StringEquals" = { "kms:EncryptionContextKeys" = ["certloop:record"] }
        Null                        = { "kms:EncryptionContext:certloop:record" = "false" }
      }
    },
    {
      # Keys of ACME accounts: made once, never changed, never deleted.
      Sid      = "AccountKeys"
      Effect   = "Allow"
      Action   = ["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"]
      Resource = "${local.arn.secrets}/accounts/*"
    },
    {
      # EAB credentials, which administrators create.
      Sid      = "Credentials"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = concat(["${local.arn.secrets}/eab/*"], var.eab_secret_arns)
    },
  ]
}
