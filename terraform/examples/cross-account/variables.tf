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

variable "email" {
  description = "Contact of the account at the CA."
  type        = string
}

variable "other_account_role_arn" {
  description = "Role in the other AWS account that Terraform assumes to make a role there."
  type        = string
}

variable "zone_id" {
  description = "ID of the Route 53 hosted zone of domain, in the other account."
  type        = string
}

variable "domain" {
  description = "The name to have a certificate for, in that zone."
  type        = string
}

variable "external_id" {
  description = "What the role of the other account asks for besides the right caller, agreed upon by both sides; no secret."
  type        = string
}
