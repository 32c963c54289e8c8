# Single values: the failing case of every validation, and the limits that still hold.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the files of the module.

variables {
  table_name    = "certloop"
  function_name = "certloop"
  name          = "www"
  domains       = ["example.com"]
}

run "the_longest_of_everything" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name            = "a${join("", [for n in range(61) : "."])}z"
    account         = "0"
    zone            = "/hostedzone/Z${join("", [for n in range(31) : "0"])}"
    renew_before    = "3650d"
    profile         = join("", [for n in range(256) : "p"])
    preferred_chain = "ISRG Root X1"
    renew_token     = "1"
    tags            = merge({ for n in range(39) : "key ${n}" => "" }, { (join("", [for n in range(128) : "é"])) = join("", [for n in range(256) : "値"]) })
  }
}

run "the_shortest_lead_time" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_before = "1h"
  }
}

run "a_table_s_arn" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    table_name = "arn:aws:dynamodb:us-east-1:123456789012:table/certloop"
  }

  expect_failures = [var.table_name]
}

run "a_name_in_upper_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = "WWW"
  }

  expect_failures = [var.name]
}

run "a_name_of_64_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = join("", [for n in range(64) : "a"])
  }

  expect_failures = [var.name]
}

run "a_name_that_ends_with_a_dot" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = "www."
  }

  expect_failures = [var.name]
}

run "an_account_with_a_space" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    account = "my account"
  }

  expect_failures = [var.account]
}

run "the_name_of_a_zone" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    zone = "example.com"
  }

  expect_failures = [var.zone]
}

run "a_zone_in_lower_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    zone = "z1d633pjn98ft9"
  }

  expect_failures = [var.zone]
}

run "another_name_of_a_key_type" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    key_type = "P256"
  }

  expect_failures = [var.key_type]
}

run "a_key_type_that_certloop_does_not_issue" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    key_type = "RSA_1024"
  }

  expect_failures = [var.key_type]
}

run "a_lead_time_without_unit" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_before = "30"
  }

  expect_failures = [var.renew_before]
}

run "a_lead_time_in_minutes" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_before = "90m"
  }

  expect_failures = [var.renew_before]
}

run "a_lead_time_of_nothing" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_before = "0d"
  }

  expect_failures = [var.renew_before]
}

run "a_lead_time_of_more_than_ten_years" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_before = "87601h"
  }

  expect_failures = [var.renew_before]
}

run "an_empty_profile" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    profile = ""
  }

  expect_failures = [var.profile]
}

run "a_profile_of_257_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    profile = join("", [for n in range(257) : "p"])
  }

  expect_failures = [var.profile]
}

run "a_chain_of_two_lines" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    preferred_chain = "ISRG\nRoot X1"
  }

  expect_failures = [var.preferred_chain]
}

run "a_token_with_a_space_behind" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    renew_token = "2026 "
  }

  expect_failures = [var.renew_token]
}

run "a_deletion_policy_in_lower_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    deletion_policy = "delete"
  }

  expect_failures = [var.deletion_policy]
}

run "forty_one_tags" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { for n in range(41) : "key ${n}" => "" }
  }

  expect_failures = [var.tags]
}

run "a_tag_key_with_a_comma" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { "a,b" = "" }
  }

  expect_failures = [var.tags]
}

run "a_tag_key_of_129_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { (join("", [for n in range(129) : "a"])) = "" }
  }

  expect_failures = [var.tags]
}

run "a_tag_of_aws" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { "AWS:name" = "" }
  }

  expect_failures = [var.tags]
}

run "a_tag_of_the_controller" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { "certloop:owner" = "me" }
  }

  expect_failures = [var.tags]
}

run "a_tag_value_of_257_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { a = join("", [for n in range(257) : "a"]) }
  }

  expect_failures = [var.tags]
}

run "a_tag_value_of_null" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    tags = { a = null }
  }

  expect_failures = [var.tags]
}

run "rollout_that_is_no_object" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = "6h"
  }

  expect_failures = [var.rollout]
}

run "rollout_with_an_unknown_attribute" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { soack = "6h" }
  }

  expect_failures = [var.rollout]
}

run "rollout_with_a_wave_that_is_no_list" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { waves = ["us-east-1"] }
  }

  expect_failures = [var.rollout]
}

run "rollout_with_an_empty_wave" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { waves = [[]] }
  }

  expect_failures = [var.rollout]
}

run "rollout_that_soaks_too_briefly" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { soak = "30m" }
  }

  expect_failures = [var.rollout]
}

run "rollout_that_waits_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { timeout = "8d" }
  }

  expect_failures = [var.rollout]
}

run "rollout_with_an_unknown_end" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    rollout = { on_failure = "undo" }
  }

  expect_failures = [var.rollout]
}

run "probe_that_is_no_object" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = "6h"
  }

  expect_failures = [var.probe]
}

run "probe_with_an_unknown_attribute" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { intervall = "6h" }
  }

  expect_failures = [var.probe]
}

run "probe_of_an_endpoint_without_a_host" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { endpoints = [{ port = 443 }] }
  }

  expect_failures = [var.probe]
}

run "probe_of_an_endpoint_with_an_unknown_attribute" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { endpoints = [{ host = "a.example.com", name = "b" }] }
  }

  expect_failures = [var.probe]
}

run "probe_of_an_unknown_protocol" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { endpoints = [{ host = "a.example.com", protocol = "ftp" }] }
  }

  expect_failures = [var.probe]
}

run "probe_of_a_port_out_of_range" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { endpoints = [{ host = "a.example.com", port = 70000 }] }
  }

  expect_failures = [var.probe]
}

run "probe_too_often" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { interval = "30m" }
  }

  expect_failures = [var.probe]
}

run "probe_too_seldom" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { interval = "8d" }
  }

  expect_failures = [var.probe]
}

run "probe_off_that_is_no_boolean" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe = { off = "never" }
  }

  expect_failures = [var.probe]
}
