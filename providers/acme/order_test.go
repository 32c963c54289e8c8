package acme_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestAuthorizationsComeInOneOrder(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names("b.example.com", "*.example.com", "example.com", "a.example.com", "*.a.example.com")).URL
	first := w.get(url)
	var shown []string
	for _, a := range first.Authorizations {
		name := a.Domain
		if a.Wildcard {
			name = "*." + name
		}
		shown = append(shown, name)
		if a.Status != "pending" || a.ChallengeStatus != "pending" || a.ChallengeURL == "" {
			t.Errorf("%+v", a)
		}
		if sum, err := base64.RawURLEncoding.DecodeString(a.TXTValue); err != nil || len(sum) != sha256.Size {
			t.Errorf("%s is to publish %q", name, a.TXTValue)
		}
	}
	if want := []string{"a.example.com", "*.a.example.com", "b.example.com", "example.com", "*.example.com"}; !slices.Equal(shown, want) {
		t.Errorf("%q, want %q", shown, want)
	}
	for range 5 {
		if again := w.get(url); !reflect.DeepEqual(again, first) {
			t.Errorf("it differs (-first +again):\n%s", cmp.Diff(first, again))
		}
	}
}

func TestAnAuthorizationInAnotherForm(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names("*.example.com")).URL
	w.faults.Fail(pebble.Authorization, 1, pebble.Answer(200,
		`{"status":"pending","identifier":{"type":"dns","value":"*.Example.COM"},"challenges":[{"type":"http-01","url":"https://ca.test/1","token":"x"}]}`))
	want := []api.Authorization{{Domain: "example.com", Wildcard: true, Status: "pending"}}
	if got := w.get(url).Authorizations; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAnOrderIsShownAsItIs(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.order(names("www.example.com"))
	if o.URL == "" || o.FinalizeURL == "" || o.Status != api.OrderPending || o.Expires.Before(time.Now()) || o.CertificateURL != "" {
		t.Errorf("placed: %+v", o)
	}
	if o = w.ready(names("www.example.com")); len(o.Authorizations) != 0 {
		t.Errorf("a ready order comes with authorizations: %+v", o)
	}
	o = w.finalize(o, testca.NewKey(api.EC256), []string{"www.example.com"})
	if o.CertificateURL == "" || o.URL == "" || len(o.Authorizations) != 0 || o.Problem != "" {
		t.Errorf("valid: %+v", o)
	}
}

func TestTheCAsWaitIsRead(t *testing.T) {
	w := registeredWorld(t, pebble.Options{RetryAfter: 40 * time.Second})
	o := w.order(names("www.example.com"))
	for _, header := range []string{"17", time.Now().Add(17 * time.Second).UTC().Format(http.TimeFormat)} {
		w.faults.Fail(pebble.Order, 1, withHeader("Retry-After", header))
		if got := w.get(o.URL).RetryAfter; got < 5*time.Second || got > 17*time.Second {
			t.Errorf("Retry-After %q of the order is read as %s", header, got)
		}
		w.faults.Fail(pebble.Authorization, 1, withHeader("Retry-After", header))
		if got := w.get(o.URL).RetryAfter; got < 5*time.Second || got > 17*time.Second {
			t.Errorf("Retry-After %q of an authorization is read as %s", header, got)
		}
	}
	if got := w.get(o.URL).RetryAfter; got != 0 {
		t.Errorf("without Retry-After: %s", got)
	}
}

func withHeader(name, value string) pebble.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header().Set(name, value)
		next.ServeHTTP(w, r)
	}
}

func TestProfiles(t *testing.T) {
	profiles := map[string]pebble.Profile{"classic": {Validity: 90 * 24 * time.Hour}, "shortlived": {Validity: 160 * time.Hour}}
	w := registeredWorld(t, pebble.Options{Profiles: profiles})
	chain := w.issue(api.OrderRequest{Domains: []string{"www.example.com"}, Profile: "shortlived"})
	if life := chain[0].NotAfter.Sub(chain[0].NotBefore).Round(time.Hour); life != 160*time.Hour {
		t.Errorf("it lives for %s", life)
	}
	before := w.ca.Count(pebble.NewOrder)
	_, err := w.client.NewOrder(t.Context(), w.account, api.OrderRequest{Domains: []string{"www.example.com"}, Profile: "tlsserver"})
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	if m := api.MessageOf(err); !strings.Contains(m, "tlsserver") || !strings.Contains(m, "classic, shortlived") {
		t.Errorf("the message is %q", m)
	}
	if w.ca.Count(pebble.NewOrder) != before {
		t.Error("the CA was asked all the same")
	}
	w.fresh()
	w.faults.Fail(pebble.Directory, 1, editDirectory(func(d map[string]any) { delete(d["meta"].(map[string]any), "profiles") }))
	_, err = w.client.NewOrder(t.Context(), w.account, api.OrderRequest{Domains: []string{"www.example.com"}, Profile: "classic"})
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	if m := api.MessageOf(err); !strings.Contains(m, "offers no profiles") || !strings.Contains(m, "classic") {
		t.Errorf("the message is %q", m)
	}
}

