variable "name" {
  description = "Name of the deployment and of all its resources: table, function, queues, role, key alias, alarms, and the prefix of its secrets. Use a name once in an AWS account, because roles and dashboards have no region. A change creates a new deployment."
  type        = string
  default     = "certloop"
  nullable    = false

  # The narrowest of AWS's own limits: a table's name has 3 characters at least, a role's 64 at most with its suffix.
  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{2,39}$", var.name))
    error_message = "name must have 3 to 40 letters, digits, hyphens or underscores and begin with a letter, such as \"certloop\"."
  }
}

variable "package" {
  description = "The function's archive, built by `make package`: `path`, a zip on this machine, or `s3_bucket` and `s3_key` (and `s3_object_version`, so that Terraform notices a new archive under the same key)."
  type        = any
  nullable    = false

  validation {
    condition     = can(keys(var.package))
    error_message = "package: ${jsonencode(var.package)} is not an object: set it to { path = \"dist/certloop-lambda-arm64.zip\" }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.package), []), local.names.package)) == 0
    error_message = "package: ${join("; ", [for name in setsubtract(try(keys(var.package), []), local.names.package) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.package : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.package)}."
  }

  validation {
    condition     = (try(var.package.path, null) != null) != (try(var.package.s3_bucket, null) != null)
    error_message = "package must be either { path = \"dist/certloop-lambda-arm64.zip\" } or { s3_bucket = \"...\", s3_key = \"...\" }, not both."
  }

  validation {
    condition     = (try(var.package.s3_bucket, null) != null) == (try(var.package.s3_key, null) != null)
    error_message = "package.s3_bucket and package.s3_key go together: write both, or write package.path alone."
  }

  validation {
    condition     = try(var.package.s3_object_version, null) == null || try(var.package.s3_bucket, null) != null
    error_message = "package.s3_object_version belongs to package.s3_bucket and package.s3_key: leave it out with package.path."
  }

  validation {
    condition     = try(var.package.path, null) == null || try(fileexists(try(var.package.path, null)), false)
    error_message = "package.path names no file: run `make package` and write the path of dist/certloop-lambda-arm64.zip or dist/certloop-lambda-amd64.zip, relative to where terraform runs or with path.module."
  }
}

variable "architecture" {
  description = "Processor of the function: `arm64` (with certloop-lambda-arm64.zip) or `x86_64` (with certloop-lambda-amd64.zip)."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be \"arm64\" or \"x86_64\", as the package was built for."
  }
}

variable "hosted_zones" {
  description = "Route 53 hosted zones of this AWS account in which the function may publish DNS-01 records: zone ID (or `*`: any zone) to the patterns of the record names. An empty list means `_acme-challenge.*`. The target of a CNAME needs its own name here. For zones of other accounts, use `assume_role_arns`."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in keys(var.hosted_zones) : can(regex("^(Z[A-Z0-9]{3,31}|[*])$", id))])
    error_message = "Each key of hosted_zones must be a hosted zone ID such as \"Z0123456789ABCDEFGHIJ\", without \"/hostedzone/\": set it to aws_route53_zone.example.zone_id. \"*\" means all zones of the account."
  }

  # Route 53 compares the normalized name: lower case, no dot at the end, an asterisk of the zone as \052.
  validation {
    condition = alltrue([for pattern in flatten(values(var.hosted_zones)) :
    can(regex("^[a-z0-9_*?.\\\\-]+$", pattern)) && !endswith(pattern, ".")])
    error_message = "Each pattern of hosted_zones must be a record name in lower case without a dot at the end, with * for any characters, such as \"_acme-challenge.*\" or \"www.validation.example.com\"."
  }

  validation {
    condition     = alltrue([for pattern in flatten(values(var.hosted_zones)) : !can(regex("^[*?.]+$", pattern))])
    error_message = "A pattern of hosted_zones that consists of wildcards alone allows every TXT record of the zone: begin it with a label, such as \"_acme-challenge.*\"."
  }
}

