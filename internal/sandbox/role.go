package sandbox

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/internal/sandbox/iam"
)

// accountID is the account of everything here.
const accountID = "123456789012"

// policies are those of the deployed function's role.
func (s *Sandbox) policies() ([]iam.Policy, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	role, err := s.Deployed.Role(ctx)
	if err != nil {
		return nil, err
	}
	return s.Deployed.Policies(ctx, role)
}

// tags are a certificate's.
func (s *Sandbox) tags(region, arn string) map[string]string {
	c, _ := s.ACM.Certificate(region, arn)
	return c.Tags
}

// secret is the ARN of the secret of that name; empty: there is none.
func (s *Sandbox) secret(name string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := s.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(name)})
	if err != nil {
		return ""
	}
	return aws.ToString(out.ARN)
}
