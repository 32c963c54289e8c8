mock_provider "aws" {
  source = "../../tests/aws"

  # The answer of the function to wait and placeholder.
  mock_resource "aws_lambda_invocation" {
    defaults = {
      result = "{\"certificates\":[{\"name\":\"www\",\"acm_arn\":\"arn:aws:acm:us-east-1:123456789012:certificate/1\"}]}"
    }
  }
}

variables {
  package                 = { s3_bucket = "artifacts", s3_key = "certloop-lambda-arm64.zip" }
  zone_id                 = "Z1D633PJN98FT9"
  domain                  = "example.com"
  email                   = "admin@example.com"
  adopted_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
  acm_role_arn            = "arn:aws:iam::210987654321:role/certloop-acm"
  dns_role_arn            = "arn:aws:iam::210987654321:role/certloop-dns"
  eab_secret_arn          = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ca/acme-AbCdEf"
  ca_certificates         = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  alarm_topic_arn         = "arn:aws:sns:eu-central-1:123456789012:alarms"
  kms_key_arn             = "arn:aws:kms:eu-central-1:123456789012:key/1"
  permissions_boundary    = "arn:aws:iam::123456789012:policy/boundary"
  subnet_ids              = ["subnet-1", "subnet-2"]
  security_group_ids      = ["sg-1"]
}

run "every_input_of_every_module_is_used_and_accepted" {
  assert {
    # The first operand is there because Terraform requires every assertion to refer to the configuration itself.
    condition = module.certloop.table_name != "" && alltrue(flatten([for folder in ["../..", "../../modules/policy", "../../modules/account", "../../modules/certificate"] : [
      for file in fileset(folder, "variables*.tf") : [
        for declaration in regexall("\nvariable \"([a-z_0-9]+)\"", "\n${file("${folder}/${file}")}") :
        can(regex("\n  ${declaration[0]} += ", file("main.tf")))
      ]
    ]]))
    error_message = "An input is missing in main.tf."
  }
  assert {
    condition     = length(jsondecode(module.shop.item)) == 17 && length(jsondecode(module.account.item)) == 11
    error_message = "An attribute did not get into its record: ${module.shop.item} ${module.account.item}"
  }
  assert {
    condition     = module.legacy.acm_arn == null && jsondecode(module.legacy.item).acm_arn.S == var.adopted_certificate_arn
    error_message = "The certificate to adopt is not named in its record."
  }
  assert {
    condition     = output.api_acm_arn != null
    error_message = "The placeholder has no ARN."
  }
}
