# Events about certificates start a pass over their records, so that certloop repairs what somebody deletes or changes in ACM within
# a minute or two. Without them the daily resync finds it. EventBridge has the API calls of a region in which a trail of CloudTrail logs
# management events; ACM's own events come without one.
#
# A rule sees its own region alone: modules/acm-events brings the events of other regions here.
locals {
  acm_events = {
    # What others do to certificates. The function's own calls, that of each import and tag, need no pass; whoever has
    # no role (a user, root) has no session issuer.
    changes = {
      source      = ["aws.acm"]
      detail-type = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["acm.amazonaws.com"]
        eventName   = ["AddTagsToCertificate", "DeleteCertificate", "ImportCertificate", "RemoveTagsFromCertificate"]
        "$or" = [
          { userIdentity = { sessionContext = { sessionIssuer = { arn = [{ anything-but = [local.arn.role] }] } } } },
          { userIdentity = { sessionContext = { sessionIssuer = { arn = [{ exists = false }] } } } },
        ]
      }
    }
    # ACM sends this event daily from 45 days before the end. For a certificate that is renewed in time it means nothing.
    expiry = {
      source      = ["aws.acm"]
      detail-type = ["ACM Certificate Approaching Expiration"]
      detail      = { DaysToExpiry = [{ numeric = ["<=", local.alarms.minimum_days_to_expiry] }] }
    }
  }
}

resource "aws_cloudwatch_event_rule" "acm" {
  for_each = { for name, pattern in local.acm_events : name => pattern if var.acm_events }

  name          = "${var.name}-acm-${each.key}"
  description   = "certloop: wakes the record that owns the certificate"
  event_pattern = jsonencode(each.value)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "acm" {
  for_each = aws_cloudwatch_event_rule.acm

  rule = each.value.name
  arn  = aws_lambda_function.controller.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  # The resync finds what comes later than this.
  retry_policy {
    maximum_event_age_in_seconds = 60 * 60
    maximum_retry_attempts       = 10
  }

  depends_on = [aws_lambda_permission.acm]
}

resource "aws_lambda_permission" "acm" {
  for_each = aws_cloudwatch_event_rule.acm

  statement_id  = "acm-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.controller.function_name
  principal     = "events.amazonaws.com"
  source_arn    = each.value.arn
}