variable "adoptable_certificate_arns" {
  description = "ARNs of imported ACM certificates that records may set in `acm_arn`, to adopt and renew them. A record with another ARN is not accepted. About fifty fit into the policy, which Terraform checks at plan. `adopt_tagged` has no limit."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.adoptable_certificate_arns : can(regex("^arn:[a-z0-9-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", arn))])
    error_message = "Each of adoptable_certificate_arns must be the ARN of one ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>, without wildcards."
  }
}

variable "adopt_tagged" {
  description = "Whether records may also set `acm_arn` to any imported certificate of this AWS account that has the tag `certloop:adoptable` with the value `true` or this deployment's `name`. Then everybody who may tag certificates decides what certloop may adopt."
  type        = bool
  default     = false
  nullable    = false
}

variable "assume_role_arns" {
  description = "ARNs of the roles in other AWS accounts that records set in `dns.role_arn` or `targets[].role_arn`. They must trust the output `role_arn`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.assume_role_arns : can(regex("^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of assume_role_arns must be the ARN of one role, arn:aws:iam::<account>:role/<name>, without wildcards."
  }
}

variable "eab_secret_arns" {
  description = "ARNs of the Secrets Manager secrets that Account records set in `eab_secret_arn`. Secrets under `<name>/eab/` do not need to be listed."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.eab_secret_arns : can(regex("^arn:[a-z0-9-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", arn))])
    error_message = "Each of eab_secret_arns must be the whole ARN of one secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>: write aws_secretsmanager_secret.example.arn."
  }
}

variable "schedule" {
  description = "When the resync reads every record: a rate or cron expression of EventBridge Scheduler. If it is less frequent than daily, set a longer `alarms.silence_hours`."
  type        = string
  default     = "rate(1 day)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\([1-9][0-9]* (minute|hour|day)s?\\)|cron\\([^ ()]+( [^ ()]+){5}\\))$", var.schedule))
    error_message = "schedule must be a rate such as \"rate(1 day)\" or a cron expression of six fields such as \"cron(30 3 * * ? *)\"."
  }
}

variable "tick" {
  description = "When the function queues records that are due: a rate or cron expression of EventBridge Scheduler. It is the longest delay of a renewal, of a retry and of the recovery from a crash."
  type        = string
  default     = "rate(15 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\([1-9][0-9]* (minute|hour|day)s?\\)|cron\\([^ ()]+( [^ ()]+){5}\\))$", var.tick))
    error_message = "tick must be a rate such as \"rate(15 minutes)\" or a cron expression of six fields such as \"cron(0/15 * * * ? *)\"."
  }

  # The alarms evaluate an hour, and each tick counts the certificates.
  validation {
    condition     = !can(regex("^rate", var.tick)) || try(local.interval_hours[regex("(minute|hour|day)s?\\)$", var.tick)[0]] * tonumber(regex("[0-9]+", var.tick)), 0) <= 1
    error_message = "tick must be at least hourly, such as \"rate(15 minutes)\": it counts the metrics of the alarms."
  }
}

variable "probe" {
  description = "Which endpoints of the certificates the function connects to, every hour and after an import, to see that they serve what was imported: those with `public` addresses; `private` ones as well, for a function in a VPC; or `off` for none. With either, the role may also find the load balancers, distributions and custom domain names of API Gateway that use a certificate, which the function connects to as well; with `public-names` and `private-names` it may not."
  type        = string
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["public", "public-names", "private", "private-names", "off"], var.probe)
    error_message = "probe must be \"public\", \"public-names\", \"private\", \"private-names\" or \"off\"."
  }
}

variable "acm_events" {
  description = "Whether events of ACM and of CloudTrail start a pass over the record of a certificate, so that certloop repairs it within minutes after somebody deleted it, and not at the resync. For other regions than the controller's, use modules/acm-events."
  type        = bool
  default     = true
  nullable    = false
}

