# Words that are known, so that a message can name the nearest. Terraform drops attributes of an object that its type does
# not know: roles therefore has the type any, and its attributes are checked against this list.
locals {
  names = {
    roles             = ["arn", "external_id"]
    key_types         = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]
    deletion_policies = ["Retain", "Delete"]
    directories       = ["letsencrypt", "letsencrypt-staging", "jprs", "google", "zerossl", "digicert-jp", "sectigo-dv", "sslcom-rsa", "sslcom-ecc"]
    networks          = ["public", "private"]
  }

  # The pairs of neighbouring characters of each name, with a blank at either end. The name that shares the most of them
  # with an unknown one is the nearest.
  pairs = { for name in distinct(flatten(values(local.names))) : name => toset([for i in range(length(name) + 1) : substr(" ${name} ", i, 2)]) }
}
