package acme_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestAFinalizationThatIsRefused(t *testing.T) {
	other := func(t *testing.T) []byte { return csr(t, testca.NewKey(api.EC256), "other.example.com") }
	for sentence, c := range map[string]struct {
		order  func(*world) api.Order
		before func(*world)
		csr    func(*testing.T) []byte
		want   api.ErrorKind
		reason api.Reason
		says   string
	}{
		"is final for a request with other names": {
			order: ready, csr: other, want: api.Terminal, reason: api.ReasonOrderFailed},
		"is final for something that is no request": {
			order: ready, csr: func(*testing.T) []byte { return []byte("rubbish") }, want: api.Terminal, reason: api.ReasonOrderFailed},
		"passes while the order is pending": {
			order: pending, want: api.Transient, reason: api.ReasonCAUnavailable},
		"has the order read again where it is invalid": {
			order: invalid, want: api.Conflict},
		"has the order read again where it is gone": {
			order: func(w *world) api.Order {
				o := ready(w)
				o.URL, o.FinalizeURL = o.URL+"0", o.FinalizeURL+"0"
				return o
			}, want: api.Conflict},
		"is not final where the order cannot be looked at": {
			order: ready, csr: other, want: api.Transient, reason: api.ReasonCAUnavailable,
			before: func(w *world) { w.faults.Fail(pebble.Order, 1, pebble.LostRequest) }},
		"is not final where it is not the CA's": {
			order: ready, want: api.Transient, reason: api.ReasonCAUnavailable,
			before: func(w *world) { w.faults.Fail(pebble.Finalize, 1, pebble.Answer(403, "<html>blocked</html>")) }},
		"is put off with the CA's word": {
			order: ready, want: api.Throttled, reason: api.ReasonRateLimited,
			before: func(w *world) { w.faults.Fail(pebble.Finalize, 1, pebble.Problem(429, "rateLimited", "slowly")) }},
		"passes where the CA answers with an invalid order and shows a ready one": {
			order: ready, want: api.Transient, reason: api.ReasonCAUnavailable,
			before: func(w *world) {
				w.faults.Fail(pebble.Finalize, 1, pebble.Answer(200, `{"status":"invalid","error":{"type":"urn:ietf:params:acme:error:caa","detail":"not us"}}`))
			}, says: "returned a problem: not us (caa)"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			o := c.order(w)
			if c.before != nil {
				c.before(w)
			}
			request := csr(t, testca.NewKey(api.EC256), "www.example.com")
			if c.csr != nil {
				request = c.csr(t)
			}
			err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, request)
			expect(t, err, c.want, c.reason)
			if !strings.Contains(api.MessageOf(err), c.says) {
				t.Errorf("the message is %q", api.MessageOf(err))
			}
			if issued := w.ca.Issued(); len(issued) != 0 {
				t.Errorf("the CA issued %+v", issued)
			}
		})
	}
}

// Of a CA that puts off, or of something in front of it, the order says nothing new: it is not asked for.
func TestTheOrderIsLookedAtOnlyWhereTheCASpoke(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.ready(names("www.example.com"))
	before := w.ca.Count(pebble.Order)
	for sentence, fault := range map[string]pebble.Fault{
		"a rate limit": pebble.Problem(429, "rateLimited", "slowly"), "a firewall": pebble.Answer(403, "<html>"),
		"a lost request": pebble.LostRequest,
	} {
		w.faults.Fail(pebble.Finalize, 1, fault)
		if err := w.client.Finalize(t.Context(), w.account, o.URL, o.FinalizeURL, []byte("csr")); err == nil || w.ca.Count(pebble.Order) != before {
			t.Errorf("after %s the order was read, or %v", sentence, err)
		}
	}
}

func TestAFinalizationThatIsAnsweredWithGarbageCounts(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.ready(names("www.example.com"))
	w.faults.Fail(pebble.Finalize, 1, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		_, _ = io.WriteString(rw, "<html>")
	})
	w.finalize(o, testca.NewKey(api.EC256), []string{"www.example.com"})
	if serials := w.ca.Serials("www.example.com"); len(serials) != 1 {
		t.Errorf("%d certificates were issued, want 1", len(serials))
	}
}

func ready(w *world) api.Order { return w.ready(names("www.example.com")) }

