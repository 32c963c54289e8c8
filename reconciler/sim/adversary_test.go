package sim

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// adversary answers every call that leaves the loop, except to the table, at random: any status, any error of any kind,
// success without an effect. It counts the calls.
type adversary struct {
	worldPorts
	r *rand.Rand
	// fixed holds the one answer that some operations always get.
	fixed map[string]int
	asked map[string][]time.Time

	chain    string
	imported api.Leaf
	txt      int
}

func newAdversary(w *World, seed uint64) *adversary {
	a := &adversary{worldPorts: worldPorts{w}, r: rand.New(rand.NewPCG(seed, 9)), fixed: map[string]int{}, asked: map[string][]time.Time{}}
	for _, of := range []string{"order", "challenge", "authorization", "found", "tags", "chain", "synced", "change", "renewal", "wait", "url", "expires",
		"value", "authorizations", "names", "import", "error", "domain"} {
		if a.r.IntN(4) > 0 {
			a.fixed[of] = a.r.IntN(1000)
		}
	}
	// It usually behaves well in some respects, because otherwise no run would get far.
	for _, of := range []string{"error", "domain", "authorizations", "authorization", "url", "value"} {
		if a.r.IntN(4) > 0 {
			a.fixed[of] = sane[of]
		}
	}
	return a
}

// sane are the answers of a well-behaved service.
var sane = map[string]int{"value": 1}

// pick returns one of n answers.
func (a *adversary) pick(of string, n int) int {
	if v, ok := a.fixed[of]; ok && a.r.IntN(20) > 0 {
		return v % n
	}
	return a.r.IntN(n)
}

func oneOf[T any](a *adversary, of string, values ...T) T { return values[a.pick(of, len(values))] }

func (a *adversary) wait() time.Duration {
	return oneOf(a, "wait", 0, 0, time.Millisecond, time.Second, time.Hour, 200*365*day, -time.Hour)
}

// ask counts a call and decides whether it fails. Errors are as frequent as answers, or there are none.
func (a *adversary) ask(op, about string) error {
	a.asked[op+" "+about] = append(a.asked[op+" "+about], a.w.clock.now)
	kind := oneOf(a, "error", "", "", "", "", "", api.Transient, api.Throttled, api.Conflict, api.Terminal, api.NotFound, api.Bug)
	switch kind {
	case "":
		return nil
	case api.Bug:
		return errors.New("unforeseen")
	default:
		return &api.Error{Kind: kind, RetryAfter: a.wait(), Message: "no", Reason: oneOf(a, "reason", "", api.ReasonKeyLost, api.ReasonZoneNotFound,
			api.ReasonAccountUnknown, api.ReasonQuotaExceeded, api.ReasonInUse, api.ReasonDNSFailed, api.ReasonTargetAccessDenied)}
	}
}

func (a *adversary) order(url string) api.Order {
	o := api.Order{URL: url, FinalizeURL: url + "/f", CertificateURL: url + "/c", RetryAfter: a.wait(), Problem: oneOf(a, "problem", "", "no"),
		Status:  oneOf(a, "order", api.OrderPending, api.OrderReady, api.OrderProcessing, api.OrderValid, api.OrderInvalid, api.OrderPending, "strange"),
		Expires: oneOf(a, "expires", time.Time{}, a.w.clock.now.Add(-day), a.w.clock.now.Add(time.Hour), a.w.clock.now.Add(100*365*day))}
	for range oneOf(a, "authorizations", 1, 1, 2) {
		if a.pick("value", 4) == 0 {
			a.txt++
		}
		o.Authorizations = append(o.Authorizations, api.Authorization{
			Domain: oneOf(a, "domain", "www.example.com", "www.example.com", "www.example.com", "evil.example.net"),
			Status: oneOf(a, "authorization", "pending", "pending", "valid", "invalid", "strange"), ChallengeURL: oneOf(a, "url", url+"/1", url+"/1", url+"/2", ""),
			ChallengeStatus: oneOf(a, "challenge", "pending", "pending", "processing", "valid", "invalid"), TXTValue: fmt.Sprint("value ", a.txt),
		})
	}
	return o
}

func (a *adversary) NewOrder(context.Context, api.ACMEAccount, api.OrderRequest) (api.Order, error) {
	err := a.ask("ca.NewOrder", "")
	return a.order(oneOf(a, "url", "https://ca.test/1", fmt.Sprint("https://ca.test/", a.r.IntN(100)))), err
}

func (a *adversary) GetOrder(_ context.Context, _ api.ACMEAccount, url string) (api.Order, error) {
	err := a.ask("ca.GetOrder", "")
	return a.order(url), err
}

func (a *adversary) Accept(context.Context, api.ACMEAccount, []string) error {
	return a.ask("ca.Accept", "")
}

func (a *adversary) Finalize(_ context.Context, _ api.ACMEAccount, _, _ string, csr []byte) error {
	if request, err := x509.ParseCertificateRequest(csr); err == nil {
		a.chain = a.w.CA.sign(request, append(request.DNSNames, oneOf(a, "adds", nil, nil, []string{"more.example.com"})...))
	}
	return a.ask("ca.Finalize", "")
}

func (a *adversary) Download(context.Context, api.ACMEAccount, string, string) (api.Chain, error) {
	err := a.ask("ca.Download", "")
	key, _ := pooledKey(api.EC256)
	_, other := a.w.CA.make(key, []string{"www.example.com"})
	return api.Chain{PEM: oneOf(a, "chain", a.chain, a.chain, other, "no chain")}, err
}

