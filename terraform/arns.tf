data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# ARNs made from names rather than read from resources: queues that name each other, and policies that name what is
# made after them, would be circles otherwise, and a plan shows every policy whole.
locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id # .name is deprecated from provider 6 on

  stream_failures = "${var.name}-stream-failures"
  dead_letters    = "${var.name}-dead-letters"
  log_group       = "/aws/lambda/${var.name}"

  arn = {
    table           = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.name}"
    role            = "arn:${local.partition}:iam::${local.account}:role/${var.name}"
    function        = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}"
    queue           = "arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}"
    dead_letters    = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.dead_letters}"
    stream_failures = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.stream_failures}"
    log_group       = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group}"
    own_topic       = "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}"
    secrets         = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${var.name}"
    certificates    = "arn:${local.partition}:acm:*:${local.account}:certificate/*" # in any region: records name it
  }
}
