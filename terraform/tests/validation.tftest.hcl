# What cannot be meant is refused at plan. Each value is wrong in one way; a run has one of each variable, since every run
# costs a plan, and names every variable that must refuse.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package       = { path = "tests/function.zip" }
  notifications = { emails = ["ops@example.com"] }
}

run "refused_first" {
  command = plan

  variables {
    min_issuance_interval      = "0h"                                                   # nothing
    name                       = "tl"                                                   # of two characters
    package                    = {}                                                     # neither a path nor a bucket
    architecture               = "amd64"                                                # Go's name
    hosted_zones               = { "/hostedzone/Z0123456789" = [] }                     # with the prefix of the API
    adoptable_certificate_arns = ["arn:aws:acm:us-east-1:123456789012:certificate/*"]   # a wildcard
    assume_role_arns           = ["arn:aws:iam::210987654321:role/*"]                   # a wildcard
    eab_secret_arns            = ["certloop/eab/jprs"]                                  # a name for an ARN
    tick                       = "cron(0/15 * * * *)"                                   # a cron expression of five fields
    notifications              = { emails = ["ops"] }                                   # no address
    alarms                     = { actions = ["ops@example.com"] }                      # an action that is no ARN
    log                        = { retention_days = 10 }                                # days that CloudWatch Logs does not know
    environment                = { CERTLOOP_TABLE = "other" }                           # a variable that the module sets
    function                   = { memory_size = 64 }                                   # less memory than Lambda gives
    vpc                        = { subnet_ids = [], security_group_ids = ["sg-1"] }     # without subnets
    kms_key_arn                = "arn:aws:kms:eu-central-1:123456789012:alias/certloop" # an alias
    permissions_boundary       = "boundary"                                             # a name for an ARN
  }

  expect_failures = [
    var.min_issuance_interval,
    var.name, var.package, var.architecture, var.hosted_zones, var.adoptable_certificate_arns, var.assume_role_arns,
    var.eab_secret_arns, var.tick, var.notifications, var.alarms, var.log, var.environment,
    var.function, var.vpc, var.kms_key_arn, var.permissions_boundary,
  ]
}

run "refused_second" {
  command = plan

  variables {
    min_issuance_interval      = "25h"                                                            # more than a day
    name                       = "1certloop"                                                      # that begins with a digit
    package                    = { path = "tests/function.zip", s3_bucket = "b", s3_key = "k" }   # both a path and a bucket
    hosted_zones               = { "example.com" = [] }                                           # a name for an ID
    adoptable_certificate_arns = ["arn:aws:iam::123456789012:server-certificate/www"]             # of IAM
    assume_role_arns           = ["arn:aws:iam::210987654321:user/certloop"]                      # a user
    notifications              = { topic_arn = "arn:aws:sns:eu-central-1:123456789012:ops.fifo" } # a FIFO topic
    alarms                     = { not_ready_hours = 0 }                                          # a threshold of nothing
    log                        = { level = "warning" }                                            # a level nobody knows
    environment                = { CERTLOOP_RESOLVER = "10.0.0.2:53" }                            # a variable that the function does not know
    function                   = { timeout = 60 }                                                 # a timeout of a minute
    vpc                        = { subnet_ids = ["subnet-1"], security_group_ids = [] }           # without security groups
  }

  expect_failures = [
    var.min_issuance_interval,
    var.name, var.package, var.hosted_zones, var.adoptable_certificate_arns, var.assume_role_arns,
    var.notifications, var.alarms, var.log, var.environment, var.function, var.vpc,
  ]
}

run "refused_third" {
  command = plan

  variables {
    min_issuance_interval = "12"                                        # without a unit
    name                  = "a234567890123456789012345678901234567890x" # too long for the name of a role
    package               = { s3_bucket = "b" }                         # a bucket without a key
    hosted_zones          = { Z0123456789 = ["_ACME-challenge.*"] }     # a pattern in capitals
    notifications         = { event_bus = "my bus" }                    # a bus with a space
    alarms                = { silence_hours = 169 }                     # longer than CloudWatch evaluates
    environment           = { "SSL-CERT" = "x" }                        # a name with a hyphen
    function              = { maximum_concurrency = 1 }                 # a concurrency of one
    tick                  = "rate(2 hours)"                             # less frequent than the alarms evaluate
    probe                 = "on"                                        # neither a network nor off
  }

  expect_failures = [
    var.min_issuance_interval,
    var.name, var.package, var.hosted_zones, var.notifications, var.alarms, var.environment, var.function, var.tick,
    var.probe,
  ]
}

run "refused_fourth" {
  command = plan

  variables {
    min_issuance_interval = "1441m"                                                  # more than a day in minutes
    package               = { path = "tests/function.zip", s3_object_version = "v" } # a version of a local file
    hosted_zones          = { Z0123456789 = ["_acme-challenge.example.com."] }       # a pattern with a dot at its end
    schedule              = "rate(2 days)"                                           # which is always silent for longer than 26 hours
  }

  expect_failures = [
    var.min_issuance_interval,
    var.package, var.hosted_zones, var.alarms,
  ]
}

run "refused_fifth" {
  command = plan

  variables {
    package      = { path = "tests/nothing.zip" } # a path where nothing is
    hosted_zones = { Z0123456789 = ["*"] }        # a pattern of everything
    alarms       = { overdue_minutes = 0 }        # a threshold of nothing
  }

  expect_failures = [
    var.package, var.hosted_zones, var.alarms,
  ]
}

