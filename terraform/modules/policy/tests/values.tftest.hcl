# The failing case of every validation, and the limits that still hold.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the files of the module.

variables {
  table_name = "certloop"
  name       = "team-a"
  records    = ["team-a.*"]
}

run "the_longest_of_everything" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name               = "a${join("", [for n in range(61) : "."])}z"
    records            = concat(["*", "a${join("", [for n in range(62) : "."])}*"], [for n in range(98) : "team-${n}"])
    domains            = [for n in range(100) : "**.${n}.example.com"]
    max_certificates   = 1000
    min_force_interval = "8760h"
    deletion_policies  = ["Retain", "Delete"]
    probe_endpoints    = ["lb.example.net:443", "**.example.net:*"]
    networks           = ["public", "private"]
    key_types          = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]
    directories        = ["letsencrypt", "letsencrypt-staging", "jprs", "google", "zerossl", "digicert-jp", "sectigo-dv", "sslcom-rsa", "sslcom-ecc"]
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

run "a_name_with_its_prefix" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = "policy#team-a"
  }

  expect_failures = [var.name]
}

run "a_name_in_upper_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = "Team-A"
  }

  expect_failures = [var.name]
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

run "a_pattern_with_an_asterisk_in_the_middle" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    records = ["team-*.www"]
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

run "too_many_records" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    records = [for n in range(101) : "team-${n}"]
  }

  expect_failures = [var.records]
}

run "too_many_domains" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [for n in range(101) : "n${n}.example.com"]
  }

  expect_failures = [var.domains]
}

run "too_many_accounts" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    accounts = [for n in range(101) : "a${n}"]
  }

  expect_failures = [var.accounts]
}

run "too_many_zones" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    zones = [for n in range(101) : "Z${n}"]
  }

  expect_failures = [var.zones]
}

run "too_many_regions" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    regions = [for n in range(101) : "us-east-1"]
  }

  expect_failures = [var.regions]
}

run "too_many_acm_arns" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arns = [for n in range(101) : "arn:aws:acm:eu-central-1:123456789012:certificate/${n}"]
  }

  expect_failures = [var.acm_arns]
}

run "too_many_key_types" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    key_types = [for n in range(101) : "RSA_2048"]
  }

  expect_failures = [var.key_types]
}

run "too_many_profiles" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    profiles = [for n in range(101) : "p${n}"]
  }

  expect_failures = [var.profiles]
}

run "too_many_deletion_policies" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    deletion_policies = [for n in range(101) : "Retain"]
  }

  expect_failures = [var.deletion_policies]
}

run "too_many_directories" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directories = [for n in range(101) : "https://ca${n}.example/"]
  }

  expect_failures = [var.directories]
}

run "too_many_eab_secrets" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    eab_secrets = [for n in range(101) : "arn:aws:secretsmanager:eu-central-1:123456789012:secret:${n}"]
  }

  expect_failures = [var.eab_secrets]
}

run "too_many_networks" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    networks = [for n in range(101) : "public"]
  }

  expect_failures = [var.networks]
}

run "too_many_roles" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = [for n in range(101) : "arn:aws:iam::123456789012:role/r${n}"]
  }

  expect_failures = [var.roles]
}

run "every_domain" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*"]
  }

  expect_failures = [var.domains]
}

run "a_domain_of_one_label" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["**.com"]
  }

  expect_failures = [var.domains]
}

run "a_domain_with_an_asterisk_in_a_label" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["www*.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_domain_with_an_asterisk_in_the_middle" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["*.*.example.com"]
  }

  expect_failures = [var.domains]
}

run "a_domain_as_a_url" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["https://me:secret@www.example.com/"]
  }

  expect_failures = [var.domains]
}

run "a_domain_with_an_underscore" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["_acme-challenge.example.com"]
  }

  expect_failures = [var.domains]
}

run "an_empty_domain" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = [""]
  }

  expect_failures = [var.domains]
}

run "an_address" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domains = ["192.0.2.1"]
  }

  expect_failures = [var.domains]
}

run "an_account_in_upper_case" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    accounts = ["Team-A"]
  }

  expect_failures = [var.accounts]
}

run "the_name_of_a_zone" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    zones = ["example.com"]
  }

  expect_failures = [var.zones]
}

run "a_role_that_is_no_list" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = "arn:aws:iam::123456789012:role/dns"
  }

  expect_failures = [var.roles]
}

