package acme_test

import (
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/sandbox/zoo"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func inhabitant(t *testing.T, front zoo.Front) *world {
	return registeredWorld(t, pebble.Options{Intercept: front})
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if m := api.MessageOf(err); !strings.Contains(m, w) {
			t.Errorf("%q does not say %q", m, w)
		}
	}
}

func TestACAThatLeavesChallengesPending(t *testing.T) {
	w := registeredWorld(t, pebble.Options{Intercept: zoo.PendingChallenges(), SlowValidation: true})
	o := pending(w)
	w.publish(o)
	w.accept(o)
	if o = w.get(o.URL); o.Status == api.OrderPending && o.Authorizations[0].ChallengeStatus != "pending" {
		t.Errorf("%+v", o)
	}
	if o = w.until(o.URL, api.OrderPending); o.Status != api.OrderReady {
		t.Errorf("%+v", o)
	}
}

// What a replica has not seen yet is NotFound, whatever the words; the next read has it.
func TestReplicasThatLag(t *testing.T) {
	for _, answer := range []struct {
		status int
		kind   string
	}{{404, "malformed"}, {403, "unauthorized"}, {404, "unauthorized"}, {410, "malformed"}} {
		w := inhabitant(t, zoo.Lagging(1, answer.status, answer.kind))
		o := w.order(names("www.example.com"))
		_, err := w.client.GetOrder(t.Context(), w.account, o.URL)
		expect(t, err, api.NotFound, api.ReasonOrderFailed)
		o = w.get(o.URL)
		w.publish(o)
		w.accept(o)
		o = w.finalize(w.until(o.URL, api.OrderPending), testca.NewKey(api.EC256), []string{"www.example.com"})
		_, err = w.client.Download(t.Context(), w.account, o.CertificateURL, "")
		expect(t, err, api.NotFound, api.ReasonOrderFailed)
		if chain, err := w.client.Download(t.Context(), w.account, o.CertificateURL, ""); err != nil || chain.PEM == "" {
			t.Errorf("%+v, %v", chain, err)
		}
	}
}

func TestAnOrderThatIsReadyAtOnce(t *testing.T) {
	w := registeredWorld(t, pebble.Options{ReuseAuthorizations: 100})
	w.issue(names("www.example.com"))
	before := w.ca.Count(pebble.Challenge, pebble.Authorization)
	o := w.order(names("www.example.com"))
	if o.Status != api.OrderReady || o.FinalizeURL == "" {
		t.Fatalf("%+v", o)
	}
	w.finalize(w.get(o.URL), testca.NewKey(api.EC256), []string{"www.example.com"})
	if n := w.ca.Count(pebble.Challenge, pebble.Authorization) - before; n != 0 {
		t.Errorf("%d requests for challenges", n)
	}
}

func TestAnApprovalThatTakesLong(t *testing.T) {
	w := inhabitant(t, zoo.SlowApproval(3, "86400"))
	o := w.ready(names("www.example.com"))
	request := csr(t, testca.NewKey(api.EC256), "www.example.com")
	for range 2 { // the second time while it is being approved
		if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request); err != nil {
			t.Fatal(err)
		}
	}
	w.settled(o.URL, api.OrderProcessing)
	o = w.get(o.URL)
	if o.Status != api.OrderProcessing || o.RetryAfter != 24*time.Hour || o.Expires.IsZero() || o.CertificateURL != "" {
		t.Errorf("%+v", o)
	}
	for range 3 {
		o = w.get(o.URL)
	}
	if o.Status != api.OrderValid || o.CertificateURL == "" {
		t.Errorf("%+v", o)
	}
}

func TestAnOrderThatIsReadyAgain(t *testing.T) {
	w := inhabitant(t, zoo.ReadyAgain())
	o := w.ready(names("www.example.com"))
	if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, csr(t, testca.NewKey(api.EC256), "www.example.com")); err != nil {
		t.Fatal(err)
	}
	w.settled(o.URL, api.OrderProcessing)
	if o = w.get(o.URL); o.Status != api.OrderReady {
		t.Errorf("%+v", o)
	}
	// What the CA says against a second finalization decides, since the order is ready as far as it says.
	err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, csr(t, testca.NewKey(api.EC256), "www.example.com"))
	if api.KindOf(err) == api.Bug {
		t.Error(err)
	}
}

func TestADirectoryWhoseQueryMatters(t *testing.T) {
	const query = "b=2&a=%7e1&a=&action=renew"
	w := newWorld(t, pebble.Options{Intercept: zoo.QueryDirectory(query)})
	plain := w.account.Directory
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	says(t, err, "returned HTTP 404 and is not an ACME directory: check directory of account main")
	w.account.Directory = plain + "?" + query
	w.register()
	w.issue(names("www.example.com"))
}

func TestACAWithProblemsOfItsOwn(t *testing.T) {
	w := inhabitant(t, zoo.OwnProblems("https://ca.test/problems/contract-ended", "your contract does not cover www.example.com"))
	_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	says(t, err, "your contract does not cover www.example.com")
	w = inhabitant(t, zoo.OwnProblems("https://ca.test/problems/contract-ended", ""))
	_, err = w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	says(t, err, "https://ca.test/problems/contract-ended")
}

func TestACAWithoutRenewalInfo(t *testing.T) {
	w := inhabitant(t, zoo.WithoutRenewalInfo())
	w.issue(api.OrderRequest{Domains: []string{"www.example.com"}, Replaces: "AQIDBA.AQIDBA"})
	_, err := w.client.RenewalInfo(t.Context(), w.account, "AQIDBA.AQIDBA")
	expect(t, err, api.NotFound, "")
}

