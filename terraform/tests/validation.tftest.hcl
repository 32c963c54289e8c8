# What cannot be meant is refused at plan. Each value is wrong in one way; a run has one of each variable, since every run
# costs a plan, and names every variable that must refuse.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  package = { path = "tests/function.zip" }
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
    alarms                = { silence_hours = 169 }                     # a silence that CloudWatch cannot look back at
    environment           = { "SSL-CERT" = "x" }                        # a name with a hyphen
    function              = { maximum_concurrency = 1 }                 # a concurrency of one
    tick                  = "rate(2 hours)"                             # rarer than what the alarms look at
  }

  expect_failures = [
    var.min_issuance_interval,
    var.name, var.package, var.hosted_zones, var.notifications, var.alarms, var.environment, var.function, var.tick,
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

# In runs of their own: alarms is looked at only where schedule is right.
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
