package acm_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/internal/sandbox/moto"
	"certloop/providers/acm"
	"certloop/providers/acm/contract"
	"certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

var here = api.Location{Region: "eu-west-1"}

// configFor is an AWS configuration whose every service is at url, and whose retries do not wait.
func configFor(url string) aws.Config {
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// serve starts a fake and a client of it.
func serve(t *testing.T, c fake.Config) (*fake.Service, *acm.Client) {
	t.Helper()
	service := fake.New(c)
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return service, acm.New(acm.Config{AWS: configFor(server.URL)})
}

func subject(service *fake.Service, client *acm.Client) contract.Subject {
	return contract.Subject{
		ACM: client, At: here,
		UseBy: func(arn string, resources ...string) { service.UseBy(arn, resources...) },
		PutIssued: func(leaf, chain string, tags map[string]string) string {
			return service.PutIssued(fake.Issued{Region: here.Region, Leaf: leaf, Chain: chain, Tags: tags})
		},
	}
}

func TestContractOnTheFake(t *testing.T) {
	contract.Run(t, subject(serve(t, fake.Config{})))
}

func TestContractOnTheFakePageByPage(t *testing.T) {
	contract.Run(t, subject(serve(t, fake.Config{PageSize: 2})))
}

func TestContractOnMoto(t *testing.T) {
	client := acm.New(acm.Config{AWS: configFor(moto.ForTest(t).URL)})
	contract.Run(t, contract.Subject{ACM: client, At: here, NotEnforced: notEnforcedByMoto})
}
