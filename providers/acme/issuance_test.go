package acme_test

import (
	"crypto/x509"
	"slices"
	"testing"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestACertificateIsIssued(t *testing.T) {
	for sentence, c := range map[string]struct {
		names   []string
		key     api.KeyType
		options pebble.Options
	}{
		"for one name":                            {names: []string{"www.example.com"}},
		"for a wildcard and its apex":             {names: []string{"*.example.com", "example.com"}},
		"for ten names in no order":               {names: []string{"j.example.com", "b.example.com", "c.example.com", "a.example.com", "*.example.com", "e.example.org", "f.example.net", "g.example.com", "h.example.com", "i.example.com"}},
		"to an account with an RSA key":           {names: []string{"www.example.com"}, key: api.RSA2048},
		"to an account with a P-384 key":          {names: []string{"www.example.com"}, key: api.EC384},
		"by a CA that rejects 15 of 100 nonces":   {names: []string{"www.example.com", "example.com"}, options: pebble.Options{RejectNonces: 15}},
		"by a CA that rejects 30 of 100 nonces":   {names: []string{"www.example.com", "example.com"}, options: pebble.Options{RejectNonces: 30}},
		"by a CA that says when to come again":    {names: []string{"www.example.com"}, options: pebble.Options{RetryAfter: 2e9}},
		"by a CA that signs with RSA":             {names: []string{"www.example.com"}, options: pebble.Options{KeyAlgorithm: "rsa"}},
		"by a CA that has validated names before": {names: []string{"www.example.com"}, options: pebble.Options{ReuseAuthorizations: 100}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.options)
			if c.key != "" {
				w.account = w.newAccount(c.key)
			}
			w.register()
			chain := w.issue(names(c.names...))
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM([]byte(w.ca.IssuerRoots()[0]))
			above := x509.NewCertPool()
			for _, cert := range chain[1:] {
				above.AddCert(cert)
			}
			if _, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: above}); err != nil {
				t.Error(err)
			}
			if !api.SameNames(chain[0].DNSNames, c.names) {
				t.Errorf("it is for %q, want %q", chain[0].DNSNames, c.names)
			}
			if serials := w.ca.Serials(c.names...); !slices.Equal(serials, []string{chain[0].SerialNumber.Text(16)}) {
				t.Errorf("the CA issued %q", serials)
			}
		})
	}
}

func TestEveryStepCanBeRepeated(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.get(w.order(names("*.example.com", "example.com")).URL)
	w.publish(o)
	w.accept(o)
	w.accept(o) // while the CA looks, or when it has
	o = w.until(o.URL, api.OrderPending)
	w.accept(o)
	key := testca.NewKey(api.EC256)
	request := csr(t, key, "*.example.com", "example.com")
	for range 3 {
		if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request); err != nil {
			t.Error(err)
		}
	}
	o = w.until(o.URL, api.OrderProcessing)
	if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request); err != nil {
		t.Error(err)
	}
	first, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
	if err != nil || first != second {
		t.Errorf("the second download differs, or %v", err)
	}
	if serials := w.ca.Serials("example.com", "*.example.com"); len(serials) != 1 {
		t.Errorf("%d certificates were issued, want 1", len(serials))
	}
}

func TestAFinalizationWhoseReplyWasLostIsFoundInTheOrder(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.ready(names("www.example.com"))
	request := csr(t, testca.NewKey(api.EC256), "www.example.com")
	w.faults.Fail(pebble.Finalize, 1, pebble.LostReply)
	expect(t, w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request), api.Transient, api.ReasonCAUnavailable)
	if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request); err != nil {
		t.Error(err)
	}
	if done := w.until(o.URL, api.OrderProcessing); done.Status != api.OrderValid {
		t.Errorf("the order is %s", done.Status)
	}
	if serials := w.ca.Serials("www.example.com"); len(serials) != 1 {
		t.Errorf("%d certificates were issued, want 1", len(serials))
	}
}

// The least that is possible is one request less: the order is read again by those who come after it was placed. How
// many nonces a new function fetches depends on how many authorizations it asks for before the first answer comes: nonces
// is the most.
func TestRequestsOfAnIssuance(t *testing.T) {
	for sentence, c := range map[string]struct {
		names  []string
		fresh  bool
		nonces int
		want   map[pebble.Kind]int
	}{
		"for one name": {[]string{"www.example.com"}, true, 1, map[pebble.Kind]int{
			pebble.Directory: 1, pebble.NewOrder: 1, pebble.Authorization: 1, pebble.Challenge: 1, pebble.Finalize: 1, pebble.Certificate: 1}},
		"for three names": {[]string{"a.example.com", "b.example.com", "*.example.com"}, true, 3, map[pebble.Kind]int{
			pebble.Directory: 1, pebble.NewOrder: 1, pebble.Authorization: 3, pebble.Challenge: 3, pebble.Finalize: 1, pebble.Certificate: 1}},
		"after another, with what is kept": {[]string{"www.example.com"}, false, 0, map[pebble.Kind]int{
			pebble.NewOrder: 1, pebble.Authorization: 1, pebble.Challenge: 1, pebble.Finalize: 1, pebble.Certificate: 1}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			if c.fresh {
				w.fresh()
			}
			before := len(w.ca.Requests())
			o := w.get(w.order(names(c.names...)).URL)
			w.publish(o)
			w.accept(o)
			w.settled(o.URL, api.OrderPending)
			o = w.get(o.URL)
			if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, csr(t, testca.NewKey(api.EC256), c.names...)); err != nil {
				t.Fatal(err)
			}
			w.settled(o.URL, api.OrderProcessing)
			o = w.get(o.URL)
			if _, err := w.client.Download(t.Context(), w.account, o.CertificateURL, ""); err != nil {
				t.Fatal(err)
			}
			got, total := map[pebble.Kind]int{}, 0
			for _, r := range w.ca.Requests()[before:] {
				got[r.Kind]++
				total++
			}
			nonces := got[pebble.NewNonce]
			if nonces > c.nonces || nonces < min(c.nonces, 1) {
				t.Errorf("%d nonces fetched, want %d at most", nonces, c.nonces)
			}
			want := nonces + 3 // reads of the order: what to publish, whether it is ready, whether it is valid
			for kind, n := range c.want {
				want += n
				if got[kind] != n {
					t.Errorf("%d requests of kind %s, want %d", got[kind], kind, n)
				}
			}
			if got[pebble.Order] != 3 || total != want {
				t.Errorf("%d requests, want %d: %v", total, want, got)
			}
		})
	}
}
