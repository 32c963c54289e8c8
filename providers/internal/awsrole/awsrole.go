// Package awsrole assumes the roles through which the providers work in other accounts.
package awsrole

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"certloop/reconciler/api"
)

// sessionName is how an assumed role's calls are signed in CloudTrail.
const sessionName = "certloop"

// Credentials returns those of a role, which sts assumes when they are first needed. They last an hour and are kept as long
// (AWS STS API Reference, AssumeRole): a caller that uses the role more than once keeps the provider. r names a role.
func Credentials(sts stscreds.AssumeRoleAPIClient, r api.Role) aws.CredentialsProvider {
	provider := stscreds.NewAssumeRoleProvider(sts, r.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName
		if r.ExternalID != "" {
			// STS refuses an empty one.
			o.ExternalID = aws.String(r.ExternalID)
		}
	})
	return aws.NewCredentialsCache(provider)
}
