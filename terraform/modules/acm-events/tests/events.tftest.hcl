mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/certloop-acm" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/certloop-acm-us-east-1" }
  }
}

variables {
  event_bus_arn = "arn:aws:events:eu-central-1:123456789012:event-bus/default"
}

run "events_go_to_the_controller_s_bus_by_a_role_of_their_own" {
  assert {
    condition     = aws_cloudwatch_event_target.this.arn == var.event_bus_arn && aws_cloudwatch_event_target.this.role_arn == aws_iam_role.this.arn
    error_message = "The target must be the bus, reached by the role."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.this.event_pattern) == {
      source = ["aws.acm"], detail-type = ["ACM Certificate Approaching Expiration", "AWS API Call via CloudTrail"]
    }
    error_message = "Other events are brought over."
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.this.policy).Statement == [{
      Sid = "Forward", Effect = "Allow", Action = "events:PutEvents", Resource = "arn:aws:events:eu-central-1:123456789012:event-bus/default"
    }]
    error_message = "The role may do something else."
  }
  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Action    = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:us-east-1:123456789012:rule/certloop-acm" } }
    }]
    error_message = "The rule alone may use the role."
  }
}

run "refused" {
  command = plan

  variables {
    event_bus_arn = "default"
  }

  expect_failures = [var.event_bus_arn]
}

run "refused_name" {
  command = plan

  variables {
    name = "1"
  }

  expect_failures = [var.name]
}
