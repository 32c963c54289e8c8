terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # This was run with provider 5.100.0. The modules accept 6 as well, which was not run.
      version = "~> 5.100"
    }
  }
}
