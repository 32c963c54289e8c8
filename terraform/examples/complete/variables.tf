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
  description = "ID of the Route 53 hosted zone of the names below, such as Z1D633PJN98FT9."
  type        = string
}

variable "domain" {
  description = "The zone's name, such as example.com."
  type        = string
}

variable "email" {
  description = "Contact of the account at the CA."
  type        = string
}

variable "adopted_certificate_arn" {
  description = "An imported certificate in ACM, us-east-1, that certloop takes over and keeps renewed."
  type        = string
}

variable "acm_role_arn" {
  description = "Role in another AWS account whose ACM gets the certificate too, see ../cross-account."
  type        = string
}

variable "dns_role_arn" {
  description = "Role in the AWS account of the zone, see ../cross-account."
  type        = string
}

variable "eab_secret_arn" {
  description = "Secret with the external account binding of the private CA, under another name than certloop/eab/…."
  type        = string
}

variable "ca_certificates" {
  description = "PEM certificates that the private CA's directory is trusted by."
  type        = string
}

variable "alarm_topic_arn" {
  description = "SNS topic of alarms and notices."
  type        = string
}

variable "kms_key_arn" {
  description = "KMS key that seals private keys in flight and encrypts the table."
  type        = string
}

variable "permissions_boundary" {
  description = "IAM policy that bounds every role in this account."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the function, with a way to the CA and to AWS."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of the function."
  type        = list(string)
}
