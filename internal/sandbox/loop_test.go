package sandbox

import (
	"slices"
	"testing"

	acmfake "certloop/providers/acm/fake"
)

// scenario is one case with one or two records. All records are created before the first check, so that the loop works
// on them together, as it does after a deployment.
type scenario struct {
	put   func(*box)
	check func(*box)
}

// scenarios maps what each scenario shows to it. Each file of this package adds its own.
var scenarios = map[string]scenario{}

func add(more map[string]scenario) bool {
	for name, s := range more {
		scenarios[name] = s
	}
	return true
}

// TestSandbox_Scenarios runs the packaged function through all scenarios in one sandbox. Its CAs reject 15 of 100 good
// nonces. It then searches everything that was written for every key that was made.
func TestSandbox_Scenarios(t *testing.T) {
	t.Parallel()
	b := runScenarios(t, Own, scenarios)
	t.Run("no secret is in anything written", func(t *testing.T) { checkSecrets(b.on(t)) })
}

// onBoth are the scenarios that run on moto too, as a second opinion on our fakes: together they use every service, and
// every kind of write of the store. Those of crashes, of the command line and of what is served do not depend on it.
var onBoth = []string{
	"a single name",
	"an apex and its wildcard, which share a TXT name with somebody else's value",
	"two targets in two regions",
	"an account with EAB",
	"the status of a Ready record is deleted by hand",
	"Retain keeps the certificate when its record is deleted",
}

func TestMoto_Scenarios(t *testing.T) {
	t.Parallel()
	some := map[string]scenario{}
	for _, name := range onBoth {
		s, known := scenarios[name]
		if !known {
			t.Fatalf("there is no scenario %q", name)
		}
		some[name] = s
	}
	runScenarios(t, Moto, some)
}

// runScenarios creates the records of all scenarios in a sandbox on that body, and checks each.
func runScenarios(t *testing.T, body Body, scenarios map[string]scenario) *box {
	t.Helper()
	orders := &orders{}
	o := Options{
		Cloud: body, Zones: []string{"example.com", "example.org"}, Concurrency: 8,
		// The loop waits this long until the search by tag shows an import.
		Env: []string{"CERTLOOP_IMPORT_GRACE=5s"},
	}
	o.CA.Intercept = orders.intercept
	b := start(t, o)
	b.orders = orders
	b.account("eab", b.EABCA, "eab_secret_arn", b.EABSecretARN)
	bystanders := b.putBystanders()
	for _, s := range scenarios {
		s.put(b)
	}
	t.Run("scenarios", func(t *testing.T) {
		for name, s := range scenarios {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s.check(b.on(t))
			})
		}
	})
	t.Run("nobody else's certificate or TXT record was touched", func(t *testing.T) { bystanders.check(b.on(t)) })
	return b
}

// bystanders are certificates that no record refers to, and a DNS value that is not ours.
type bystanders struct{ certificates []acmfake.Certificate }

// bystander is the name of an unmanaged TXT value. A record orders a certificate for that name.
const bystander = "_acme-challenge.pair.example.com."

func (b *box) putBystanders() bystanders {
	b.t.Helper()
	b.putTXT(bystander, unmanagedTXT)
	b.importUnmanaged(Region, "single.example.com")
	b.importUnmanaged("eu-west-1", "two.example.com")
	return bystanders{b.ACM.All()}
}

func (s bystanders) check(b *box) {
	for _, was := range s.certificates {
		is, ok := b.ACM.Certificate(was.Region, was.ARN)
		if !ok || is.Leaf != was.Leaf || len(is.Tags) != 0 || !is.ImportedAt.Equal(was.ImportedAt) {
			b.t.Errorf("%s is now %+v", was.ARN, is)
		}
	}
	if values := b.txt(bystander); !slices.Equal(values, []string{unmanagedTXT}) {
		b.t.Errorf("%s is now %v", bystander, values)
	}
}
