# Terraform drops attributes of an object that its type does not know, so that a typo would have no effect and no message.
# Inputs that are objects therefore have the type any, and their attributes are checked against these lists.
locals {
  names = {
    package       = ["path", "s3_bucket", "s3_key", "s3_object_version"]
    notifications = ["emails", "event_bus", "mails_per_hour", "on", "subscribed_elsewhere", "topic_arn"]
    alarms = [
      "actions", "enabled", "errors", "issued_per_day", "minimum_days_to_expiry", "not_ready_hours", "overdue_minutes", "silence_hours",
      "stream_age_minutes", "unreachable_endpoints",
    ]
    log        = ["level", "retention_days"]
    function   = ["code_signing_config_arn", "maximum_concurrency", "memory_size", "timeout"]
    vpc        = ["security_group_ids", "subnet_ids"]
    encryption = ["log_key_arn", "only_the_function_decrypts", "secrets_key_arn", "table_key_arn", "topic_key_arn"]
  }

  # The pairs of neighbouring characters of each name, with a blank at either end. The name that shares the most of them
  # with an unknown one is the nearest.
  pairs = { for name in distinct(flatten(values(local.names))) : name => toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]) }
}
