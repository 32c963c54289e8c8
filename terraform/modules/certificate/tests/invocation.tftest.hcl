# wait and placeholder: what is sent, what comes out of the answer, and what happens when the record changes.

mock_provider "aws" {
  mock_resource "aws_lambda_invocation" {
    # An answer of the function, as docs/reference/invocation.md has it, with a target in another account and one that was dropped.
    defaults = {
      result = <<-EOT
        {"certificates": [{
          "name": "www",
          "acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
          "status": {
            "version": 23, "generation": 1, "observed_generation": 1,
            "acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
            "conditions": [{"type": "Ready", "status": "True", "reason": "Ready"}],
            "targets": [
              {"key": "us-east-1", "region": "us-east-1", "arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
              {"key": "eu-west-1/arn:aws:iam::210987654321:role/acm", "region": "eu-west-1",
               "arn": "arn:aws:acm:eu-west-1:210987654321:certificate/2"},
              {"key": "eu-west-2", "region": "eu-west-2"},
              {"key": "eu-west-3", "region": "eu-west-3", "arn": "arn:aws:acm:eu-west-3:123456789012:certificate/3",
               "dropped_since": "2026-11-23T00:00:00Z"}
            ]
          }
        }]}
      EOT
    }
  }
}

variables {
  table_name    = "certloop"
  function_name = "certloop"
  name          = "www"
  domains       = ["example.com"]
}

run "wait_requires_ready_and_gives_the_arns" {
  variables {
    wait = "5m"
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.this[0].input) == { action = "reconcile", names = ["www"], wait = "5m", require = "Ready" }
    error_message = "The event is ${aws_lambda_invocation.this[0].input}"
  }
  assert {
    condition     = aws_lambda_invocation.this[0].function_name == "certloop" && aws_lambda_invocation.this[0].lifecycle_scope == "CREATE_ONLY"
    error_message = "Another function is invoked, or at other times."
  }
  assert {
    condition     = aws_lambda_invocation.this[0].triggers == tomap({ item = sha256(aws_dynamodb_table_item.this.item) })
    error_message = "A change of the record would not be waited for."
  }
  assert {
    condition     = output.acm_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1" && output.status.version == 23
    error_message = "The answer does not come out."
  }
  assert {
    condition = output.acm_arns == {
      "us-east-1"                                    = "arn:aws:acm:us-east-1:123456789012:certificate/1"
      "eu-west-1/arn:aws:iam::210987654321:role/acm" = "arn:aws:acm:eu-west-1:210987654321:certificate/2"
    }
    error_message = "Only targets of the record that have a certificate have an ARN."
  }
}

run "the_same_record_is_not_waited_for_again" {

  # What an invocation would answer now.
  override_resource {
    target = aws_lambda_invocation.this
    values = { result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:again\"}]}" }
  }

  variables {
    wait = "5m"
  }

  assert {
    condition     = output.acm_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1"
    error_message = "The function was invoked although nothing changed."
  }
}

run "a_changed_record_is_waited_for_again" {

  # What an invocation would answer now.
  override_resource {
    target = aws_lambda_invocation.this
    values = { result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:changed\"}]}" }
  }

  variables {
    wait = "5m"
    tags = { Team = "web" }
  }

  assert {
    condition     = output.acm_arn == "arn:changed"
    error_message = "The ARN is that of the record before."
  }
}

run "a_record_that_is_put_back_is_waited_for_again" {

  # What an invocation would answer now.
  override_resource {
    target = aws_lambda_invocation.this
    values = { result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:back\"}]}" }
  }

  variables {
    wait       = "5m"
    tags       = { Team = "web" }
    table_name = "certloop-2"
  }

  assert {
    condition     = output.acm_arn == "arn:back"
    error_message = "The same content has the same hash, but not the same certificate."
  }
}

run "placeholder_requires_an_accepted_record_and_gives_the_arn" {
  variables {
    placeholder = true
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.this[0].input) == { action = "reconcile", names = ["www"], placeholder = true, require = "Accepted", wait = "1m" }
    error_message = "The event is ${aws_lambda_invocation.this[0].input}"
  }
  assert {
    condition     = output.acm_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1"
    error_message = "The answer does not come out."
  }
}

run "a_placeholder_that_was_not_made_fails_the_apply" {
  override_resource {
    target = aws_lambda_invocation.this
    values = {
      result = "{\"certificates\":[{\"name\":\"www\",\"status\":{\"conditions\":[{\"type\":\"Accepted\",\"status\":\"False\",\"reason\":\"InvalidSpec\",\"message\":\"zone: is wrong\"}]}}]}"
    }
  }

  variables {
    name        = "api"
    placeholder = true
  }

  expect_failures = [output.acm_arn]
}
