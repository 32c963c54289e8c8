# Where the certificate goes: what fits together, and what does not.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the files of the module.

variables {
  table_name    = "certloop"
  function_name = "certloop"
  name          = "www"
  domains       = ["example.com"]
}

run "places_that_differ" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      {},
      { region = "us-east-1" },
      { region = "us-east-1", role_arn = "arn:aws:iam::123456789012:role/certloop-acm" },
      { role_arn = "arn:aws:iam::123456789012:role/certloop-acm" },
      { region = "us-east-1", acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }
}

run "an_arn_and_its_region" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
    region  = "us-east-1"
  }
}

run "a_role_with_a_path_and_in_china" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { role_arn = "arn:aws-cn:iam::123456789012:role/a/b/certloop" }
  }
}

run "a_role_from_another_account_than_the_record_s_own" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { role_arn = "arn:aws:iam::123456789012:role/certloop-acm", acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d", external_id = join("", [for n in range(1000) : "x"]) },
    ]
  }
}

run "a_role_of_sts" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { role_arn = "arn:aws:sts::123456789012:assumed-role/certloop/x" }
  }

  expect_failures = [var.dns]
}

run "an_external_id_of_one_character" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { role_arn = "arn:aws:iam::123456789012:role/certloop-acm", external_id = "x" }
  }

  expect_failures = [var.dns]
}

run "an_external_id_of_1225_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { role_arn = "arn:aws:iam::123456789012:role/certloop-acm", external_id = "${join("", [for n in range(1000) : "x"])}${join("", [for n in range(225) : "x"])}" }
  }

  expect_failures = [var.dns]
}

run "an_external_id_without_a_role" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { external_id = "tenant-1" }
  }

  expect_failures = [var.dns]
}

run "a_load_balancer_s_arn" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/1"
  }

  expect_failures = [var.acm_arn]
}

run "an_arn_without_account" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arn = "arn:aws:acm:us-east-1::certificate/1"
  }

  expect_failures = [var.acm_arn]
}

run "an_arn_beside_targets" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
    targets = [
      { region = "us-east-1" },
    ]
  }

  expect_failures = [var.acm_arn]
}

run "a_region_beside_targets" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    region = "us-east-1"
    targets = [
      { region = "us-east-1" },
    ]
  }

  expect_failures = [var.region]
}

run "an_availability_zone" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "a_region_other_than_the_arn_s" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
    region  = "eu-west-1"
  }

  expect_failures = [var.region]
}

run "twenty_one_targets" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [for n in range(21) : { region = "us-east-${n}" }]
  }

  expect_failures = [var.targets]
}

run "a_target_without_a_region_s_name" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { region = "virginia" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_target_with_a_user_s_arn" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { role_arn = "arn:aws:iam::123456789012:user/me" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_role_whose_name_no_tag_takes" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { role_arn = "arn:aws:iam::123456789012:role/a,b" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_role_that_is_too_long_for_a_tag" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [{ role_arn = "arn:aws:iam::123456789012:role/${join("", [for n in range(230) : "p"])}/certloop" }]
  }

  expect_failures = [var.targets]
}

run "a_target_with_a_bad_external_id" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { role_arn = "arn:aws:iam::123456789012:role/certloop-acm", external_id = "a b" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_target_with_an_external_id_alone" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { external_id = "tenant-1" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_target_with_a_bad_arn" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { acm_arn = "certificate/1" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_target_in_two_regions" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { region = "eu-west-1", acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_target_in_two_accounts" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { role_arn = "arn:aws:iam::210987654321:role/certloop-acm", acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }

  expect_failures = [var.targets]
}

run "one_arn_twice" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
      { region = "us-east-1", acm_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d" },
    ]
  }

  expect_failures = [var.targets]
}

run "one_region_twice" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [
      { region = "us-east-1" },
      { region = "us-east-1" },
    ]
  }

  expect_failures = [var.targets]
}

run "a_typo_in_a_target" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = [{ region = "us-east-1" }, { regoin = "eu-west-1" }]
  }

  expect_failures = [var.targets]
}

run "one_target_that_is_no_list" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = { region = "us-east-1" }
  }

  expect_failures = [var.targets]
}

run "a_target_that_is_no_object" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    targets = ["us-east-1"]
  }

  expect_failures = [var.targets]
}

run "a_typo_in_dns" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = { role = "arn:aws:iam::123456789012:role/certloop" }
  }

  expect_failures = [var.dns]
}

run "dns_that_is_no_object" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    dns = "arn:aws:iam::123456789012:role/certloop"
  }

  expect_failures = [var.dns]
}
