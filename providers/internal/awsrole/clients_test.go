package awsrole_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

const roleARN = "arn:aws:iam::111111111111:role/dns"

// client is what a provider makes of the configuration it is given.
type client struct {
	key  api.Location
	role bool
}

func TestClients_OneForEachKeyWithTheCredentialsOfItsRole(t *testing.T) {
	made := 0
	clients := awsrole.NewClients(awsrole.Config[api.Location, *client]{
		AWS:  aws.Config{Region: "us-east-1"},
		Role: func(l api.Location) api.Role { return l.Role },
		New: func(l api.Location, config aws.Config) *client {
			if made++; config.HTTPClient == nil {
				t.Error("every client would have a connection pool of its own")
			}
			return &client{l, config.Credentials != nil}
		},
	})
	own, theirs := api.Location{Region: "eu-west-1"}, api.Location{Region: "eu-west-1", Role: api.Role{RoleARN: roleARN}}
	other := api.Location{Region: "eu-west-1", Role: api.Role{RoleARN: roleARN, ExternalID: "x"}}
	var all sync.WaitGroup
	for range 16 {
		for _, key := range []api.Location{own, theirs, other} {
			all.Go(func() {
				if got := clients.Get(key); got.key != key || got.role != (key.RoleARN != "") {
					t.Errorf("%+v has the client %+v", key, got)
				}
			})
		}
	}
	if all.Wait(); made != 3 {
		t.Errorf("%d clients were made", made)
	}
}

// failed is an error of that service as the SDK makes it; status 0: it did not respond.
func failed(service string, status int, code string) error {
	var cause error = errors.New("connection reset")
	if status != 0 {
		cause = &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err: &smithy.GenericAPIError{Code: code, Message: "no"}}
	}
	err := &smithy.OperationError{ServiceID: service, OperationName: "AssumeRole", Err: cause}
	return &smithy.OperationError{ServiceID: "ACM", OperationName: "DescribeCertificate", Err: fmt.Errorf("get identity: %w", err)}
}

func TestAssumeError(t *testing.T) {
	for sentence, c := range map[string]struct {
		err    error
		kind   api.ErrorKind
		reason api.Reason
		says   string
	}{
		"STS denies":            {failed("STS", 403, "AccessDenied"), api.Terminal, api.ReasonTargetAccessDenied, "allow the function's role sts:AssumeRole"},
		"STS finds it invalid":  {failed("STS", 400, "ValidationError"), api.Terminal, api.ReasonTargetAccessDenied, "AWS error message: no"},
		"STS throttles":         {failed("STS", 400, "Throttling"), api.Throttled, "", "throttled"},
		"STS does not respond":  {failed("STS", 0, ""), api.Transient, api.ReasonDNSFailed, "did not respond"},
		"STS answers in part":   {failed("STS", 400, "UnknownError"), api.Transient, api.ReasonDNSFailed, "did not respond"},
		"credentials ran out":   {failed("STS", 403, "ExpiredToken"), api.Transient, api.ReasonDNSFailed, "did not respond"},
		"another service fails": {failed("KMS", 403, "AccessDenied"), "", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := awsrole.AssumeError(c.err, api.Role{RoleARN: roleARN}, api.ReasonTargetAccessDenied, api.ReasonDNSFailed)
			if c.kind == "" {
				if got != nil {
					t.Errorf("it is %v", got)
				}
				return
			}
			if got.Kind != c.kind || got.Reason != c.reason || !strings.Contains(got.Message, c.says) || !strings.Contains(got.Message, roleARN) || !errors.Is(got, c.err) {
				t.Errorf("kind %q, reason %q: %s", got.Kind, got.Reason, got.Message)
			}
		})
	}
}
