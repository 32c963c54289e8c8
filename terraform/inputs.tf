# The inputs that are objects, with their defaults.
locals {
  package = { for name in local.names.package : name => try(tostring(var.package[name]), null) }

  notifications = {
    emails               = try([for email in var.notifications.emails : tostring(email)], [])
    topic_arn            = try(var.notifications.topic_arn, null)
    event_bus            = try(coalesce(var.notifications.event_bus), try(var.notifications.event_bus, null) == null ? "default" : "")
    on                   = try(coalesce(var.notifications.on), "all")
    mails_per_hour       = try(tonumber(coalesce(var.notifications.mails_per_hour)), 10)
    subscribed_elsewhere = try(tobool(coalesce(var.notifications.subscribed_elsewhere)), false)
  }

  alarms = {
    enabled                = try(tobool(coalesce(var.alarms.enabled)), true)
    actions                = try([for action in var.alarms.actions : action], null)
    minimum_days_to_expiry = try(tonumber(coalesce(var.alarms.minimum_days_to_expiry)), 7)
    not_ready_hours        = try(tonumber(coalesce(var.alarms.not_ready_hours)), 24)
    overdue_minutes        = try(tonumber(coalesce(var.alarms.overdue_minutes)), 60)
    silence_hours          = try(tonumber(coalesce(var.alarms.silence_hours)), 26)
    stream_age_minutes     = try(tonumber(coalesce(var.alarms.stream_age_minutes)), 15)
    errors                 = try(tonumber(coalesce(var.alarms.errors)), 3)
    issued_per_day         = try(tonumber(coalesce(var.alarms.issued_per_day)), 100)
    unreachable_endpoints  = try(tonumber(coalesce(var.alarms.unreachable_endpoints)), 0)
  }

  log = {
    retention_days = try(tonumber(coalesce(var.log.retention_days)), 90)
    level          = try(coalesce(var.log.level), "info")
  }

  function = {
    memory_size             = try(tonumber(coalesce(var.function.memory_size)), 512)
    timeout                 = try(tonumber(coalesce(var.function.timeout)), 330)
    maximum_concurrency     = try(tonumber(coalesce(var.function.maximum_concurrency)), 5)
    code_signing_config_arn = try(var.function.code_signing_config_arn, null)
  }

  encryption = {
    table_key_arn              = try(var.encryption.table_key_arn, null)
    log_key_arn                = try(var.encryption.log_key_arn, null)
    secrets_key_arn            = try(var.encryption.secrets_key_arn, null)
    topic_key_arn              = try(var.encryption.topic_key_arn, null)
    only_the_function_decrypts = try(tobool(coalesce(var.encryption.only_the_function_decrypts)), false)
  }
}
