# The policy, whole, and the failing case of every validation.

variables {
  table_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
  records   = ["team-a.*", "shared"]
}

run "one_team" {
  command = plan

  assert {
    condition = [for s in jsondecode(output.policy_json).Statement : jsonencode(s)] == [
      jsonencode({
        Sid       = "Records", Effect = "Allow"
        Action    = ["dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["team-a.*", "shared"] } }
      }),
      jsonencode({
        Sid       = "Status", Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource  = "arn:aws:dynamodb:eu-central-1:123456789012:table/certloop"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["status#team-a.*", "status#shared"] } }
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
    ]
    error_message = "A team must write its records, read their status, and nothing else: ${output.policy_json}"
  }
}

run "an_invoker_with_a_table_key" {
  command = plan

  variables {
    function_arn  = "arn:aws:lambda:eu-central-1:123456789012:function:certloop"
    table_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
  }

  assert {
    condition = slice([for s in jsondecode(output.policy_json).Statement : jsonencode(s)], 4, 6) == [
      jsonencode({
        Sid      = "Reconcile", Effect = "Allow", Action = "lambda:InvokeFunction"
        Resource = "arn:aws:lambda:eu-central-1:123456789012:function:certloop"
      }),
      jsonencode({
        Sid      = "TableKey", Effect = "Allow"
        Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource = "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012"
        Condition = {
          StringEquals         = { "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" }
          StringEqualsIfExists = { "kms:EncryptionContext:aws:dynamodb:tableName" = "certloop" }
        }
      }),
    ]
    error_message = "Function and key are missing: ${output.policy_json}"
  }
}

run "every_record" {
  command = plan

  variables {
    records = ["*"]
  }

  assert {
    condition     = !can(jsondecode(output.policy_json).Statement[0].Condition) && strcontains(output.policy_json, "\"status#*\"")
    error_message = "Every record must be allowed: ${output.policy_json}"
  }
}

run "the_readme_has_every_input_and_output" {
  command = plan

  assert {
    condition = output.policy_json != "" && alltrue([
      for declaration in regexall("\n(?:variable|output) \"([a-z_]+)\"", join("\n", [for f in fileset(".", "{variables*,outputs}.tf") : "\n${file(f)}"])) :
      strcontains(file("README.md"), "\n| `${declaration[0]}` |")
    ])
    error_message = "A row is missing in the tables of README.md."
  }
}

run "the_name_of_a_table" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    table_arn = "certloop"
  }

  expect_failures = [var.table_arn]
}

run "no_record" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    records = []
  }

  expect_failures = [var.records]
}

run "a_protected_partition" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    records = ["status#team-a.*"]
  }

  expect_failures = [var.records]
}

run "a_pattern_in_upper_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    records = ["Team-A.*"]
  }

  expect_failures = [var.records]
}

run "the_name_of_a_function" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    function_arn = "certloop"
  }

  expect_failures = [var.function_arn]
}

run "the_alias_of_a_key" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    table_key_arn = "alias/certloop"
  }

  expect_failures = [var.table_key_arn]
}