func (a *adversary) RenewalInfo(context.Context, api.ACMEAccount, string) (api.RenewalInfo, error) {
	err := a.ask("ca.RenewalInfo", "")
	at := a.w.clock.now.Add(oneOf(a, "renewal", -100*day, -time.Hour, time.Hour, 30*day))
	return api.RenewalInfo{WindowStart: at, WindowEnd: at.Add(time.Hour), RetryAfter: a.wait()}, err
}

func (a *adversary) leaf() api.Leaf {
	key, _ := pooledKey(api.EC256)
	other, _ := a.w.CA.make(key, []string{oneOf(a, "names", "www.example.com", "other.example.com")})
	return oneOf(a, "found", a.imported, a.imported, other)
}

func (a *adversary) Describe(_ context.Context, _ api.Location, arn string) (api.Installed, error) {
	if err := a.ask("acm.Describe", ""); err != nil {
		return api.Installed{}, err
	}
	owned := map[string]string{api.TagOwner: TableARN + "/www", api.TagTarget: "us-east-1"}
	return api.Installed{ARN: arn, Type: "IMPORTED", Leaf: a.leaf(), ImportedAt: a.w.clock.now,
		Tags: oneOf(a, "tags", owned, owned, map[string]string{api.TagOwner: TableARN + "/www"}, nil)}, nil
}

func (a *adversary) Find(context.Context, api.Location, string, string) ([]string, error) {
	err := a.ask("acm.Find", "")
	return oneOf(a, "found", nil, []string{a.w.adoptable()}, []string{a.w.adoptable() + "9"}), err
}

func (a *adversary) Import(_ context.Context, _ api.Location, r api.ImportRequest) (string, error) {
	if leaf, err := checkImport(r, a.w.clock.now); err == nil && a.pick("import", 2) == 0 {
		a.imported = leaf
	}
	return a.w.adoptable(), a.ask("acm.Import", "")
}

func (a *adversary) Tag(context.Context, api.Location, string, map[string]string, []string) error {
	return a.ask("acm.Tag", "")
}

func (a *adversary) Delete(context.Context, api.Location, string) error {
	return a.ask("acm.Delete", "")
}

func (a *adversary) Resolve(_ context.Context, _ api.Role, domains []string, _ string) ([]api.ChallengeZone, error) {
	if err := a.ask("dns.Resolve", ""); err != nil {
		return nil, err
	}
	return a.w.DNS.resolve(domains, "")
}

func (a *adversary) Publish(_ context.Context, _ api.Role, zone string, _ []api.TXT) (string, error) {
	err := a.ask("dns.Publish", zone)
	return oneOf(a, "change", "", "C1", fmt.Sprint("C", a.r.IntN(100))), err
}

func (a *adversary) InSync(context.Context, api.Role, string) (bool, error) {
	err := a.ask("dns.InSync", "")
	return a.pick("synced", 2) == 0, err
}

func (a *adversary) Remove(_ context.Context, _ api.Role, zone string, _ []api.TXT) error {
	return a.ask("dns.Remove", zone)
}

func (a *adversary) Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error) {
	if err := a.ask("kms.Seal", ""); err != nil {
		return nil, err
	}
	return a.w.Vault.seal(name, plain)
}

func (a *adversary) Open(_ context.Context, name string, sealed []byte) (api.Secret, error) {
	if err := a.ask("kms.Open", ""); err != nil {
		return api.Secret{}, err
	}
	return a.w.Vault.open(name, sealed)
}

func (a *adversary) Notify(_ context.Context, n api.Notice, delivered []string) ([]string, error) {
	err := a.ask("notify", n.Name)
	return oneOf(a, "took", nil, []string{mailChannel}, channels), err
}

// mostAnHour are the bounds of docs/design/architecture.md. New notices and refused ones have a pace of 28 each.
var mostAnHour = map[string]int{
	"ca.NewOrder": 9, "ca.Accept": 9, "ca.Finalize": 9, "ca.Download": 9, "dns.Publish": 9, "dns.Remove": 9, "kms.Seal": 9,
	"acm.Import": 9, "acm.Tag": 9, "acm.Delete": 9, "notify": 2 * 28, "kms.Open": 18,
	"ca.GetOrder": 720, "dns.InSync": 720, "dns.Resolve": 720, "acm.Describe": 720, "acm.Find": 720, "ca.RenewalInfo": 60,
}

// TestPace_NoServiceIsCalledTooOften checks that CA, ACM, Route 53, KMS and the channels each receive a bounded number
// of calls an hour, whatever they answer.
func TestPace_NoServiceIsCalledTooOften(t *testing.T) {
	for seed := range uint64(max(40/share, 4)) {
		w := New(nil)
		registered(w)
		w.AllowedCertificates = 1 << 30
		a := newAdversary(w, seed)
		w.Loop.CA, w.Loop.ACM, w.Loop.DNS, w.Loop.Sealer, w.Loop.Notifier, w.Loop.RenewalInformer = a, a, a, a, a, a
		w.certificate("www", "tags", map[string]any{"team": "web"})
		for hour := range 60 {
			w.passes = 0
			if hour%20 == 10 {
				w.certificate("www", "domains", []any{"www.example.com"}, "deletion_policy", "Delete", "renew_token", fmt.Sprint(hour))
			}
			if hour == 55 {
				w.Remove(certificateKey("www"))
			}
			w.Run(time.Hour)
		}
		for what, times := range a.asked {
			var op, about string
			_, _ = fmt.Sscan(what, &op, &about)
			most, bounded := mostAnHour[op]
			if !bounded {
				t.Fatalf("%s has no bound", op)
			}
			if n := busiestHour(times); n > most {
				t.Errorf("seed %d: %s receives %d calls within an hour, at most %d are allowed", seed, what, n, most)
			}
		}
	}
}

func busiestHour(times []time.Time) (most int) {
	from := 0
	for i, at := range times {
		for at.Sub(times[from]) >= time.Hour {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}
