# What can be waited for, and what cannot.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the files of the module.

variables {
  table_name    = "certloop"
  function_name = "certloop"
  name          = "www"
  domains       = ["example.com"]
}

run "minutes" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "14m"
  }
}

run "seconds" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "840s"
  }
}

run "both" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "2m30s"
  }
}

run "a_placeholder_beside_a_named_target" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    placeholder = true
    targets = [
      { region = "eu-west-1" },
      { acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }
}

run "a_wait_without_unit" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "5"
  }

  expect_failures = [var.wait]
}

run "a_wait_of_nothing" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = ""
  }

  expect_failures = [var.wait]
}

run "a_wait_in_hours" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "1h"
  }

  expect_failures = [var.wait]
}

run "a_wait_of_more_than_the_function_has" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait = "14m1s"
  }

  expect_failures = [var.wait]
}

run "a_wait_and_a_placeholder" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait        = "5m"
    placeholder = true
  }

  expect_failures = [var.wait]
}

run "a_wait_without_a_function" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    wait          = "5m"
    function_name = null
  }

  expect_failures = [var.function_name]
}

run "a_placeholder_without_a_function" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    placeholder   = true
    function_name = null
  }

  expect_failures = [var.function_name]
}

run "a_placeholder_of_a_suspended_record" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    placeholder = true
    suspend     = true
  }

  expect_failures = [var.suspend]
}

run "a_placeholder_at_an_arn_that_is_there" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    placeholder = true
    acm_arn     = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
  }

  expect_failures = [var.acm_arn]
}

run "a_placeholder_at_arns_that_are_there" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    placeholder = true
    targets = [
      { acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }

  expect_failures = [var.targets]
}
