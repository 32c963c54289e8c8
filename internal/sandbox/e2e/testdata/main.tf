# The configuration of the end-to-end test. MODULES is replaced by the path of the modules: a source is no variable.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# Endpoint and credentials come from the environment.
provider "aws" {
  region = "us-east-1"
}

variable "package" { type = string }
variable "architecture" { type = string }
variable "hosted_zones" { type = map(list(string)) }
variable "adoptable_certificate_arns" { type = list(string) }
variable "assume_role_arns" { type = list(string) }
variable "environment" { type = map(string) }
variable "deletion_protection" { type = bool }
variable "accounts" { type = map(object({ directory = string, ca_certificates = string, eab_secret_arn = optional(string) })) }
variable "certificates" {
  type = map(object({
    account         = string
    domains         = list(string)
    wait            = optional(string)
    placeholder     = optional(bool)
    deletion_policy = optional(string)
    zone            = optional(string)
    probe           = optional(object({ endpoints = list(object({ host = string, port = number, target = optional(string) })) }))
    targets         = optional(list(object({ region = string })))
    rollout         = optional(object({ on_failure = string }))
  }))
}

variable "policies" { type = any }
variable "min_force_interval" { type = map(string) }
variable "max_certificates" { type = map(number) }
variable "fixed_external_id" { type = map(map(string)) }

module "certloop" {
  source = "MODULES"

  package                    = { path = var.package }
  architecture               = var.architecture
  hosted_zones               = var.hosted_zones
  adoptable_certificate_arns = var.adoptable_certificate_arns
  assume_role_arns           = var.assume_role_arns
  environment                = var.environment
  deletion_protection        = var.deletion_protection
  notifications              = { emails = ["ops@example.com"] }
  log                        = { level = "debug" }
  probe                      = "private" # loopback addresses included
  tags                       = { team = "edge" }
}

module "account" {
  source   = "MODULES/modules/account"
  for_each = var.accounts

  table_name      = module.certloop.table_name
  name            = each.key
  email           = "ops@example.com"
  directory       = each.value.directory
  ca_certificates = each.value.ca_certificates
  eab_secret_arn  = each.value.eab_secret_arn
  network         = "private"
}

module "certificate" {
  source   = "MODULES/modules/certificate"
  for_each = var.certificates

  table_name      = module.certloop.table_name
  function_name   = module.certloop.function_name
  name            = each.key
  account         = each.value.account
  domains         = each.value.domains
  key_type        = "EC_prime256v1"
  zone            = each.value.zone
  wait            = each.value.wait
  placeholder     = coalesce(each.value.placeholder, false)
  deletion_policy = each.value.deletion_policy
  probe           = each.value.probe
  targets         = each.value.targets
  rollout         = each.value.rollout

  depends_on = [module.account]
}

module "policy" {
  source   = "MODULES/modules/policy"
  for_each = var.policies

  table_name         = module.certloop.table_name
  name               = each.key
  records            = each.value.records
  domains            = try(each.value.domains, null)
  accounts           = try(each.value.accounts, null)
  zones              = try(each.value.zones, null)
  roles              = try([for role, id in var.fixed_external_id[each.key] : { arn = role, external_id = id }], each.value.roles, null)
  regions            = try(each.value.regions, null)
  acm_arns           = try(each.value.acm_arns, null)
  directories        = try(each.value.directories, null)
  eab_secrets        = try(each.value.eab_secrets, null)
  networks           = try(each.value.networks, null)
  max_certificates   = lookup(var.max_certificates, each.key, null)
  min_force_interval = lookup(var.min_force_interval, each.key, null)
}

# Each team may write its own records, and read their status.
module "access" {
  source   = "MODULES/modules/record-access"
  for_each = toset(["team-a", "team-b"])

  table_arn = module.certloop.table_arn
  records   = ["${each.key}.*"]
}

output "access" { value = { for team, access in module.access : team => access.policy_json } }
output "acm_arns" { value = { for name, c in module.certificate : name => c.acm_arn } }
output "role_arn" { value = module.certloop.role_arn }
output "kms_key_arn" { value = module.certloop.kms_key_arn }
output "users_policy_json" { value = module.certloop.users_policy_json }
output "topic_arn" { value = module.certloop.topic_arn }
