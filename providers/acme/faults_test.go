package acme_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

// calls are all methods, each with the kind of its own request.
var calls = map[string]struct {
	kind pebble.Kind
	call func(context.Context, *world, api.Order) error
}{
	"NewOrder": {pebble.NewOrder, func(ctx context.Context, w *world, _ api.Order) error {
		_, err := w.client.NewOrder(ctx, w.account, names("www.example.com"))
		return err
	}},
	"GetOrder": {pebble.Order, func(ctx context.Context, w *world, o api.Order) error {
		_, err := w.client.GetOrder(ctx, w.account, o.URL)
		return err
	}},
	"GetOrder's authorizations": {pebble.Authorization, func(ctx context.Context, w *world, o api.Order) error {
		_, err := w.client.GetOrder(ctx, w.account, o.URL)
		return err
	}},
	"Accept": {pebble.Challenge, func(ctx context.Context, w *world, o api.Order) error {
		return w.client.Accept(ctx, w.account, challenges(o))
	}},
	"Finalize": {pebble.Finalize, func(ctx context.Context, w *world, o api.Order) error {
		return w.client.Finalize(ctx, w.account, o.URL, o.FinalizeURL, []byte("csr"))
	}},
	"Download": {pebble.Certificate, func(ctx context.Context, w *world, o api.Order) error {
		_, err := w.client.Download(ctx, w.account, strings.Replace(o.URL, "/my-order/", "/certZ/", 1), "")
		return err
	}},
	"RenewalInfo": {pebble.RenewalInfo, func(ctx context.Context, w *world, _ api.Order) error {
		_, err := w.client.RenewalInfo(ctx, w.account, "AQIDBA.AQIDBA")
		return err
	}},
	"Lookup": {pebble.NewAccount, func(ctx context.Context, w *world, _ api.Order) error {
		_, err := w.client.Lookup(ctx, w.account)
		return err
	}},
	"Register": {pebble.NewAccount, func(ctx context.Context, w *world, _ api.Order) error {
		_, err := w.client.Register(ctx, w.account, "", nil)
		return err
	}},
	"UpdateContact": {pebble.Account, func(ctx context.Context, w *world, _ api.Order) error {
		return w.client.UpdateContact(ctx, w.account, "b@example.com")
	}},
	"UpdateContact to none": {pebble.Account, func(ctx context.Context, w *world, _ api.Order) error {
		return w.client.UpdateContact(ctx, w.account, "")
	}},
}

// Whatever stands between us and the CA, none of this says anything of the order, the account or the certificate.
func TestFaultsOfEveryCall(t *testing.T) {
	const page = "<html><body>Bad Gateway\n2026-11-23 10:00:00 request id: 4711</body></html>"
	faults := map[string]struct {
		fault  pebble.Fault
		kind   api.ErrorKind
		reason api.Reason
		after  time.Duration
	}{
		"429 with seconds":       {pebble.Problem(429, "rateLimited", "too many", "Retry-After", "120"), api.Throttled, api.ReasonRateLimited, 2 * time.Minute},
		"429 with a date":        {pebble.Problem(429, "rateLimited", "too many", "Date", "Mon, 23 Nov 2026 10:00:00 GMT", "Retry-After", "Mon, 23 Nov 2026 10:02:00 GMT"), api.Throttled, api.ReasonRateLimited, 2 * time.Minute},
		"429 without a time":     {pebble.Problem(429, "rateLimited", "too many"), api.Throttled, api.ReasonRateLimited, 0},
		"429 of a proxy":         {pebble.Answer(429, page, "Retry-After", "120"), api.Throttled, api.ReasonRateLimited, 2 * time.Minute},
		"403 for its rate":       {pebble.Problem(403, "rateLimited", "too many", "Retry-After", "120"), api.Throttled, api.ReasonRateLimited, 2 * time.Minute},
		"503 with a time":        {pebble.Answer(503, page, "Retry-After", "120"), api.Throttled, api.ReasonRateLimited, 2 * time.Minute},
		"503":                    {pebble.Answer(503, page), api.Transient, api.ReasonCAUnavailable, 0},
		"500 of the CA":          {pebble.Problem(500, "serverInternal", "oops"), api.Transient, api.ReasonCAUnavailable, 0},
		"502 of a proxy":         {pebble.Answer(502, page), api.Transient, api.ReasonCAUnavailable, 0},
		"403 of a firewall":      {pebble.Answer(403, page), api.Transient, api.ReasonCAUnavailable, 0},
		"JSON of a gateway":      {pebble.Answer(403, `{"message":"Forbidden"}`), api.Transient, api.ReasonCAUnavailable, 0},
		"404 of a load balancer": {pebble.Answer(404, ""), api.Transient, api.ReasonCAUnavailable, 0},
		"a redirect to a page":   {pebble.Answer(302, page, "Location", "/maintenance"), api.Transient, api.ReasonCAUnavailable, 0},
		"a page":                 {pebble.Answer(200, page), api.Transient, api.ReasonCAUnavailable, 0},
		"a lost request":         {pebble.LostRequest, api.Transient, api.ReasonCAUnavailable, 0},
		"a lost reply":           {pebble.LostReply, api.Transient, api.ReasonCAUnavailable, 0},
		"an endless error":       {pebble.Answer(500, strings.Repeat("x", 1<<20)), api.Transient, api.ReasonCAUnavailable, 0},
	}
	for method, c := range calls {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			o := pending(w)
			for sentence, f := range faults {
				w.faults.Stop()
				w.faults.Fail(c.kind, -1, f.fault)
				err := c.call(t.Context(), w, o)
				if api.KindOf(err) != f.kind || api.ReasonOf(err, "") != f.reason {
					t.Errorf("%s: %s with %q, want %s with %q: %v", sentence, api.KindOf(err), api.ReasonOf(err, ""), f.kind, f.reason, err)
				}
				after := f.after
				if c.kind == pebble.RenewalInfo && after == 0 {
					continue // it has times of its own
				}
				if got := api.RetryAfterOf(err); got != after {
					t.Errorf("%s: to come again after %s, want %s", sentence, got, after)
				}
				if m := api.MessageOf(err); !strings.HasPrefix(m, "the CA at 127.0.0.1:") || strings.ContainsAny(m, "\n<>") || strings.Contains(m, "4711") {
					t.Errorf("%s: the message is %q", sentence, m)
				}
			}
		})
	}
}