# In runs of their own: alarms is validated only if schedule is valid.
run "refused_unreachable_endpoints" {
  command = plan

  variables {
    alarms = { unreachable_endpoints = -1 } # fewer than none
  }

  expect_failures = [var.alarms]
}

run "refused_sixth" {
  command = plan

  variables {
    schedule = "rate(1)" # without a unit
  }

  expect_failures = [var.schedule]
}

run "refused_seventh" {
  command = plan

  variables {
    schedule = "at(2030-01-01T00:00:00)" # once
  }

  expect_failures = [var.schedule]
}

# Terraform would drop these without a word.
run "refused_typos" {
  command = plan

  variables {
    package       = { paht = "tests/function.zip" }
    notifications = { email = ["ops@example.com"] }
    alarms        = { min_days_to_expiry = 3 }
    log           = { retention = 30 }
    function      = { memory = 1024 }
    vpc           = { subnets = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  expect_failures = [var.package, var.notifications, var.alarms, var.log, var.function, var.vpc]
}

run "refused_typos_beside_what_is_right" {
  command = plan

  variables {
    package       = { path = "tests/function.zip", s3version = "1" }
    notifications = { emails = ["ops@example.com"], topic = "x" }
    alarms        = { errors = 3, error = 4 }
    log           = { level = "info", lvl = "debug" }
    function      = { timeout = 330, time_out = 900 }
    vpc           = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"], subnet = "x" }
  }

  expect_failures = [var.package, var.notifications, var.alarms, var.log, var.function, var.vpc]
}

run "refused_what_is_no_object" {
  command = plan

  variables {
    package       = "tests/function.zip"
    notifications = "ops@example.com"
    alarms        = true
    log           = "debug"
    function      = 512
    vpc           = "vpc-1"
  }

  expect_failures = [var.package, var.notifications, var.alarms, var.log, var.function, var.vpc]
}

run "refused_types" {
  command = plan

  variables {
    notifications = { emails = "ops@example.com" } # an address for a list
    alarms        = { errors = "many" }            # a word for a number
    log           = { level = 3 }                  # a number for a word
    function      = { timeout = "5m" }             # a duration for a number
  }

  expect_failures = [var.notifications, var.alarms, var.log, var.function]
}

run "refused_types_second" {
  command = plan

  variables {
    notifications = { subscribed_elsewhere = "perhaps" }  # no boolean
    alarms        = { enabled = "perhaps" }               # no boolean
    function      = { code_signing_config_arn = "csc-1" } # an ID for an ARN
  }

  expect_failures = [var.notifications, var.alarms, var.function]
}

run "refused_filter_of_mails" {
  command = plan

  variables {
    notifications = { on = "failure" } # of failures
  }

  expect_failures = [var.notifications]
}

run "refused_number_of_mails" {
  command = plan

  variables {
    notifications = { mails_per_hour = 101 } # more than the table remembers
    environment   = { CERTLOOP_NOTIFY = "failures" }
  }

  expect_failures = [var.notifications, var.environment]
}

run "refused_empty_filter" {
  command = plan

  variables {
    notifications = { on = "", mails_per_hour = "many" }
  }

  expect_failures = [var.notifications]
}

run "refused_combinations" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000001"
    encryption  = { only_the_function_decrypts = true } # of a key from elsewhere
  }

  expect_failures = [var.encryption]
}

run "refused_signature_of_a_local_file" {
  command = plan

  variables {
    function = { code_signing_config_arn = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdef0" }
  }

  expect_failures = [aws_lambda_function.controller]
}

run "refused_key_of_a_topic_from_elsewhere" {
  command = plan

  variables {
    notifications = { topic_arn = "arn:aws:sns:eu-central-1:123456789012:ops" }
    encryption    = { topic_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000001" }
  }

  expect_failures = [var.encryption]
}

run "refused_encryption_typo" {
  command = plan

  variables {
    encryption = { logs_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" }
  }

  expect_failures = [var.encryption]
}

run "refused_encryption_what_is_no_object" {
  command = plan

  variables {
    encryption = "arn:aws:kms:eu-central-1:123456789012:key/1"
  }

  expect_failures = [var.encryption]
}

run "refused_encryption_an_alias" {
  command = plan

  variables {
    encryption = { table_key_arn = "alias/table" }
  }

  expect_failures = [var.encryption]
}

run "refused_encryption_no_boolean" {
  command = plan

  variables {
    encryption = { only_the_function_decrypts = "perhaps" }
  }

  expect_failures = [var.encryption]
}

# Each is an archive as `make package` makes it, without the program.
run "refused_archive_for_x86" {
  command = plan

  variables {
    package = { path = "tests/function-amd64.zip" }
  }

  expect_failures = [aws_lambda_function.controller]
}

run "refused_archive_for_arm" {
  command = plan

  variables {
    package      = { path = "tests/function-arm64.zip" }
    architecture = "x86_64"
  }

  expect_failures = [aws_lambda_function.controller]
}

run "refused_archive_in_s3_for_x86" {
  command = plan

  variables {
    package = { s3_bucket = "releases", s3_key = "1.0/certloop-lambda-amd64.zip" }
  }

  expect_failures = [aws_lambda_function.controller]
}

run "archives_for_the_architecture" {
  command = plan

  variables {
    package      = { path = "tests/function-amd64.zip" }
    architecture = "x86_64"
  }

  assert {
    condition     = aws_lambda_function.controller.filename == "tests/function-amd64.zip"
    error_message = "It must be taken."
  }
}
