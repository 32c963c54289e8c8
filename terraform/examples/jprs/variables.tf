variable "region" {
  description = "AWS region of the controller and its table."
  type        = string
  default     = "eu-central-1"
}

variable "package" {
  description = "The function's archive, made by `make package`: { path = \"...\" } or { s3_bucket = \"...\", s3_key = \"...\" }."
  type        = any
  default     = { path = "../../../dist/certloop-lambda-arm64.zip" }
}

variable "zone_id" {
  description = "ID of the Route 53 hosted zone of domain, such as Z1D633PJN98FT9."
  type        = string
}

variable "domain" {
  description = "The name to have a certificate for, in that zone."
  type        = string
}

variable "email" {
  description = "Contact of the account at JPRS, and recipient of failures."
  type        = string
}

variable "eab_secret_arn" {
  description = "ARN of the secret with the credential of JPRS, see README.md. Named certloop/eab/…, it needs no further permission."
  type        = string
}