func TestAProfileIsSentOnlyWhereThereIsOne(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	var sent []map[string]any
	w.faults.Fail(pebble.NewOrder, -1, recordPayload(&sent))
	w.order(names("www.example.com"))
	w.order(api.OrderRequest{Domains: []string{"www.example.com"}, Profile: "default"})
	if _, ok := sent[0]["profile"]; ok || sent[1]["profile"] != "default" {
		t.Errorf("%v", sent)
	}
}

func TestNamesAreSentInOneOrder(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	var sent []map[string]any
	w.faults.Fail(pebble.NewOrder, -1, recordPayload(&sent))
	given := []string{"b.example.com", "*.example.com", "a.example.com"}
	w.order(names(given...))
	w.order(names("a.example.com", "b.example.com", "*.example.com"))
	if len(sent) != 2 || !reflect.DeepEqual(sent[0]["identifiers"], sent[1]["identifiers"]) {
		t.Errorf("%v", sent)
	}
	if given[0] != "b.example.com" {
		t.Errorf("the record's names were sorted: %q", given)
	}
}

func TestReplaces(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	leaf, err := api.ParseLeaf(w.issue(names("www.example.com"))[0])
	if err != nil {
		t.Fatal(err)
	}
	var sent []map[string]any
	w.faults.Fail(pebble.NewOrder, -1, recordPayload(&sent))
	renewal := api.OrderRequest{Domains: []string{"www.example.com"}, Replaces: leaf.CertID}
	replaced := func() (said []any) {
		for _, p := range sent {
			said = append(said, p["replaces"])
		}
		sent = nil
		return said
	}

	w.finalize(w.ready(renewal), testca.NewKey(api.EC256), renewal.Domains)
	if got := replaced(); !slices.Equal(got, []any{leaf.CertID}) {
		t.Errorf("a renewal says %q", got)
	}
	t.Run("is dropped where it was replaced already", func(t *testing.T) {
		w.order(renewal)
		if got := replaced(); !slices.Equal(got, []any{leaf.CertID, nil}) {
			t.Errorf("%q", got)
		}
	})
	t.Run("is dropped where the CA does not know the certificate", func(t *testing.T) {
		aki, _, _ := strings.Cut(leaf.CertID, ".")
		w.order(api.OrderRequest{Domains: renewal.Domains, Replaces: aki + ".AQIDBA"})
		if got := replaced(); !slices.Equal(got, []any{aki + ".AQIDBA", nil}) {
			t.Errorf("%q", got)
		}
	})
	t.Run("is kept where the order is refused for its rate", func(t *testing.T) {
		w.faults.Stop()
		w.faults.Fail(pebble.NewOrder, 1, pebble.Problem(429, "rateLimited", "too many orders"))
		w.faults.Fail(pebble.NewOrder, -1, recordPayload(&sent))
		_, err := w.client.NewOrder(t.Context(), w.account, renewal)
		expect(t, err, api.Throttled, api.ReasonRateLimited)
		if got := replaced(); got != nil {
			t.Errorf("the order was sent again: %q", got)
		}
	})
	t.Run("is left out where there is no renewalInfo", func(t *testing.T) {
		w.fresh()
		w.faults.Fail(pebble.Directory, 1, editDirectory(func(d map[string]any) { delete(d, "renewalInfo") }))
		w.order(renewal)
		if got := replaced(); !slices.Equal(got, []any{nil}) {
			t.Errorf("%q", got)
		}
		w.faults.Stop()
		w.faults.Fail(pebble.NewOrder, 1, pebble.Problem(400, "malformed", "no"))
		_, err := w.client.NewOrder(t.Context(), w.account, renewal)
		expect(t, err, api.Terminal, api.ReasonOrderFailed)
	})
}

func TestAnInvalidOrderShowsWhy(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.get(w.order(names("*.example.com", "example.com", "www.example.com")).URL)
	for _, a := range o.Authorizations {
		if a.Domain == "www.example.com" {
			w.dns.Add("_acme-challenge."+a.Domain, a.TXTValue)
		} else {
			w.dns.Add("_acme-challenge."+a.Domain, "another value")
		}
	}
	w.accept(o)
	o = w.until(o.URL, api.OrderPending)
	if o.Status != api.OrderInvalid {
		t.Fatalf("the order is %s", o.Status)
	}
	for deadline := time.Now().Add(time.Minute); len(challenges(o)) > 0 && time.Now().Before(deadline); {
		o = w.get(o.URL)
	}
	if o.Problem != "example.com: Correct value not found for DNS challenge (unauthorized)" {
		t.Errorf("the problem is %q", o.Problem)
	}
	if again := w.get(o.URL); again.Problem != o.Problem || !reflect.DeepEqual(again.Authorizations, o.Authorizations) {
		t.Errorf("the second look differs (-first +again):\n%s", cmp.Diff(o, again))
	}
}

