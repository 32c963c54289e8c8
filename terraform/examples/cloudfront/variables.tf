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
  description = "Contact of the account at the CA, and recipient of failures."
  type        = string
}

variable "origin_domain" {
  description = "Where the distribution fetches from, such as origin.example.com."
  type        = string
}