func TestACAThatAnswersWithPages(t *testing.T) {
	for status, words := range map[int]string{
		404: "returned HTTP 404 and is not an ACME directory: check directory of account main",
		410: "returned HTTP 410 and is not an ACME directory: check directory of account main",
		200: "is not an ACME directory: check directory of account main",
	} {
		w := newWorld(t, pebble.Options{Intercept: zoo.HTML(status)})
		_, err := w.client.Lookup(t.Context(), w.account)
		expect(t, err, api.Transient, api.ReasonCAUnavailable)
		says(t, err, words)
	}
}

func TestPausedNames(t *testing.T) {
	const portal = "https://portal.test/sfe/v1/unpause"
	w := inhabitant(t, zoo.Paused(portal))
	for range 2 {
		_, err := w.client.NewOrder(t.Context(), w.account, names("a.example.com", "b.example.com", "c.example.com"))
		expect(t, err, api.Terminal, api.ReasonIdentifierPaused)
		if after := api.RetryAfterOf(err); after != 24*time.Hour {
			t.Errorf("to come again after %s", after)
		}
		link := api.MessageOf(err)[strings.Index(api.MessageOf(err), portal):]
		if end := strings.IndexAny(link, " …"); end >= 0 {
			link = link[:end]
		}
		if len(link) != len(portal)+len("?jwt=")+360 || len(api.MessageOf(err)) > api.MaxMessage || api.Message(api.MessageOf(err)) != api.MessageOf(err) {
			t.Errorf("%d bytes, with a link of %d: %q", len(api.MessageOf(err)), len(link), api.MessageOf(err))
		}
		says(t, err, "a.example.com, b.example.com, c.example.com")
	}
	for sentence, fault := range map[string]pebble.Fault{
		"a limit with a time":         pebble.Problem(429, "rateLimited", "paused: see "+portal, "Retry-After", "60"),
		"a limit without a link":      pebble.Problem(429, "rateLimited", "paused"),
		"a limit with a link to read": pebble.Problem(429, "rateLimited", "too many certificates (5) already issued: see https://ca.test/docs/rate-limits/"),
	} {
		t.Run(sentence+" is a limit", func(t *testing.T) {
			w.faults.Fail(pebble.NewOrder, 1, fault)
			_, err := w.client.NewOrder(t.Context(), w.account, names("a.example.com"))
			expect(t, err, api.Throttled, api.ReasonRateLimited)
		})
	}
}

func TestACAThatWantsAContact(t *testing.T) {
	for _, kind := range []string{"malformed", "invalidContact", "unsupportedContact", "unauthorized"} {
		w := newWorld(t, pebble.Options{RequireEAB: true, EAB: map[string]string{"kid-1": hmacKey}})
		w.faults.Fail(pebble.NewAccount, -1, pebble.Problem(400, kind, "at least one contact is required"))
		_, err := w.client.Register(t.Context(), w.account, "", credential("kid-1", hmacKey))
		expect(t, err, api.Terminal, api.ReasonRegistrationRefused)
		says(t, err, "at least one contact is required", "set email of account main")
		if strings.Contains(api.MessageOf(err), "EAB") {
			t.Errorf("%q blames the credential", api.MessageOf(err))
		}
	}
	w := newWorld(t, pebble.Options{Intercept: zoo.WantsContact()})
	_, err := w.client.Register(t.Context(), w.account, "", nil)
	expect(t, err, api.Terminal, api.ReasonRegistrationRefused)
	says(t, err, "set email of account main")
	_, err = w.client.Register(t.Context(), w.account, "admin@example.com", credential("kid-1", hmacKey))
	says(t, err, "check kid and hmac_key")
}

func TestAFailedChallengeOfAPendingOrder(t *testing.T) {
	w := inhabitant(t, zoo.FailedChallenges("No TXT record found at _acme-challenge.www.example.com"))
	o := pending(w)
	a := o.Authorizations[0]
	if o.Status != api.OrderPending || a.Status != "pending" || a.ChallengeStatus != "invalid" ||
		a.Problem != "No TXT record found at _acme-challenge.www.example.com (unauthorized)" || !strings.Contains(o.Problem, a.Problem) {
		t.Errorf("%+v", o)
	}
}

// The provider shows what the CA made; whether it is what was asked for is the loop's to say.
func TestACAThatMakesAnotherCertificate(t *testing.T) {
	authority := testca.New(testca.Options{})
	for sentence, leaf := range map[string]testca.Leaf{
		"with more names":     {Names: []string{"*.example.com", "example.com"}},
		"with a shorter life": {Names: []string{"*.example.com"}, NotAfter: time.Now().Add(6 * 24 * time.Hour)},
	} {
		t.Run(sentence, func(t *testing.T) {
			issued := authority.Issue(leaf)
			w := inhabitant(t, zoo.OtherChain(func() string { return issued.Leaf + issued.Chain }))
			o := w.finalize(w.ready(names("*.example.com")), testca.NewKey(api.EC256), []string{"*.example.com"})
			chain, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := parse(t, chain.PEM)[0]; !api.SameNames(got.DNSNames, leaf.Names) || !got.NotAfter.Equal(issued.Certificate.NotAfter) {
				t.Errorf("%q until %s", got.DNSNames, got.NotAfter)
			}
		})
	}
}
