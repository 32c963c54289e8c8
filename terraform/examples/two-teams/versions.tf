terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # What all this was run with; the modules take 6 as well, which was not run.
      version = "~> 5.100"
    }
  }
}
