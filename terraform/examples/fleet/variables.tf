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

variable "zone_ids" {
  description = "IDs of the Route 53 hosted zones of the domains."
  type        = list(string)
}

variable "domains" {
  description = "The names, one certificate each. A record is named as its domain."
  type        = list(string)
}

variable "email" {
  description = "Contact of the account at the CA, and recipient of failures."
  type        = string
}

variable "directory" {
  description = "The CA. Let's Encrypt's staging environment is for trials: no browser trusts its certificates."
  type        = string
  default     = "letsencrypt-staging"
}
