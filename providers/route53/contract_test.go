package route53_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/providers/route53"
	"certloop/providers/route53/contract"
	"certloop/providers/route53/fake"
)

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

// world is a fake Route 53, a public DNS that answers from it, and a client that sees both.
type world struct {
	*route53.Client
	*fake.Service
	dns    *fake.DNS
	config aws.Config
}

func serve(t *testing.T, c fake.Config) world {
	t.Helper()
	service := fake.New(c)
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	public, err := fake.StartDNS(service)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(public.Close)
	config := configFor(server.URL)
	client := route53.New(route53.Config{AWS: config, Resolvers: []string{public.Addr}})
	return world{client, service, public, config}
}

// zone makes a public zone and delegates it.
func (w world) zone(name string) (id string) {
	id = w.AddZone(fake.Zone{Name: name})
	w.delegate(id, name)
	return id
}

func (w world) delegate(id, name string) { w.dns.Delegate(name, w.NameServers(id)...) }

func (w world) subject() contract.Subject {
	return contract.Subject{
		DNS:         w.Client,
		Zone:        func(_ *testing.T, name string) string { return w.zone(name) },
		PrivateZone: func(_ *testing.T, name string) string { return w.AddZone(fake.Zone{Name: name, Private: true}) },
		IdleZone: func(t *testing.T, name string) string {
			if w.dns.ZoneOf(name) == "." {
				w.dns.Delegate(name, "ns.elsewhere.example", "ns2.elsewhere.example")
			}
			return w.AddZone(fake.Zone{Name: name})
		},
		Put: func(_ *testing.T, zone string, s contract.Set) {
			w.Put(zone, fake.Set{Name: s.Name, Type: s.Type, TTL: &s.TTL, Values: s.Values})
		},
		Replace: func(_ *testing.T, zone string, _, s contract.Set) {
			w.Put(zone, fake.Set{Name: s.Name, Type: s.Type, TTL: &s.TTL, Values: s.Values})
		},
		Sets: func(_ *testing.T, zone, name string) []contract.Set { return w.texts(zone, name) },
		TXT:  func(_ *testing.T, name string) []string { return w.dns.TXT(name) },
	}
}

// texts are the TXT sets at a name.
func (w world) texts(zone, name string) (sets []contract.Set) {
	for _, s := range w.Sets(zone, name) {
		if s.Type == "TXT" {
			sets = append(sets, contract.Set{Name: strings.TrimSuffix(s.Name, "."), Type: s.Type, TTL: *s.TTL, Values: s.Values})
		}
	}
	return sets
}

func TestContractOnTheFake(t *testing.T) {
	contract.Run(t, serve(t, fake.Config{}).subject())
}

func TestContractOnTheFakeWhoseChangesTakeTime(t *testing.T) {
	contract.Run(t, serve(t, fake.Config{SyncPolls: 3}).subject())
}

func TestContractOnTheFakePageByPage(t *testing.T) {
	contract.Run(t, serve(t, fake.Config{PageSize: 2}).subject())
}
