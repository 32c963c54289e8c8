locals {
  iam_queue = [
    {
      # Names that need work; SendMessageBatch needs the right to send one.
      Sid      = "Enqueue"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = local.arn.queue
    },
  ]
}