variable "notifications" {
  description = "Who is notified: `emails` are subscribed to the SNS topic (each must confirm once); `topic_arn` is an existing topic to use instead, an ARN that is known at plan; `event_bus` is the name or ARN of the EventBridge bus, empty for none (`default`); `on` is `all`, or `failures` to mail only failures and their ends (`all`); `mails_per_hour` is how many notices are mailed one by one in any hour before one digest replaces the others, 0 for no digest (10); `subscribed_elsewhere` confirms that you subscribe to the output `topic_arn` yourself, which suppresses a warning (false)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.notifications))
    error_message = "notifications: ${jsonencode(var.notifications)} is not an object: set it to { emails = [\"ops@example.com\"] }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.notifications), []), local.names.notifications)) == 0
    error_message = "notifications: ${join("; ", [for name in setsubtract(try(keys(var.notifications), []), local.names.notifications) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.notifications : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.notifications)}."
  }

  validation {
    condition     = try(var.notifications.emails, null) == null || try(alltrue([for email in var.notifications.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))]), false)
    error_message = "notifications.emails: ${jsonencode(try(var.notifications.emails, null))}: each must be an e-mail address; write a list such as [\"ops@example.com\"]."
  }

  validation {
    condition     = try(var.notifications.topic_arn, null) == null || can(regex("^arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.notifications.topic_arn))
    error_message = "notifications.topic_arn must be the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name> (not FIFO, not a subscription), or left out."
  }

  validation {
    condition     = try(var.notifications.event_bus == null || var.notifications.event_bus == "", true) || can(regex("^(arn:[a-z0-9-]+:events:[a-z0-9-]+:[0-9]{12}:event-bus/)?[A-Za-z0-9_./-]{1,256}$", var.notifications.event_bus))
    error_message = "notifications.event_bus must be the name or ARN of an EventBridge bus, such as \"default\", or \"\" for none."
  }

  validation {
    condition     = contains(["all", "failures"], try(coalesce(var.notifications.on), try(var.notifications.on, null) == null ? "all" : ""))
    error_message = "notifications.on is ${jsonencode(try(var.notifications.on, null))}: write \"all\", or \"failures\" for mails of failures and their ends only."
  }

  validation {
    condition     = try(var.notifications.mails_per_hour, null) == null || try(contains(range(0, 101), tonumber(var.notifications.mails_per_hour)), false)
    error_message = "notifications.mails_per_hour is ${jsonencode(try(var.notifications.mails_per_hour, null))}: write a whole number from 1 to 100, or 0 to have every notice mailed by itself."
  }

  validation {
    condition     = can(tobool(try(var.notifications.subscribed_elsewhere, false)))
    error_message = "notifications.subscribed_elsewhere must be true or false."
  }
}

variable "alarms" {
  description = "CloudWatch alarms: `enabled` (true); `actions`, ARNs to notify instead of the SNS topic; and the thresholds, each in the unit of its name: `minimum_days_to_expiry` (7), `not_ready_hours` (24), `overdue_minutes` (60), `silence_hours` (26), `stream_age_minutes` (15), `errors` in 15 minutes, twice in a row (3), `issued_per_day`, certificates of all records (100); `unreachable_endpoints`, how many may be (0)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.alarms))
    error_message = "alarms: ${jsonencode(var.alarms)} is not an object: set it to { not_ready_hours = 6 }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.alarms), []), local.names.alarms)) == 0
    error_message = "alarms: ${join("; ", [for name in setsubtract(try(keys(var.alarms), []), local.names.alarms) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.alarms : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.alarms)}."
  }

  validation {
    condition     = try(var.alarms.actions, null) == null || try(alltrue([for arn in var.alarms.actions : startswith(arn, "arn:")]), false)
    error_message = "Each of alarms.actions must be an ARN that CloudWatch can notify, such as that of an SNS topic. Remove alarms.actions to use the module's topic, or set it to [] for alarms without notifications."
  }

  validation {
    condition = alltrue([for name in ["minimum_days_to_expiry", "not_ready_hours", "overdue_minutes", "stream_age_minutes"] :
    try(var.alarms[name], null) == null || try(tonumber(var.alarms[name]) > 0, false)])
    error_message = "alarms: ${join(", ", [for name in ["minimum_days_to_expiry", "not_ready_hours", "overdue_minutes", "stream_age_minutes"] : "${name} is ${jsonencode(var.alarms[name])}" if try(var.alarms[name], null) != null && !try(tonumber(var.alarms[name]) > 0, false)])}: write a positive number, or leave it out for 7 days, 24 hours, 60 minutes and 15 minutes."
  }

  validation {
    condition     = try(var.alarms.errors, null) == null || try(tonumber(var.alarms.errors) >= 1, false)
    error_message = "alarms.errors is ${jsonencode(try(var.alarms.errors, null))}: write a number from 1 on, or leave it out for 3."
  }

  validation {
    condition     = try(var.alarms.issued_per_day, null) == null || try(tonumber(var.alarms.issued_per_day) >= 1, false)
    error_message = "alarms.issued_per_day is ${jsonencode(try(var.alarms.issued_per_day, null))}: write a number from 1 on, or leave it out for 100."
  }

  validation {
    condition     = try(var.alarms.unreachable_endpoints, null) == null || try(tonumber(var.alarms.unreachable_endpoints) >= 0, false)
    error_message = "alarms.unreachable_endpoints is ${jsonencode(try(var.alarms.unreachable_endpoints, null))}: write a number from 0 on, or leave it out for 0."
  }

  validation {
    condition     = try(var.alarms.enabled, null) == null || can(tobool(var.alarms.enabled))
    error_message = "alarms.enabled is ${jsonencode(try(var.alarms.enabled, null))}: write true or false."
  }

  # CloudWatch evaluates at most seven days, in periods of an hour or more.
  validation {
    condition     = try(var.alarms.silence_hours, null) == null || try(contains(range(2, 169), tonumber(var.alarms.silence_hours)), false)
    error_message = "alarms.silence_hours must be a whole number from 2 to 168, two hours or more beyond the interval of schedule: 26 for a daily one."
  }

  # A silence shorter than the interval would alarm all the time.
  validation {
    condition     = !can(regex("^rate", var.schedule)) || try(tonumber(coalesce(var.alarms.silence_hours)), 26) >= try(local.interval_hours[regex("(minute|hour|day)s?\\)$", var.schedule)[0]] * tonumber(regex("[0-9]+", var.schedule)), 0) + 2
    error_message = "alarms.silence_hours must be two hours or more beyond the interval of schedule: for \"rate(2 days)\" write 50 or more; an alarm cannot watch a resync that is less frequent than weekly."
  }
}