// A step whose effect may have happened is never Terminal for what certloop does not read.
func TestAnEndlessAnswerOfEveryCall(t *testing.T) {
	undecided := map[string]bool{"Finalize": true, "Download": true, "Register": true, "RenewalInfo": true}
	for method, c := range calls {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := registeredWorld(t, pebble.Options{})
			o := pending(w)
			for _, body := range []string{`{"status":"` + strings.Repeat("x", 1<<20), strings.Repeat("[", 50), "[" + strings.Repeat("0,", 6000) + "0]"} {
				if method == "Download" {
					body = strings.Repeat(body, 1+api.MaxChain/len(body))
				}
				w.faults.Stop()
				w.faults.Fail(c.kind, -1, pebble.Answer(200, body))
				err := c.call(t.Context(), w, o)
				if undecided[method] {
					expect(t, err, api.Transient, api.ReasonCALimits)
					if after := api.RetryAfterOf(err); after < time.Hour {
						t.Errorf("to come again after %s", after)
					}
				} else {
					expect(t, err, api.Terminal, api.ReasonCALimits)
				}
				if m := api.MessageOf(err); !strings.Contains(m, "exceeded a limit: it sent") {
					t.Errorf("the message is %q", m)
				}
			}
		})
	}
}

func TestADirectoryThatMovedIsReadAgain(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.fresh()
	w.faults.Fail(pebble.Directory, 1, editDirectory(func(d map[string]any) { d["newOrder"] = w.ca.DirectoryURL + "/old" }))
	_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	w.order(names("www.example.com"))

	w.fresh()
	before := w.ca.Count(pebble.Directory)
	w.faults.Fail(pebble.NewNonce, 1, pebble.Answer(404, ""))
	_, err = w.client.GetOrder(t.Context(), w.account, "https://ca.test/order/1")
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	w.order(names("www.example.com"))
	if n := w.ca.Count(pebble.Directory) - before; n != 2 {
		t.Errorf("the directory was read %d times", n)
	}
}

// The signature of a request is for its URL; what another URL says is no answer to it.
func TestARedirectIsNotFollowed(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := pending(w)
	w.faults.Fail(pebble.Order, 1, pebble.Answer(302, "", "Location", "/elsewhere"))
	w.faults.Fail(pebble.Other, 1, pebble.Answer(200, `{"status":"valid"}`))
	_, err := w.client.GetOrder(t.Context(), w.account, o.URL)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if n := w.ca.Count(pebble.Other); n != 0 {
		t.Errorf("it was followed %d times", n)
	}
}

func TestADirectoryIsBelievedForAnHour(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	now := time.Now()
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", Now: func() time.Time { return now }})
	before := w.ca.Count(pebble.Directory)
	for _, step := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {59 * time.Minute, 1}, {2 * time.Minute, 2}, {0, 2}} {
		now = now.Add(step.later)
		w.order(names("www.example.com"))
		if n := w.ca.Count(pebble.Directory) - before; n != step.want {
			t.Errorf("%d reads, want %d", n, step.want)
		}
	}
}

// TestReadDirectory reads the directory from the CA, whatever was read before, and needs no registration.
func TestReadDirectory(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.order(names("www.example.com"))
	a := w.account
	a.URI, a.Key = "", api.Secret{}
	before := w.ca.Count(pebble.Directory)
	for range 2 {
		d, err := w.client.ReadDirectory(t.Context(), a)
		if err != nil || !slices.Equal(d.CAAIdentities, []string{"pebble.test"}) {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	if n := w.ca.Count(pebble.Directory) - before; n != 2 {
		t.Errorf("it was read %d times", n)
	}
	w.faults.Fail(pebble.Directory, 1, pebble.Answer(503, ""))
	_, err := w.client.ReadDirectory(t.Context(), a)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	a.Network = api.NetworkPublic
	_, err = w.client.ReadDirectory(t.Context(), a)
	expect(t, err, api.Terminal, api.ReasonNetworkDenied)
	w.order(names("www.example.com"))
}