func pending(w *world) api.Order { return w.get(w.order(names("www.example.com")).URL) }

func invalid(w *world) api.Order {
	o := pending(w)
	w.accept(o)
	return w.until(o.URL, api.OrderPending)
}

func TestAChallengeThatIsRefused(t *testing.T) {
	for sentence, c := range map[string]struct {
		order  func(*world) api.Order
		before func(*world)
		want   api.ErrorKind
		reason api.Reason
	}{
		"has the order read again where it failed before": {
			order: func(w *world) api.Order { o := invalid(w); o.Authorizations[0].Status = "pending"; return o }, want: api.Conflict},
		"is final where it is still pending": {
			order: pending, want: api.Terminal, reason: api.ReasonValidationFailed,
			before: func(w *world) { w.faults.Fail(pebble.Challenge, 1, pebble.Problem(400, "malformed", "no")) }},
		"is final for a CAA record": {
			order: pending, want: api.Terminal, reason: api.ReasonValidationFailed,
			before: func(w *world) {
				w.faults.Fail(pebble.Challenge, 1, pebble.Problem(403, "caa", "CAA record forbids"))
			}},
		"is not final where it cannot be looked at": {
			order: pending, want: api.Transient, reason: api.ReasonCAUnavailable,
			before: func(w *world) {
				w.faults.Fail(pebble.Challenge, 1, pebble.Problem(400, "malformed", "no"))
				w.faults.Fail(pebble.Challenge, 1, pebble.LostRequest)
			}},
		"is not found where the CA no longer has it": {
			order: func(w *world) api.Order { o := pending(w); o.Authorizations[0].ChallengeURL += "0"; return o },
			want:  api.NotFound, reason: api.ReasonValidationFailed},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			o := c.order(w)
			if c.before != nil {
				c.before(w)
			}
			expect(t, w.client.Accept(t.Context(), w.account, challenges(o)), c.want, c.reason)
		})
	}
}