variable "log" {
  description = "The function's log: `retention_days` in CloudWatch Logs, 0 for ever (90), and `level`, the lowest level that is written: `debug`, `info`, `warn` or `error` (`info`)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.log))
    error_message = "log: ${jsonencode(var.log)} is not an object: set it to { retention_days = 365 }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.log), []), local.names.log)) == 0
    error_message = "log: ${join("; ", [for name in setsubtract(try(keys(var.log), []), local.names.log) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.log : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.log)}."
  }

  validation {
    condition = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    try(tonumber(coalesce(var.log.retention_days)), try(var.log.retention_days, null) == null ? 90 : -1))
    error_message = "log.retention_days must be one of the values of CloudWatch Logs: 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }

  validation {
    condition     = contains(["debug", "info", "warn", "error"], try(coalesce(var.log.level), try(var.log.level, null) == null ? "info" : ""))
    error_message = "log.level must be \"debug\", \"info\", \"warn\" or \"error\"."
  }
}

variable "min_issuance_interval" {
  description = "The shortest time between two certificates of one record, as a Go duration from `1m` to `24h`. A change of the record, a repair and a forced renewal are exempt once per interval each."
  type        = string
  default     = "12h"
  nullable    = false

  validation {
    condition     = can(regex("^([1-9][0-9]{0,3}m|([1-9]|1[0-9]|2[0-4])h)$", var.min_issuance_interval)) && try(tonumber(trimsuffix(var.min_issuance_interval, "m")), 0) <= 1440
    error_message = "min_issuance_interval must be whole minutes or hours from \"1m\" to \"24h\", such as \"12h\"."
  }
}

