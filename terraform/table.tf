# The records. Key, index and stream are those of store/table.go; a test compares them.
resource "aws_dynamodb_table" "records" {
  name         = var.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "name"
  range_key    = "kind"

  attribute {
    name = "name"
    type = "S"
  }

  attribute {
    name = "kind"
    type = "S"
  }

  attribute {
    name = "due"
    type = "S"
  }

  attribute {
    name = "due_at"
    type = "N"
  }

  # Sparse: only what is due some day has these attributes.
  global_secondary_index {
    name            = "due"
    hash_key        = "due"
    range_key       = "due_at"
    projection_type = "KEYS_ONLY"
  }

  # Keys only: a trigger needs no more, and nothing sealed ever travels in the stream.
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.table_key_arn
  }

  point_in_time_recovery {
    enabled = true
  }

  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags
}