run "one_role_without_a_list" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = { arn = "arn:aws:iam::123456789012:role/dns" }
  }

  expect_failures = [var.roles]
}

run "a_role_with_an_unknown_attribute" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = [{ arn = "arn:aws:iam::123456789012:role/dns", externalid = "team-a" }]
  }

  expect_failures = [var.roles]
}

run "a_role_with_the_attribute_of_a_record" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = [{ role_arn = "arn:aws:iam::123456789012:role/dns" }]
  }

  expect_failures = [var.roles]
}

run "a_role_without_its_arn" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = [{ external_id = "team-a" }]
  }

  expect_failures = [var.roles]
}

run "every_role" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = ["arn:aws:iam::123456789012:role/*"]
  }

  expect_failures = [var.roles]
}

run "a_role_with_a_bad_external_id" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = [{ arn = "arn:aws:iam::123456789012:role/dns", external_id = "a b" }]
  }

  expect_failures = [var.roles]
}

run "a_role_twice" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    roles = ["arn:aws:iam::123456789012:role/dns", { arn = "arn:aws:iam::123456789012:role/dns", external_id = "team-a" }]
  }

  expect_failures = [var.roles]
}

run "a_region_that_is_none" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    regions = ["Frankfurt"]
  }

  expect_failures = [var.regions]
}

run "every_certificate" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arns = ["*"]
  }

  expect_failures = [var.acm_arns]
}

run "a_certificate_with_two_asterisks" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arns = ["arn:aws:acm:us-east-1:123456789012:certificate/*-*"]
  }

  expect_failures = [var.acm_arns]
}

run "the_arn_of_a_secret_as_a_certificate" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    acm_arns = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:a"]
  }

  expect_failures = [var.acm_arns]
}

run "a_key_type_that_is_misspelt" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    key_types = ["RSA-2048"]
  }

  expect_failures = [var.key_types]
}

run "an_empty_profile" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    profiles = [""]
  }

  expect_failures = [var.profiles]
}

run "a_probe_endpoint_with_a_port_out_of_range" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe_endpoints = ["lb.example.net:65536"]
  }

  expect_failures = [var.probe_endpoints]
}

run "a_probe_endpoint_that_is_a_url" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe_endpoints = ["https://lb.example.net"]
  }

  expect_failures = [var.probe_endpoints]
}

run "a_probe_endpoint_for_every_host" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe_endpoints = ["*:443"]
  }

  expect_failures = [var.probe_endpoints]
}

run "too_many_probe_endpoints" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    probe_endpoints = [for n in range(101) : "h${n}.example.com"]
  }

  expect_failures = [var.probe_endpoints]
}

run "a_deletion_policy_that_is_misspelt" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    deletion_policies = ["retain"]
  }

  expect_failures = [var.deletion_policies]
}

run "no_certificate_at_all" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    max_certificates = 0
  }

  expect_failures = [var.max_certificates]
}

run "too_many_certificates" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    max_certificates = 1001
  }

  expect_failures = [var.max_certificates]
}

run "half_a_certificate" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    max_certificates = 1.5
  }

  expect_failures = [var.max_certificates]
}

run "an_interval_in_minutes" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    min_force_interval = "30m"
  }

  expect_failures = [var.min_force_interval]
}

run "an_interval_of_nothing" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    min_force_interval = "0h"
  }

  expect_failures = [var.min_force_interval]
}

run "an_interval_of_more_than_a_year" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    min_force_interval = "366d"
  }

  expect_failures = [var.min_force_interval]
}

run "a_directory_that_nobody_knows" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directories = ["lets-encrypt"]
  }

  expect_failures = [var.directories]
}

run "a_directory_over_http" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directories = ["http://ca.example/dir"]
  }

  expect_failures = [var.directories]
}

run "a_directory_with_a_password" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directories = ["https://me:secret@ca.example/dir"]
  }

  expect_failures = [var.directories]
}

run "the_name_of_a_secret" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    eab_secrets = ["certloop/eab/jprs"]
  }

  expect_failures = [var.eab_secrets]
}

run "every_secret" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    eab_secrets = ["*"]
  }

  expect_failures = [var.eab_secrets]
}

run "a_network_that_is_misspelt" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    networks = ["privat"]
  }

  expect_failures = [var.networks]
}
