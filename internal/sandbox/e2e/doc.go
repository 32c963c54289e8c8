// Package e2e shows that what Terraform deploys works: the real program and the real AWS provider apply the modules of
// this tree to the sandbox, and the controller that runs there is the one that was deployed, triggered as was deployed,
// under the policy that was deployed.
//
// Its tests have the build tag e2e, since they take minutes: make e2e runs them.
package e2e
