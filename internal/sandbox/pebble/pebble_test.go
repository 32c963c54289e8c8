package pebble_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

// hmacKey is 36 bytes.
const hmacKey = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq"

func client() *acme.Client { return acme.New(acme.Config{UserAgent: "certloop/test"}) }

func account(ca *pebble.CA) api.ACMEAccount {
	return api.ACMEAccount{Name: "main", Directory: ca.DirectoryURL, CACertificates: ca.RootsPEM, Network: api.NetworkPrivate,
		Key: api.NewSecret([]byte(testca.KeyPEM(testca.NewKey(api.EC256))))}
}

// registered registers an account at the CA.
func registered(t *testing.T, ca *pebble.CA, eab *api.EAB) api.ACMEAccount {
	t.Helper()
	a := account(ca)
	uri, err := client().Register(t.Context(), a, "", eab)
	if err != nil {
		t.Fatal(err)
	}
	a.URI = uri
	return a
}

// issue makes a CA that validates everything issue a certificate, and does not download it.
func issue(t *testing.T, ca *pebble.CA, a api.ACMEAccount, names ...string) {
	t.Helper()
	c := client()
	o, err := c.NewOrder(t.Context(), a, api.OrderRequest{Domains: names})
	if err == nil {
		o, err = c.GetOrder(t.Context(), a, o.URL)
	}
	var urls []string
	for _, authorization := range o.Authorizations {
		urls = append(urls, authorization.ChallengeURL)
	}
	if err == nil {
		err = c.Accept(t.Context(), a, urls)
	}
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ca.OrderStatus(o.URL) == "pending" && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: names}, testca.NewKey(api.EC256))
	if err == nil {
		err = c.Finalize(t.Context(), a, o.URL, o.FinalizeURL, der)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestIssued_IsWhatTheCAMade(t *testing.T) {
	ca := pebble.ForTest(t, pebble.Options{AlwaysValid: true})
	first, second := registered(t, ca, nil), registered(t, ca, nil)
	issue(t, ca, first, "b.example.com", "a.example.com")
	issue(t, ca, second, "a.example.com", "b.example.com")
	issue(t, ca, second, "a.example.com")
	serials := ca.Serials("a.example.com", "b.example.com")
	if len(serials) != 2 || serials[0] == serials[1] || len(ca.Serials("a.example.com")) != 1 || len(ca.Serials("b.example.com")) != 0 {
		t.Errorf("%+v", ca.Issued())
	}
	if issued := ca.Issued(); len(issued) != 3 || issued[0].Account != first.URI || issued[0].Serial != serials[0] ||
		!slices.Equal(issued[0].Names, []string{"a.example.com", "b.example.com"}) || issued[0].Certificate == nil {
		t.Errorf("%+v", issued)
	}
	if ca.Count(pebble.Finalize) != 3 || ca.Count(pebble.Certificate) != 0 || ca.Count(pebble.NewOrder, pebble.NewAccount) != 5 {
		t.Errorf("the requests are %+v", ca.Requests())
	}
}

func TestRequests_HaveTheirStatus(t *testing.T) {
	faults := &pebble.Faults{}
	ca := pebble.ForTest(t, pebble.Options{Intercept: faults.Intercept})
	faults.Fail(pebble.NewAccount, 1, pebble.Problem(http.StatusTooManyRequests, "rateLimited", "slowly"))
	faults.Fail(pebble.NewAccount, 1, pebble.LostRequest)
	for range 3 {
		_, _ = client().Lookup(t.Context(), account(ca))
	}
	var statuses []int
	for _, r := range ca.Requests() {
		if r.Kind == pebble.NewAccount {
			statuses = append(statuses, r.Status)
		}
	}
	if !slices.Equal(statuses, []int{429, 0, 400}) {
		t.Errorf("the statuses are %v", statuses)
	}
}

func TestEAB_ASingleUseCredential(t *testing.T) {
	ca := pebble.ForTest(t, pebble.Options{RequireEAB: true, SingleUseEAB: true, RejectNonces: 30, EAB: map[string]string{"one": hmacKey, "two": hmacKey}})
	eab := func(kid string) *api.EAB { return &api.EAB{KID: kid, HMACKey: api.NewSecret([]byte(hmacKey))} }
	var won, lost int
	var mu sync.Mutex
	var done sync.WaitGroup
	for range 4 {
		done.Go(func() {
			_, err := client().Register(t.Context(), account(ca), "", eab("one"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				lost++
			}
		})
	}
	done.Wait()
	if won != 1 || lost != 3 || ca.Presented("one") != 4 {
		t.Errorf("%d registered, %d refused, presented %d times", won, lost, ca.Presented("one"))
	}
	registered(t, ca, eab("two"))
	if r := ca.Registrations(); len(r) != 2 || r[0].KID != "one" || r[1].KID != "two" || ca.Presented("two") != 1 {
		t.Errorf("%+v", r)
	}
}

func TestEAB_AReusableCredential(t *testing.T) {
	ca := pebble.ForTest(t, pebble.Options{RequireEAB: true, EAB: map[string]string{"one": hmacKey}})
	eab := &api.EAB{KID: "one", HMACKey: api.NewSecret([]byte(hmacKey))}
	registered(t, ca, eab)
	registered(t, ca, eab)
	if n := ca.Presented("one"); n != 2 {
		t.Errorf("presented %d times", n)
	}
}

func TestStart_LeavesTheEnvironmentUnchanged(t *testing.T) {
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "99")
	t.Setenv("PEBBLE_VA_NOSLEEP", "0")
	before := os.Environ()
	var log bytes.Buffer
	ca := pebble.ForTest(t, pebble.Options{Log: &log})
	if after := os.Environ(); !slices.Equal(slices.Sorted(slices.Values(after)), slices.Sorted(slices.Values(before))) {
		t.Errorf("%q, want %q", after, before)
	}
	for _, setting := range []string{"reject 0% of good nonces", "Disabling random VA sleeps"} {
		if !strings.Contains(log.String(), setting) {
			t.Errorf("%q is not in the log: %s", setting, log.String())
		}
	}
	for range 5 {
		if _, err := client().Lookup(t.Context(), account(ca)); api.KindOf(err) != api.NotFound {
			t.Error(err)
		}
	}
}

func TestCA_TheDirectoryHasACertificateOfItsOwn(t *testing.T) {
	ca := pebble.ForTest(t, pebble.Options{AlternateRoots: 1})
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(ca.RootsPEM)) || slices.Contains(ca.IssuerRoots(), ca.RootsPEM) {
		t.Error("RootsPEM is not what the directory is trusted by")
	}
	conn, err := tls.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(ca.DirectoryURL, "https://"), "/dir"), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if names := ca.IssuerNames(); len(names) != 2 || names[0] == names[1] || len(ca.IssuerRoots()) != 2 {
		t.Errorf("the issuers are %q", names)
	}
}