func TestDownload(t *testing.T) {
	w := registeredWorld(t, pebble.Options{AlternateRoots: 2})
	o := w.finalize(w.ready(names("www.example.com")), testca.NewKey(api.EC256), []string{"www.example.com"})
	roots := w.ca.IssuerNames()
	for sentence, c := range map[string]struct {
		preferred, want string
		requests        int
	}{
		"without a preference the default chain is taken": {"", roots[0], 1},
		"the default chain may be the preferred one":      {roots[0], roots[0], 1},
		"the first alternate is taken":                    {roots[1], roots[1], 2},
		"the second alternate is taken":                   {roots[2], roots[2], 3},
		"a chain that the CA does not have is left":       {"ISRG Root X1", roots[0], 3},
	} {
		t.Run(sentence, func(t *testing.T) {
			before := w.ca.Count(pebble.Certificate)
			text, err := w.client.Download(t.Context(), w.account, o.CertificateURL, c.preferred)
			if err != nil {
				t.Fatal(err)
			}
			chain := parse(t, text.PEM)
			if fits := c.preferred == "" || c.preferred == c.want; fits != (text.Note == "") {
				t.Errorf("the note is %q", text.Note)
			}
			if top := chain[len(chain)-1].Issuer.CommonName; top != c.want || len(chain) != 2 || chain[0].DNSNames[0] != "www.example.com" {
				t.Errorf("%d certificates lead to %s, want %s", len(chain), top, c.want)
			}
			if n := w.ca.Count(pebble.Certificate) - before; n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
		})
	}
	t.Run("an alternate that is gone is passed over", func(t *testing.T) {
		w.faults.Fail(pebble.Certificate, 1, withHeader("X-Nothing", "changed"))
		w.faults.Fail(pebble.Certificate, 1, pebble.Problem(404, "malformed", "gone"))
		text, err := w.client.Download(t.Context(), w.account, o.CertificateURL, roots[2])
		if err != nil || parse(t, text.PEM)[1].Issuer.CommonName != roots[2] {
			t.Errorf("%+v, %v", text, err)
		}
		w.faults.Stop()
	})
	t.Run("an alternate that does not come now is asked for once more", func(t *testing.T) {
		w.faults.Fail(pebble.Certificate, 1, withHeader("X-Nothing", "changed"))
		w.faults.Fail(pebble.Certificate, 1, pebble.Answer(500, ""))
		text, err := w.client.Download(t.Context(), w.account, o.CertificateURL, roots[1])
		if err != nil || parse(t, text.PEM)[1].Issuer.CommonName != roots[1] {
			t.Errorf("%+v, %v", text, err)
		}
		w.faults.Stop()
	})
	other := w.finalize(w.ready(names("other.example.com")), testca.NewKey(api.EC256), []string{"other.example.com"})
	foreign, err := w.client.Download(t.Context(), w.account, other.CertificateURL, roots[1])
	if err != nil {
		t.Fatal(err)
	}
	first, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
	if err != nil {
		t.Fatal(err)
	}
	for sentence, fault := range map[string]pebble.Fault{
		"is forbidden":               pebble.Problem(403, "unauthorized", "no"),
		"is malformed":               pebble.Problem(400, "malformed", "no"),
		"is limited":                 pebble.Problem(429, "rateLimited", "no", "Retry-After", "86400"),
		"never comes":                pebble.Answer(500, ""),
		"is lost":                    pebble.LostRequest,
		"is a page":                  pebble.Answer(200, "<html></html>"),
		"is longer than a chain":     pebble.Answer(200, strings.Repeat("x", api.MaxChain+1)),
		"redirects":                  pebble.Answer(302, "", "Location", "https://other.test/"),
		"is for another certificate": pebble.Answer(200, foreign.PEM),
		"is signed by another CA":    pebble.Answer(200, leafOf(first.PEM)+w.ca.IssuerRoots()[1]),
	} {
		t.Run("an alternate that "+sentence+" leaves the default chain", func(t *testing.T) {
			w.faults.Fail(pebble.Certificate, 1, withHeader("X-Nothing", "changed"))
			w.faults.Fail(pebble.Certificate, -1, fault)
			got, err := w.client.Download(t.Context(), w.account, o.CertificateURL, roots[1])
			if err != nil || got.PEM != first.PEM || !strings.Contains(got.Note, "no chain to "+roots[1]) || !strings.Contains(got.Note, "default chain to "+roots[0]) {
				t.Errorf("%+v, %v", got, err)
			}
			w.faults.Stop()
		})
	}
	t.Run("a certificate that the CA does not have is not found", func(t *testing.T) {
		_, err := w.client.Download(t.Context(), w.account, o.CertificateURL+"0", "")
		expect(t, err, api.NotFound, api.ReasonOrderFailed)
	})
	t.Run("a valid order without a certificate is waited for", func(t *testing.T) {
		_, err := w.client.Download(t.Context(), w.account, "", "")
		expect(t, err, api.Transient, api.ReasonCAUnavailable)
	})
	for sentence, body := range map[string]string{
		"nothing": "", "a page": "<html></html>", "a key": testca.KeyPEM(testca.NewKey(api.EC256)), "half a chain": "-----BEGIN CERTIFICATE-----\nMIIB",
		"a certificate with something behind": w.ca.IssuerRoots()[0] + "rubbish",
		"no certificate":                      strings.ReplaceAll(testca.KeyPEM(testca.NewKey(api.EC256)), "PRIVATE KEY", "CERTIFICATE"),
	} {
		t.Run(sentence+" is no chain, and waited for", func(t *testing.T) {
			w.faults.Fail(pebble.Certificate, 1, pebble.Answer(200, body))
			_, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
			expect(t, err, api.Transient, api.ReasonCAUnavailable)
		})
	}
	t.Run("a chain is written anew", func(t *testing.T) {
		plain, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
		if err != nil {
			t.Fatal(err)
		}
		w.faults.Fail(pebble.Certificate, 1, pebble.Answer(200, "\r\n"+strings.ReplaceAll(plain.PEM, "\n", "\r\n")+"\r\n\r\n"))
		again, err := w.client.Download(t.Context(), w.account, o.CertificateURL, "")
		if err != nil || again != plain {
			t.Errorf("%q differs from %q, or %v", again, plain, err)
		}
	})
}

// leafOf is the first certificate of a chain.
func leafOf(chain string) string {
	const end = "-----END CERTIFICATE-----\n"
	return chain[:strings.Index(chain, end)+len(end)]
}