variable "check_revocation" {
  description = "Ask CAs once a day, by OCSP or CRL, whether installed certificates are revoked, and replace those that are. A function without access to the internet gets no answers, which changes nothing."
  type        = bool
  default     = true
  nullable    = false
}

variable "environment" {
  description = "Further environment variables of the function, such as `CERTLOOP_RESOLVERS`. They cannot override those that the module sets."
  type        = map(string)
  default     = {}
  nullable    = false

  # The function does not start with a CERTLOOP_ variable that it does not know. This reports it at plan.
  validation {
    condition = alltrue([for key in keys(var.environment) : !startswith(key, "CERTLOOP_") || contains(
    ["CERTLOOP_DOCS_URL", "CERTLOOP_RESOLVERS", "CERTLOOP_RESERVE", "CERTLOOP_EFFECT_TIMEOUT", "CERTLOOP_CLOCK_SKEW", "CERTLOOP_IMPORT_GRACE"], key)])
    error_message = "Of the variables that begin with CERTLOOP_, environment may contain CERTLOOP_DOCS_URL, CERTLOOP_RESOLVERS, CERTLOOP_RESERVE, CERTLOOP_EFFECT_TIMEOUT, CERTLOOP_CLOCK_SKEW and CERTLOOP_IMPORT_GRACE; the module sets the others: use name, notifications, kms_key_arn, log, probe, min_issuance_interval and check_revocation."
  }

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", key))])
    error_message = "The keys of environment must be names of environment variables: letters, digits and underscores, beginning with a letter."
  }
}

variable "function" {
  description = "Size of the function: `memory_size` in MB (512), `timeout` in seconds (330), `maximum_concurrency`, the highest number of invocations by the work queue (5), and `code_signing_config_arn`, whose profiles must have signed the archive (none)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.function))
    error_message = "function: ${jsonencode(var.function)} is not an object: set it to { memory_size = 1024 }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.function), []), local.names.function)) == 0
    error_message = "function: ${join("; ", [for name in setsubtract(try(keys(var.function), []), local.names.function) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.function : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.function)}."
  }

  validation {
    condition     = try(var.function.memory_size, null) == null || try(tonumber(var.function.memory_size) >= 128 && tonumber(var.function.memory_size) <= 10240, false)
    error_message = "function.memory_size is ${jsonencode(try(var.function.memory_size, null))} and must be from 128 to 10240 (MB)."
  }

  # A lease is an effect's minute and two minutes of clock skew; less than that and each invocation would end within one.
  validation {
    condition     = try(var.function.timeout, null) == null || try(tonumber(var.function.timeout) >= 120 && tonumber(var.function.timeout) <= 900, false)
    error_message = "function.timeout is ${jsonencode(try(var.function.timeout, null))} and must be from 120 to 900 (seconds), and longer than the `wait` of any certificate of modules/certificate."
  }

  validation {
    condition     = try(var.function.maximum_concurrency, null) == null || try(tonumber(var.function.maximum_concurrency) >= 2 && tonumber(var.function.maximum_concurrency) <= 1000, false)
    error_message = "function.maximum_concurrency is ${jsonencode(try(var.function.maximum_concurrency, null))} and must be from 2 to 1000: Lambda allows no less than 2."
  }

  validation {
    condition     = try(var.function.code_signing_config_arn, null) == null || can(regex("^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]+$", var.function.code_signing_config_arn))
    error_message = "function.code_signing_config_arn must be the ARN of a code signing configuration, arn:aws:lambda:<region>:<account>:code-signing-config:<id>, or left out."
  }
}