func TestStart_RefusesBadOptions(t *testing.T) {
	for sentence, o := range map[string]pebble.Options{
		"an HMAC key that is not base64url": {EAB: map[string]string{"one": "with/slash"}},
		"an HMAC key without a key ID":      {EAB: map[string]string{"": hmacKey}},
		"a blocked domain without a name":   {Blocked: []string{""}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if ca, err := pebble.Start(o); err == nil {
				ca.Close()
				t.Error("it was started")
			}
		})
	}
}

func TestCA_WithoutAccounts(t *testing.T) {
	ca := pebble.ForTest(t, pebble.Options{})
	if ca.OrderStatus("https://ca.test/order/1") != "" || ca.Contact("https://ca.test/account/1") != nil {
		t.Error("the empty CA returned something")
	}
	if ca.Deactivate("https://ca.test/account/1") == nil || ca.SetRenewalInfo("zz", "") == nil || ca.SetRenewalInfo("01:02", "") == nil {
		t.Error("something was changed")
	}
}

func TestPebble_ATimeAheadIsInCertificatesAndOrders(t *testing.T) {
	const by = 61 * 24 * time.Hour
	var ahead time.Duration
	ca := pebble.ForTest(t, pebble.Options{AlwaysValid: true, Ahead: func() time.Duration { return ahead }})
	a := registered(t, ca, nil)
	issue(t, ca, a, "now.example.com")
	ahead = by
	issue(t, ca, a, "later.example.com")
	o, err := client().NewOrder(t.Context(), a, api.OrderRequest{Domains: []string{"order.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(o.Expires); left < by || left > by+48*time.Hour {
		t.Errorf("an order ends in %s", left)
	}
	for _, i := range ca.Issued() {
		want := time.Duration(0)
		if i.Names[0] == "later.example.com" {
			want = by
		}
		life := i.Certificate.NotAfter.Sub(i.Certificate.NotBefore)
		if off := time.Until(i.Certificate.NotBefore) - want; off.Abs() > time.Minute || life < 89*24*time.Hour || life > 91*24*time.Hour {
			t.Errorf("%s begins at %s and lives %s", i.Names[0], i.Certificate.NotBefore, life)
		}
	}
	if n := len(ca.Issued()); n != 2 {
		t.Errorf("%d certificates were issued", n)
	}
}
