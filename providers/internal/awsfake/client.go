package awsfake

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Region is where the clients of ClientConfig work.
const Region = "eu-central-1"

// Account is the account of calls, where a fake does not say otherwise.
const Account = "123456789012"

// ClientConfig is an AWS configuration whose every service is at url, and whose retries do not wait.
func ClientConfig(url string) aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// Serve serves the handler until the test ends, and returns the configuration of its clients.
func Serve(t testing.TB, h http.Handler) aws.Config {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return ClientConfig(server.URL)
}
