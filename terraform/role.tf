# The function's role. What it may do stands in iam_*.tf, one statement a duty; the actions are those the code calls, no
# more. Statements whose Sid begins with Service are for what AWS services do on the function's behalf.
locals {
  function_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.iam_table,
      local.iam_queue,
      local.iam_keys,
      local.iam_certificates,
      local.iam_dns,
      local.iam_roles,
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
      condition     = length(local.function_policy) <= 10240
      error_message = "The policy of the function is longer than the 10,240 characters that IAM takes: name fewer hosted_zones, or all of them as \"*\", and fewer ARNs in the other lists."
    }
  }
}
