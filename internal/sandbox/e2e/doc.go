// Package e2e tests what Terraform deploys. Terraform with the AWS provider applies the modules of this tree to the
// sandbox. The controller that runs there is the deployed one, with its deployed triggers and policy.
//
// Its tests have the build tag e2e, because they take minutes: make e2e runs them.
package e2e
