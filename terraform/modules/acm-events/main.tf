data "aws_region" "current" {}

locals {
  region = data.aws_region.current.id
}

# Which of them are the controller's own calls is decided there.
resource "aws_cloudwatch_event_rule" "this" {
  name        = "${var.name}-acm"
  description = "certloop: brings events about certificates to the controller's region"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.acm"]
    detail-type = ["ACM Certificate Approaching Expiration", "AWS API Call via CloudTrail"]
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = var.event_bus_arn
  role_arn = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-acm-${local.region}"
  description          = "certloop: EventBridge puts events about certificates on ${var.event_bus_arn}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Rules of others must not borrow it.
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.this.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "forward"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Forward", Effect = "Allow", Action = "events:PutEvents", Resource = var.event_bus_arn }]
  })
}
