# The failing case of every validation, and the limits that still hold.
# The variables alone, without the provider, whose start would cost each of these runs a second: tests/variables holds
# links to the file of the module.

variables {
  table_name = "certloop"
  directory  = "letsencrypt"
}

run "the_longest_of_everything" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name            = "a${join("", [for n in range(61) : "."])}z"
    directory       = "https://ca.example:14000/dir?tenant=1"
    email           = "certificates+acme@mail.example.com"
    eab_secret_arn  = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:certloop/eab/jprs-AbCdEf"
    key_type        = "RSA_2048"
    ca_certificates = "# the root\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\n# the next one\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n\n"
    network         = "private"
    profile         = join("", [for n in range(256) : "p"])
    preferred_chain = "ISRG Root X1"
    limits          = { orders = "100000/31d", certificates_per_domain = "1/1h", certificates_per_set = "none", failed_validations = "99999/744h" }
  }
}

run "alias_letsencrypt" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "letsencrypt"
  }
}

run "alias_letsencrypt_staging" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "letsencrypt-staging"
  }
}

run "alias_jprs" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "jprs"
  }
}

run "alias_digicert_jp" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "digicert-jp"
  }
}

run "alias_google" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "google"
  }
}

run "alias_zerossl" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "zerossl"
  }
}

run "alias_sectigo_dv" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "sectigo-dv"
  }
}

run "alias_sslcom_rsa" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "sslcom-rsa"
  }
}

run "alias_sslcom_ecc" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "sslcom-ecc"
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
    name = "JPRS"
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

run "a_directory_that_nobody_knows" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "lets-encrypt"
  }

  expect_failures = [var.directory]
}

run "a_directory_over_http" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "http://ca.example/dir"
  }

  expect_failures = [var.directory]
}

run "a_directory_with_a_password" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "https://me:secret@ca.example/dir"
  }

  expect_failures = [var.directory]
}

run "a_directory_with_a_fragment" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "https://ca.example/dir#1"
  }

  expect_failures = [var.directory]
}

run "a_directory_of_1025_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    directory = "https://ca.example/${join("", [for n in range(1006) : "d"])}"
  }

  expect_failures = [var.directory]
}

run "an_address_with_a_name" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    email = "Admin <admin@example.com>"
  }

  expect_failures = [var.email]
}

run "two_addresses" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    email = "a@example.com,b@example.com"
  }

  expect_failures = [var.email]
}

run "a_mailto_url" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    email = "mailto:admin@example.com"
  }

  expect_failures = [var.email]
}

run "an_address_without_a_domain" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    email = "admin@localhost"
  }

  expect_failures = [var.email]
}

run "an_address_of_257_characters" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    email = "${join("", [for n in range(245) : "a"])}@example.com"
  }

  expect_failures = [var.email]
}

run "the_credential_itself" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    eab_secret_arn = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"
  }

  expect_failures = [var.eab_secret_arn]
}

run "the_name_of_a_secret" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    eab_secret_arn = "certloop/eab/jprs"
  }

  expect_failures = [var.eab_secret_arn]
}

run "another_name_of_a_key_type" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    key_type = "ES256"
  }

  expect_failures = [var.key_type]
}

run "a_path" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    ca_certificates = "root.pem"
  }

  expect_failures = [var.ca_certificates]
}

run "a_private_key" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    ca_certificates = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  }

  expect_failures = [var.ca_certificates]
}

run "a_private_key_behind" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    ca_certificates = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
  }

  expect_failures = [var.ca_certificates]
}

run "more_than_64_kb" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    ca_certificates = "-----BEGIN CERTIFICATE-----\n${join("", [for n in range(1000) : "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])}\n-----END CERTIFICATE-----\n"
  }

  expect_failures = [var.ca_certificates]
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

run "network_public" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    network = "public"
  }
}

run "network_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    network = "internal"
  }
  expect_failures = [var.network]
}

run "limits_too_many" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { orders = "100001/3h" }
  }
  expect_failures = [var.limits]
}

run "limits_without_a_window" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { certificates_per_domain = "50" }
  }
  expect_failures = [var.limits]
}

run "limits_in_minutes" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { failed_validations = "5/60m" }
  }
  expect_failures = [var.limits]
}

run "limits_too_long" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { certificates_per_set = "5/32d" }
  }
  expect_failures = [var.limits]
}

run "limits_unknown" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { order = "1/1d" }
  }
  expect_failures = [var.limits]
}

run "limits_not_an_object" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = "300/3h"
  }
  expect_failures = [var.limits]
}

run "limits_a_number" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limits = { orders = 300 }
  }
  expect_failures = [var.limits]
}
