# What is written to the table: every attribute that was given, and no other.

mock_provider "aws" {}

variables {
  table_name = "certloop"
  name       = "www"
  domains    = ["example.com", "*.example.com"]
}

run "a_short_record_has_nothing_that_was_not_given" {
  command = plan

  assert {
    condition = jsondecode(aws_dynamodb_table_item.this.item) == {
      name    = { S = "www" }
      kind    = { S = "Certificate" }
      domains = { L = [{ S = "example.com" }, { S = "*.example.com" }] }
    }
    error_message = "The record is ${aws_dynamodb_table_item.this.item}"
  }
  assert {
    condition     = aws_dynamodb_table_item.this.table_name == "certloop" && aws_dynamodb_table_item.this.hash_key == "name" && aws_dynamodb_table_item.this.range_key == "kind"
    error_message = "The item lies elsewhere or has another key."
  }
  assert {
    condition     = length(aws_lambda_invocation.this) == 0
    error_message = "Nobody asked for an invocation."
  }
  assert {
    condition     = output.name == "www" && output.acm_arn == null && output.status == null && length(output.acm_arns) == 0
    error_message = "Without an invocation there is nothing to know."
  }
}
