package acme_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net/http"
	"testing"
	"time"

	"certloop/internal/sandbox/dnstest"
	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

// world is a CA, the DNS it looks into, and an account.
type world struct {
	*testing.T
	ca     *pebble.CA
	dns    *dnstest.TXT
	faults *pebble.Faults
	client *acme.Client
	// account is not registered before register.
	account api.ACMEAccount
}

func newWorld(t *testing.T, o pebble.Options) *world {
	t.Helper()
	w := &world{T: t, dns: dnstest.TXTForTest(t), faults: &pebble.Faults{}}
	front := o.Intercept
	o.DNSServer, o.Intercept = w.dns.Addr, w.faults.Intercept
	if front != nil {
		o.Intercept = func(next http.Handler) http.Handler { return w.faults.Intercept(front(next)) }
	}
	w.ca = pebble.ForTest(t, o)
	w.client = acme.New(acme.Config{UserAgent: "certloop/test"})
	w.account = w.newAccount(api.EC256)
	return w
}

// newAccount is an account with a new key; nobody knows it yet.
func (w *world) newAccount(t api.KeyType) api.ACMEAccount {
	return api.ACMEAccount{
		Name: "main", Directory: w.ca.DirectoryURL, CACertificates: w.ca.RootsPEM, Network: api.NetworkPrivate,
		Key: api.NewSecret([]byte(testca.KeyPEM(testca.NewKey(t)))),
	}
}

// registeredWorld is a world whose account the CA knows.
func registeredWorld(t *testing.T, o pebble.Options) *world {
	t.Helper()
	w := newWorld(t, o)
	w.register()
	return w
}

func (w *world) register() {
	w.Helper()
	uri, err := w.client.Register(w.Context(), w.account, "admin@example.com", nil)
	if err != nil {
		w.Fatal(err)
	}
	w.account.URI = uri
}

// fresh makes a client that knows nothing from before.
func (w *world) fresh() { w.client = acme.New(acme.Config{UserAgent: "certloop/test"}) }

func (w *world) order(r api.OrderRequest) api.Order {
	w.Helper()
	o, err := w.client.NewOrder(w.Context(), w.account, r)
	if err != nil {
		w.Fatal(err)
	}
	return o
}

func (w *world) get(url string) api.Order {
	w.Helper()
	o, err := w.client.GetOrder(w.Context(), w.account, url)
	if err != nil {
		w.Fatal(err)
	}
	return o
}

// publish puts the TXT values of an order into DNS.
func (w *world) publish(o api.Order) {
	for _, a := range o.Authorizations {
		w.dns.Add("_acme-challenge."+a.Domain, a.TXTValue)
	}
}

func (w *world) accept(o api.Order) {
	w.Helper()
	if err := w.client.Accept(w.Context(), w.account, challenges(o)); err != nil {
		w.Fatal(err)
	}
}

// challenges are the URLs of what is still to be accepted.
func challenges(o api.Order) []string {
	var urls []string
	for _, a := range o.Authorizations {
		if a.Status == "pending" {
			urls = append(urls, a.ChallengeURL)
		}
	}
	return urls
}

// settled waits, without a request, until an order has left that status.
func (w *world) settled(url string, left api.OrderStatus) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); w.ca.OrderStatus(url) == string(left); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("the order stays %s", left)
		}
	}
}

// until is the order as soon as it has left that status.
func (w *world) until(url string, left api.OrderStatus) api.Order {
	w.Helper()
	w.settled(url, left)
	return w.get(url)
}

// ready brings an order for these names to where it can be finalized.
func (w *world) ready(r api.OrderRequest) api.Order {
	w.Helper()
	o := w.get(w.order(r).URL)
	w.publish(o)
	w.accept(o)
	if o = w.until(o.URL, api.OrderPending); o.Status != api.OrderReady {
		w.Fatalf("the order is %s: %s", o.Status, o.Problem)
	}
	return o
}

func (w *world) finalize(o api.Order, key crypto.Signer, names []string) api.Order {
	w.Helper()
	if err := w.client.Finalize(w.Context(), w.account, o.URL, o.FinalizeURL, csr(w.T, key, names...)); err != nil {
		w.Fatal(err)
	}
	done := w.until(o.URL, api.OrderProcessing)
	if done.Status != api.OrderValid {
		w.Fatalf("the order is %s: %s", done.Status, done.Problem)
	}
	return done
}

// issue goes the whole way and returns the chain.
func (w *world) issue(r api.OrderRequest) []*x509.Certificate {
	w.Helper()
	o := w.finalize(w.ready(r), testca.NewKey(api.EC256), r.Domains)
	chain, err := w.client.Download(w.Context(), w.account, o.CertificateURL, "")
	if err != nil {
		w.Fatal(err)
	}
	return parse(w.T, chain.PEM)
}

func csr(t *testing.T, key crypto.Signer, names ...string) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: names[0]}, DNSNames: names}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parse(t *testing.T, chain string) []*x509.Certificate {
	t.Helper()
	var certs []*x509.Certificate
	for rest := []byte(chain); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return certs
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, cert)
	}
}

func names(domains ...string) api.OrderRequest { return api.OrderRequest{Domains: domains} }

// expect fails where err has another kind or reason; empty kind: err must be nil.
func expect(t *testing.T, err error, kind api.ErrorKind, reason api.Reason) {
	t.Helper()
	if api.KindOf(err) != kind || api.ReasonOf(err, "") != reason {
		t.Errorf("%s with %q, want %s with %q: %v", api.KindOf(err), api.ReasonOf(err, ""), kind, reason, err)
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
