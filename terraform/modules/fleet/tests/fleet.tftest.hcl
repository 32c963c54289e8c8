# One wait for all, and what comes out by name.

mock_provider "aws" {
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = <<-EOT
        {"certificates": [
          {"name": "a", "acm_arn": "arn:a", "status": {"targets": [{"key": "us-east-1", "arn": "arn:a"}, {"key": "eu-west-1", "arn": "arn:old", "dropped_since": "2026-11-23T00:00:00Z"}]}},
          {"name": "b", "acm_arn": "arn:b", "status": {"targets": [{"key": "us-east-1", "arn": "arn:b"}]}}
        ]}
      EOT
    }
  }
}

variables {
  table_name    = "certloop"
  function_name = "certloop"
  certificates = {
    b = { domains = ["b.example.com"], key_type = "RSA_2048", targets = [{ region = "us-east-1" }] }
    a = { domains = ["a.example.com", "*.a.example.com"], dns = { role_arn = "arn:aws:iam::123456789012:role/dns" }, suspend = null }
  }
  defaults = { account = "jprs", key_type = "EC_prime256v1", tags = { Team = "web" }, renew_before = "30d" }
}

run "one_wait_for_all" {
  variables {
    wait = "10m"
  }

  assert {
    condition     = { for k, i in aws_lambda_invocation.batch : k => jsondecode(i.input) } == { "0" = { action = "reconcile", names = ["a", "b"], wait = "10m", require = "Ready" } }
    error_message = "One invocation must wait for both."
  }

  assert {
    condition     = output.acm_arn == { a = "arn:a", b = "arn:b" } && output.acm_arns == { a = { "us-east-1" = "arn:a" }, b = { "us-east-1" = "arn:b" } } && output.names == tolist(["a", "b"])
    error_message = "The ARNs must come out by name."
  }

  assert {
    condition = { for name, c in module.certificate : name => jsondecode(c.item) } == {
      a = {
        name    = { S = "a" }, kind = { S = "Certificate" }, account = { S = "jprs" }, key_type = { S = "EC_prime256v1" }, renew_before = { S = "30d" }
        domains = { L = [{ S = "a.example.com" }, { S = "*.a.example.com" }] }, dns = { M = { role_arn = { S = "arn:aws:iam::123456789012:role/dns" } } }
        tags    = { M = { Team = { S = "web" } } }
      }
      b = {
        name    = { S = "b" }, kind = { S = "Certificate" }, account = { S = "jprs" }, key_type = { S = "RSA_2048" }, renew_before = { S = "30d" }
        domains = { L = [{ S = "b.example.com" }] }, targets = { L = [{ M = { region = { S = "us-east-1" } } }] }, tags = { M = { Team = { S = "web" } } }
      }
    }
    error_message = "Each record must have its own attributes, and the defaults for the others."
  }
}

run "no_wait" {
  command = plan

  variables {
    function_name = null
  }

  assert {
    condition     = length(aws_lambda_invocation.batch) == 0 && output.acm_arn == { a = null, b = null }
    error_message = "Nobody asked for an invocation."
  }
}

run "batches" {
  command = plan

  variables {
    wait         = "14m"
    batch_size   = 100
    certificates = { for n in range(250) : format("site-%03d", n) => { domains = ["site-${n}.example.com"] } }
  }

  assert {
    condition     = [for i in aws_lambda_invocation.batch : length(jsondecode(i.input).names)] == [100, 100, 50]
    error_message = "A batch must have a hundred names."
  }
}

run "refused" {
  command = plan

  variables {
    function_name = "certloop"
    wait          = "15m"
    batch_size    = 0
    certificates  = { a = { domains = ["a.example.com"], regoin = "us-east-1" } }
    defaults      = { acount = "jprs" }
  }

  expect_failures = [var.wait, var.batch_size, var.certificates, var.defaults]
}

run "refused_shapes" {
  command = plan

  variables {
    certificates = ["a"]
    defaults     = "jprs"
  }

  expect_failures = [var.certificates, var.defaults]
}

run "refused_without_names" {
  command = plan

  variables {
    certificates = { a = { region = "us-east-1" } }
  }

  expect_failures = [var.certificates]
}

run "refused_names_for_all" {
  command = plan

  variables {
    defaults = { domains = ["example.com"] }
  }

  expect_failures = [var.defaults]
}

run "refused_wait_without_function" {
  command = plan

  variables {
    function_name = null
    wait          = "5m"
  }

  expect_failures = [var.function_name]
}
