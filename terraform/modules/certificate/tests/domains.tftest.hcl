# Names that the controller would refuse are refused at plan; those that only it can judge are let through.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the files of the module.

variables {
  table_name    = "certloop"
  function_name = "certloop"
  name          = "www"
  domains       = ["example.com"]
}

run "names_that_are_good" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["Example.COM.", "*.example.com", "bücher.example", "xn--bcher-kva.example", "a.b-c.example", "例え。テスト", "*.wild.example", "1.example", "www.sub.example.com"]
  }
}

run "a_hundred_names" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [for n in range(100) : "www${n}.example.com"]
  }
}

run "a_name_of_237_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*.${join(".", [for n in range(4) : substr("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, 58)])}.b."]
  }
}

run "no_name" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = []
  }

  expect_failures = [var.domains]
}

run "a_hundred_and_one_names" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [for n in range(101) : "www${n}.example.com"]
  }

  expect_failures = [var.domains]
}

run "an_empty_name" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [""]
  }

  expect_failures = [var.domains]
}

run "a_name_with_a_space" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["bücher .example"]
  }

  expect_failures = [var.domains]
}

run "a_url" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["https://bücher.example"]
  }

  expect_failures = [var.domains]
}

run "a_name_with_a_path" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["bücher.example/"]
  }

  expect_failures = [var.domains]
}

run "an_email_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["admin@bücher.example"]
  }

  expect_failures = [var.domains]
}

run "a_name_with_a_port" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["bücher.example:443"]
  }

  expect_failures = [var.domains]
}

run "an_ipv6_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["2001:db8::1"]
  }

  expect_failures = [var.domains]
}

run "a_wildcard_inside" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["www.*.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_wildcard_in_a_part_of_a_label" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["w*.example.com"]
  }

  expect_failures = [var.domains]
}

run "two_wildcards" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*.*.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_wildcard_of_a_top_level_domain" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*.com"]
  }

  expect_failures = [var.domains]
}

run "a_name_without_a_dot" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["localhost"]
  }

  expect_failures = [var.domains]
}

run "a_top_level_domain_with_a_dot_at_the_end" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["com."]
  }

  expect_failures = [var.domains]
}

run "a_label_with_an_underscore" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["_acme-challenge.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_label_that_begins_with_a_hyphen" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["-a.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_label_that_ends_with_a_hyphen" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["a-.example.com"]
  }

  expect_failures = [var.domains]
}

run "an_empty_label" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["a..example.com"]
  }

  expect_failures = [var.domains]
}

run "a_dot_in_front" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [".example.com"]
  }

  expect_failures = [var.domains]
}

run "a_label_of_64_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["${join("", [for n in range(64) : "a"])}.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_reserved_label" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["ab--c.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_name_of_238_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["${join(".", [for n in range(4) : substr("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, 58)])}.bb"]
  }

  expect_failures = [var.domains]
}

run "an_ipv4_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["192.0.2.1"]
  }

  expect_failures = [var.domains]
}

run "a_number_as_top_level_domain" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["www.example.1."]
  }

  expect_failures = [var.domains]
}

run "one_name_twice_in_two_spellings" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["example.com", "Example.com."]
  }

  expect_failures = [var.domains]
}

run "a_name_that_a_wildcard_covers" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*.example.com", "WWW.example.com"]
  }

  expect_failures = [var.domains]
}
