# The function's role. What it may do stands in iam_*.tf, one statement a duty; the actions are those the code calls, no
# more. Statements whose Sid begins with Service are for what AWS services do on the function's behalf.
locals {
  # A key that is made with the role has no ARN at plan. This stands for it, and is as long, so that the length of the policy
  # is known at plan.
  key_marker      = "arn:${local.partition}:kms:${local.region}:${local.account}:key/made-here-made-here-made-here-made-h"
  function_policy = replace(local.policy_at_plan, local.key_marker, local.kms_key_arn)

  policy_at_plan = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.iam_table,
      local.iam_queue,
      local.iam_keys,
      local.iam_certificates,
      local.iam_dns,
      local.iam_roles,
      local.iam_probe,
      local.iam_notices,
      local.iam_services,
    )
  })
}

resource "aws_iam_role" "function" {
  name                 = var.name
  description          = "certloop: the function ${var.name}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name   = "duties"
  role   = aws_iam_role.function.id
  policy = local.function_policy

  # Inline policies of a role have 10,240 characters at most (IAM User Guide, "IAM and AWS STS quotas").
  lifecycle {
    precondition {
      condition     = length(local.policy_at_plan) <= 10240
      error_message = "The policy of the function has ${length(local.policy_at_plan)} characters, and IAM allows 10,240. It grows with hosted_zones (${length(var.hosted_zones)}; or all zones as \"*\"), adoptable_certificate_arns (${length(var.adoptable_certificate_arns)}; or set adopt_tagged and tag the certificates), assume_role_arns (${length(var.assume_role_arns)}; or one role for zones and certificates of an account) and eab_secret_arns (${length(var.eab_secret_arns)}; or name the secrets ${var.name}/eab/...): shorten one of them, or set probe to public-names, which needs fewer rights."
    }
  }
}
