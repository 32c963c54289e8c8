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
  description = "Contact of the accounts, and recipient of failures."
  type        = string
}

variable "team_a_role_name" {
  description = "Name of the IAM role by which team A writes its records."
  type        = string
}

variable "team_a_zone_id" {
  description = "ID of the Route 53 hosted zone of team A."
  type        = string
}

variable "team_a_domain" {
  description = "The domain of team A, in that zone."
  type        = string
}

variable "team_b_role_name" {
  description = "Name of the IAM role by which team B writes its records."
  type        = string
}

variable "team_b_zone_id" {
  description = "ID of the Route 53 hosted zone of team B."
  type        = string
}

variable "team_b_domain" {
  description = "The domain of team B, in that zone."
  type        = string
}

variable "team_b_eab_secret_arn" {
  description = "ARN of the secret with team B's credential at its CA, see ../jprs."
  type        = string
}

variable "team_b_target_role_arn" {
  description = "ARN of the role in team B's AWS account that installs its certificates there, see ../cross-account. It asks for the external ID team-b."
  type        = string
}
