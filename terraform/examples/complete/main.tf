# Every input of the modules for controller, policy, account and certificate, to copy from. Most are best left out: see ../minimal.

provider "aws" {
  region = var.region
}

module "certloop" {
  source = "../.."

  name         = "certloop-prod"
  package      = var.package
  architecture = "arm64"

  # A name that is delegated by CNAME to another one needs that one too.
  hosted_zones = { (var.zone_id) = ["_acme-challenge.*", "*.validation.${var.domain}"] }

  adoptable_certificate_arns = [var.adopted_certificate_arn]
  adopt_tagged               = true
  assume_role_arns           = [var.acm_role_arn, var.dns_role_arn]
  eab_secret_arns            = [var.eab_secret_arn]

  schedule = "cron(30 3 * * ? *)"
  tick     = "rate(5 minutes)"
  probe    = "private"

  acm_events = true

  min_issuance_interval = "12h"
  check_revocation      = true

  notifications = {
    emails         = [var.email]
    topic_arn      = var.alarm_topic_arn
    event_bus      = "default"
    on             = "all"
    mails_per_hour = 10
  }
  alarms = {
    enabled                = true
    actions                = [var.alarm_topic_arn]
    minimum_days_to_expiry = 10
    not_ready_hours        = 12
    silence_hours          = 26
    stream_age_minutes     = 10
    errors                 = 5
  }
  log = {
    retention_days = 365
    level          = "info"
  }

  # In a VPC with a private zone of the same name the resolver there would not show what the CA sees.
  environment = { CERTLOOP_RESOLVERS = "1.1.1.1:53,8.8.8.8:53" }
  function = {
    memory_size         = 1024
    timeout             = 600
    maximum_concurrency = 10
  }
  vpc = {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  kms_key_arn          = var.kms_key_arn
  encryption           = { table_key_arn = var.kms_key_arn, log_key_arn = var.kms_key_arn }
  deletion_protection  = true
  dashboard            = true
  permissions_boundary = var.permissions_boundary
  tags                 = { Service = "certificates" }
}

# What the records below may use. The first policy denies every record that no policy allows.
module "policy" {
  source = "../../modules/policy"

  table_name = module.certloop.table_name

  name    = "everybody"
  records = ["*"]

  domains            = ["**.${var.domain}"]
  wildcards          = true
  accounts           = ["internal"]
  zones              = [var.zone_id]
  roles              = [{ arn = var.acm_role_arn, external_id = "certloop" }, { arn = var.dns_role_arn, external_id = "certloop" }]
  regions            = ["us-east-1", "eu-central-1"]
  acm_arns           = [var.adopted_certificate_arn]
  key_types          = ["EC_prime256v1", "RSA_2048"]
  profiles           = ["tls", "default"]
  deletion_policies  = ["Retain", "Delete"]
  probe_endpoints    = ["lb.${var.domain}:443"]
  max_certificates   = 100
  min_force_interval = "24h"

  directories = ["https://ca.${var.domain}/acme/directory"]
  eab_secrets = [var.eab_secret_arn]
  networks    = ["private"]
}

# A private CA. The public ones have aliases, and usually need only directory and email.
module "account" {
  source = "../../modules/account"

  table_name = module.certloop.table_name

  name            = "internal"
  directory       = "https://ca.${var.domain}/acme/directory"
  email           = var.email
  eab_secret_arn  = var.eab_secret_arn
  key_type        = "EC_prime256v1"
  ca_certificates = var.ca_certificates
  network         = "private"
  profile         = "default"
  preferred_chain = "Example Root X1"
  limits = {
    orders                  = "1000/1d"
    certificates_per_domain = "200/7d"
    certificates_per_set    = "5/7d"
    failed_validations      = "none"
  }

  policies = [module.policy.item]
}

# One certificate in three places.
module "shop" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name    = "shop"
  domains = ["shop.${var.domain}", "*.shop.${var.domain}"]
  account = module.account.name

  zone = var.zone_id
  dns  = { role_arn = var.dns_role_arn, external_id = "certloop" }
  targets = [
    { region = "us-east-1" },
    { region = "eu-central-1" },
    { region = "eu-central-1", role_arn = var.acm_role_arn, external_id = "certloop" },
  ]

  # What the load balancer serves is seen inside the VPC, once in six hours.
  probe = {
    endpoints           = [{ host = "lb.${var.domain}", port = 443, sni = "shop.${var.domain}", protocol = "https" }]
    names_for_wildcards = ["www.shop.${var.domain}"]
    interval            = "6h"
  }

  # A new certificate goes to one target after the other, and back if clients do not get it.
  rollout = {
    soak       = "1d"
    on_failure = "rollback"
  }

  key_type        = "EC_prime256v1"
  renew_before    = "30d"
  profile         = "tls"
  preferred_chain = "Example Root X1"
  deletion_policy = "Delete"
  suspend         = false
  renew_token     = "2026-11-23" # another value forces a new certificate
  tags            = { Team = "shop" }

  policies = [module.policy.item]

  # Below function.timeout, which bounds it.
  wait = "9m"
}

# A certificate that is in ACM already, in use, and stays under its ARN.
module "legacy" {
  source = "../../modules/certificate"

  table_name = module.certloop.table_name

  name    = "legacy"
  domains = ["legacy.${var.domain}"]
  account = module.account.name
  acm_arn = var.adopted_certificate_arn
  region  = "us-east-1"
}

# A certificate whose ARN is needed before the CA has issued it.
module "api" {
  source = "../../modules/certificate"

  table_name    = module.certloop.table_name
  function_name = module.certloop.function_name

  name        = "api"
  domains     = ["api.${var.domain}"]
  account     = module.account.name
  placeholder = true
}