variable "vpc" {
  description = "Subnets and security groups of the function; null: no VPC, which is enough unless the CA is private. In a VPC, the function must reach the CA (HTTPS), a resolver (port 53) and the APIs of AWS."
  type        = any
  default     = null

  validation {
    condition     = var.vpc == null || can(keys(var.vpc))
    error_message = "vpc: ${jsonencode(var.vpc)} is not an object: set it to { subnet_ids = [\"...\"], security_group_ids = [\"...\"] }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.vpc), []), local.names.vpc)) == 0
    error_message = "vpc: ${join("; ", [for name in setsubtract(try(keys(var.vpc), []), local.names.vpc) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.vpc : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.vpc)}."
  }

  validation {
    condition     = var.vpc == null || (try(length(var.vpc.subnet_ids), 0) > 0 && try(length(var.vpc.security_group_ids), 0) > 0)
    error_message = "vpc is ${jsonencode(var.vpc)} and must have at least one of subnet_ids and one of security_group_ids, or be null."
  }
}

variable "kms_key_arn" {
  description = "ARN of a symmetric KMS key of this region that encrypts private keys in flight and the table; null: the module creates one. The ARN must be known at plan: apply a key of the same configuration first. Its key policy must give effect to IAM policies of this account, and allow DynamoDB to use it."
  type        = string
  default     = null

  # An alias would not do: permissions are given on keys, and what an alias points to may change.
  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>, not an alias; or null to let the module create one."
  }
}

variable "encryption" {
  description = "Further KMS keys, as ARNs: `table_key_arn` encrypts the table (the same key as `kms_key_arn`), `log_key_arn` the log group, `secrets_key_arn` the secrets of account keys, `topic_key_arn` the topic of this module (AWS's own keys). With `only_the_function_decrypts`, the key of this module denies decryption of private keys to everybody but the function's role (false)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.encryption))
    error_message = "encryption: ${jsonencode(var.encryption)} is not an object: set it to { log_key_arn = \"arn:aws:kms:...\" }."
  }

  validation {
    condition = length(setsubtract(try(keys(var.encryption), []), local.names.encryption)) == 0
    error_message = "encryption: ${join("; ", [for name in setsubtract(try(keys(var.encryption), []), local.names.encryption) :
      "${name} is not known, the nearest is ${substr(reverse(sort([for known in local.names.encryption : format("%03d %s", floor(400 * length(setintersection(local.pairs[known], toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]))) / (length(known) + length(name) + 2)), known)]))[0], 4, -1)}"
    ])}: use ${join(", ", local.names.encryption)}."
  }

  validation {
    condition = alltrue([for name in ["table_key_arn", "log_key_arn", "secrets_key_arn", "topic_key_arn"] :
    try(var.encryption[name], null) == null || can(regex("^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.encryption[name]))])
    error_message = "encryption: ${join(", ", [for name in ["table_key_arn", "log_key_arn", "secrets_key_arn", "topic_key_arn"] : "${name} is ${jsonencode(var.encryption[name])}" if try(var.encryption[name], null) != null && !can(regex("^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.encryption[name]))])}: write the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>, not an alias."
  }

  validation {
    condition     = can(tobool(try(var.encryption.only_the_function_decrypts, false)))
    error_message = "encryption.only_the_function_decrypts must be true or false."
  }

  # The policy of a key from elsewhere is not ours to write.
  validation {
    condition     = !try(tobool(coalesce(var.encryption.only_the_function_decrypts)), false) || var.kms_key_arn == null
    error_message = "encryption.only_the_function_decrypts is for the key of this module: remove kms_key_arn, or remove only_the_function_decrypts and add its statement (terraform/README.md) to the policy of your key."
  }

  validation {
    condition     = try(var.encryption.topic_key_arn, null) == null || try(var.notifications.topic_arn, null) == null
    error_message = "encryption.topic_key_arn is for the topic of this module: remove it, or remove notifications.topic_arn."
  }
}

variable "dashboard" {
  description = "Whether to create a CloudWatch dashboard, 3 dollars a month."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether the table is protected against deletion. To destroy, set this to false and apply, then destroy. Otherwise a destroy removes everything else and fails at the table."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the IAM policy that bounds the roles of this module, if your organisation requires one; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>, or null."
  }
}

variable "tags" {
  description = "Tags of all resources that can have tags. Tags of certificates belong to their records."
  type        = map(string)
  default     = {}
  nullable    = false
}