func TestANameThatTheCADoesNotIssueFor(t *testing.T) {
	w := registeredWorld(t, pebble.Options{Blocked: []string{"example.org"}})
	_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com", "www.example.org"))
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	if m := api.MessageOf(err); !strings.Contains(m, "www.example.org") || !strings.HasSuffix(m, "(rejectedIdentifier)") {
		t.Errorf("the message is %q", m)
	}
}

func TestACAThatChangesTheNames(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.faults.Fail(pebble.NewOrder, 1, pebble.Problem(409, "alreadyReplaced", "there is a replacement"))
	w.faults.Fail(pebble.NewOrder, 1, func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		rw.Header().Set("Location", "https://ca.test/order/1")
		rw.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(rw, `{"status":"pending","identifiers":[{"type":"dns","value":"example.com"}]}`)
	})
	_, err := w.client.NewOrder(t.Context(), w.account, api.OrderRequest{Domains: []string{"www.example.com"}, Replaces: "AQIDBA.AQIDBA"})
	expect(t, err, api.Terminal, api.ReasonOrderFailed)
	if !strings.Contains(api.MessageOf(err), "changed the names of the order") {
		t.Errorf("the message is %q", api.MessageOf(err))
	}
}

func TestAnOrderWithoutAURLIsALostReply(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.faults.Fail(pebble.NewOrder, 1, pebble.Answer(201, `{"status":"pending","identifiers":[{"type":"dns","value":"www.example.com"}]}`))
	_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
}

func TestAnOrderThatIsGone(t *testing.T) {
	const page = "<html>404 Not Found</html>"
	for sentence, c := range map[string]struct {
		kind   pebble.Kind
		fault  pebble.Fault
		want   api.ErrorKind
		reason api.Reason
	}{
		"is not found where the CA says so without words":       {pebble.Order, nil, api.NotFound, api.ReasonOrderFailed},
		"is not found where the CA says so in words":            {pebble.Order, pebble.Problem(404, "malformed", "no such order"), api.NotFound, api.ReasonOrderFailed},
		"is not known to be gone by a page of something else":   {pebble.Order, pebble.Answer(404, page), api.Transient, api.ReasonCAUnavailable},
		"is not known to be gone by an empty object":            {pebble.Order, pebble.Answer(200, "{}"), api.Transient, api.ReasonCAUnavailable},
		"is not known to be gone by garbage":                    {pebble.Order, pebble.Answer(200, page), api.Transient, api.ReasonCAUnavailable},
		"is not known to be gone without its authorizations":    {pebble.Authorization, pebble.Problem(404, "malformed", "no such authorization"), api.Transient, api.ReasonCAUnavailable},
		"is not known to be gone while there is no nonce":       {pebble.NewNonce, pebble.Answer(404, "", "Replay-Nonce", "abc"), api.Transient, api.ReasonCAUnavailable},
		"is not known to be gone by an authorization of naught": {pebble.Authorization, pebble.Answer(200, "{}"), api.Transient, api.ReasonCAUnavailable},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			url := w.order(names("www.example.com")).URL
			w.fresh()
			if c.fault == nil {
				url += "0"
			} else {
				w.faults.Fail(c.kind, 1, c.fault)
			}
			_, err := w.client.GetOrder(t.Context(), w.account, url)
			expect(t, err, c.want, c.reason)
		})
	}
}

func TestAnInvalidOrderIsShownWithoutAnAuthorizationThatIsGone(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := w.get(w.order(names("www.example.com")).URL)
	w.accept(o)
	w.settled(o.URL, api.OrderPending)
	w.faults.Fail(pebble.Authorization, 1, pebble.Problem(404, "malformed", "no such authorization"))
	if o = w.get(o.URL); o.Status != api.OrderInvalid || len(o.Authorizations) != 0 || !strings.Contains(o.Problem, "Error retrieving TXT records") {
		t.Errorf("%+v", o)
	}
}

func TestAnOrderOfAnotherAccount(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names("www.example.com")).URL
	w.account = w.newAccount(api.EC256)
	w.register()
	_, err := w.client.GetOrder(t.Context(), w.account, url)
	expect(t, err, api.NotFound, api.ReasonOrderFailed)
}

// recordPayload keeps what requests carry, and lets them through.
func recordPayload(into *[]map[string]any) pebble.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		var signed struct{ Payload string }
		payload := map[string]any{}
		if json.Unmarshal(body, &signed) == nil {
			text, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
			_ = json.Unmarshal(text, &payload)
		}
		*into = append(*into, payload)
		next.ServeHTTP(w, r)
	}
}

// editDirectory changes what the directory offers.
func editDirectory(edit func(map[string]any)) pebble.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		inner := &captured{ResponseWriter: w}
		next.ServeHTTP(inner, r)
		directory := map[string]any{}
		_ = json.Unmarshal(inner.body.Bytes(), &directory)
		edit(directory)
		_ = json.NewEncoder(w).Encode(directory)
	}
}

type captured struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (c *captured) WriteHeader(int) {}

func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }
