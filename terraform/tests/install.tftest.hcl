# docs/guides/install.md, for those who install by hand, has the very policy that the module makes. `make policy` writes it there.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
  kms_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  hosted_zones  = { Z0123456789ABCDEFGHIJ = [] }
}

run "install_by_hand" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(replace(replace(replace(replace(
      regex("(?s)--policy-name certloop --policy-document '(\\{.*?\n\\})'\n", file("../docs/guides/install.md"))[0],
      "'$key'", var.kms_key_arn), "'$zone'", "Z0123456789ABCDEFGHIJ"), "'$region'", "eu-central-1"), "'$account'", "123456789012"
    ))) == jsonencode(jsondecode(output.function_policy_json))
    error_message = "docs/guides/install.md has another policy than the module: run `make policy`."
  }

  assert {
    condition     = output.function_policy_json == aws_iam_role_policy.function.policy
    error_message = "The output is not the function's policy."
  }
}
