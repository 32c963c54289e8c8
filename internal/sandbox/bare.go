package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"certloop/internal/sandbox/deployed"
	"certloop/internal/sandbox/gateway"
	"certloop/internal/sandbox/iam"
	"certloop/internal/sandbox/lambdaruntime"
)

// invokeNamed invokes the function with that name or ARN. A sandbox that is not bare has one function only.
func (s *Sandbox) invokeNamed(ctx context.Context, function string, payload []byte) ([]byte, bool, error) {
	var result lambdaruntime.Result
	var err error
	if s.options.Bare {
		result, err = s.Deployed.Invoke(ctx, function, payload)
		if deployed.IsNotFound(err) {
			err = fmt.Errorf("%w: %w", gateway.ErrNoFunction, err)
		}
	} else {
		result, err = s.Function.Invoke(ctx, payload)
	}
	return result.Payload, result.FunctionError, err
}

// runDeployed runs what others deploy.
func (s *Sandbox) runDeployed() {
	s.Deployed = deployed.Start(deployed.Config{
		Emulator: s.emulator, Region: Region, Zip: s.options.Zip, Architecture: runtime.GOARCH,
		Env: append(s.endpoint(), s.options.Env...), Streams: s.Streams, SQS: s.SQS, Rate: s.options.Tick,
		Rates: s.options.Rates, Poll: s.options.Poll, Log: s.options.Log, Line: s.options.Line, Record: s.seenRecord, Message: s.options.Seen,
	})
	s.atEnd(s.Deployed.Close)
}

// intercept wraps the gateway: first the handler of the caller's options, then the guard, then the faults.
func (s *Sandbox) intercept(next http.Handler) http.Handler {
	s.options.Faults.Account = s.accountOf
	s.options.Faults.Exempt = func(accessKey string) bool { return accessKey == userKey }
	next = s.options.Faults.Intercept(next)
	if s.options.Enforce {
		s.Guard = &iam.Guard{AccessKey: AccessKey, Policies: s.policies,
			Account: s.Account()}
		next = s.Guard.Intercept(next)
	}
	if s.options.Intercept != nil {
		next = s.options.Intercept(next)
	}
	return next
}

// accountID is the account of all resources here.
const accountID = "123456789012"

// Account returns what requests in the sandbox's only account refer to.
func (s *Sandbox) Account() iam.Account {
	return iam.Account{ID: accountID, Tags: s.tags, Secret: s.secret, PartitionKey: "name"}
}

// patience bounds what the guard reads for a decision. If it gave up early, a busy emulator would look like a denial.
const patience = 5 * time.Minute

// policies returns the policies of the deployed function's role.
func (s *Sandbox) policies() ([]iam.Policy, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	role, err := s.Deployed.Role(ctx)
	if err != nil {
		return nil, err
	}
	return s.Deployed.Policies(ctx, role)
}

// tags returns a certificate's tags.
func (s *Sandbox) tags(region, arn string) map[string]string {
	c, _ := s.ACM.Certificate(region, arn)
	return c.Tags
}

// secret returns the ARN of the secret with that name, or "" if there is none.
func (s *Sandbox) secret(name string) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := s.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(name)})
	if err != nil {
		return ""
	}
	return aws.ToString(out.ARN)
}
