package acm_test

import (
	"testing"

	"certloop/internal/sandbox/moto"
	"certloop/providers/acm"
	"certloop/providers/acm/contract"
	"certloop/providers/acm/fake"
	"certloop/providers/internal/awsfake"
	"certloop/reconciler/api"
)

var here = api.Location{Region: "eu-west-1"}

// serve starts a fake and a client of it.
func serve(t *testing.T, c fake.Config) (*fake.Service, *acm.Client) {
	t.Helper()
	service := fake.New(c)
	return service, acm.New(acm.Config{AWS: awsfake.Serve(t, service), Rates: acm.Unlimited})
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
	client := acm.New(acm.Config{AWS: awsfake.ClientConfig(moto.ForTest(t).URL), Rates: acm.Unlimited})
	contract.Run(t, contract.Subject{ACM: client, At: here, NotEnforced: notEnforcedByMoto})
}
