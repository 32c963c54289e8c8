package acme_test

import (
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/reconciler/api"
)

func (w *world) renewalInfo(cert *x509.Certificate) (api.RenewalInfo, error) {
	w.Helper()
	leaf, err := api.ParseLeaf(cert)
	if err != nil {
		w.Fatal(err)
	}
	return w.client.RenewalInfo(w.Context(), w.account, leaf.CertID)
}

func TestRenewalInfo(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	cert := w.issue(names("www.example.com"))[0]
	serial := cert.SerialNumber.Text(16)
	start, end := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC), time.Date(2026, 12, 3, 9, 0, 0, 500e6, time.UTC)
	t.Run("is the CA's own", func(t *testing.T) {
		got, err := w.renewalInfo(cert)
		if err != nil || got.RetryAfter != 6*time.Hour || !got.WindowStart.After(cert.NotBefore) || !got.WindowEnd.Before(cert.NotAfter) {
			t.Errorf("%+v, %v", got, err)
		}
	})
	for sentence, c := range map[string]struct {
		text string
		want api.RenewalInfo
	}{
		"has a window":              {`{"suggestedWindow":{"start":"2026-12-01T10:00:00Z","end":"2026-12-03T10:00:00.5+01:00"}}`, api.RenewalInfo{WindowStart: start, WindowEnd: end}},
		"has an explanation":        {`{"suggestedWindow":{"start":"2026-12-01T10:00:00Z","end":"2026-12-03T09:00:00.5Z"},"explanationURL":"https://ca.test/incident"}`, api.RenewalInfo{WindowStart: start, WindowEnd: end, ExplanationURL: "https://ca.test/incident"}},
		"leaves what is no URL":     {`{"suggestedWindow":{"start":"2026-12-01T10:00:00Z","end":"2026-12-03T09:00:00.5Z"},"explanationURL":"javascript:alert(1)"}`, api.RenewalInfo{WindowStart: start, WindowEnd: end}},
		"may have a window gone by": {`{"suggestedWindow":{"start":"2020-12-01T10:00:00Z","end":"2020-12-01T10:00:01Z"}}`, api.RenewalInfo{WindowStart: start.AddDate(-6, 0, 0), WindowEnd: start.AddDate(-6, 0, 0).Add(time.Second)}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if err := w.ca.SetRenewalInfo(serial, c.text); err != nil {
				t.Fatal(err)
			}
			c.want.RetryAfter = 6 * time.Hour
			if got, err := w.renewalInfo(cert); err != nil || got != c.want {
				t.Errorf("%+v, want %+v, or %v", got, c.want, err)
			}
		})
	}
	for sentence, text := range map[string]string{
		"garbage": "<html>", "nothing": "{}", "a list": "[]", "words for times": `{"suggestedWindow":{"start":"soon","end":"later"}}`,
		"a window in the year 1":    `{"suggestedWindow":{"start":"0001-01-01T00:00:00Z","end":"0001-01-01T00:00:00Z"}}`,
		"a window that ends early":  `{"suggestedWindow":{"start":"2026-12-03T00:00:00Z","end":"2026-12-01T00:00:00Z"}}`,
		"a window without length":   `{"suggestedWindow":{"start":"2026-12-03T00:00:00Z","end":"2026-12-03T00:00:00Z"}}`,
		"a window without a start":  `{"suggestedWindow":{"end":"2026-12-03T00:00:00Z"}}`,
		"a window without an end":   `{"suggestedWindow":{"start":"2026-12-03T00:00:00Z"}}`,
		"a window after every year": `{"suggestedWindow":{"start":"2026-12-01T00:00:00Z","end":"9999-12-31T23:59:59-01:00"}}`,
		"a window before every one": `{"suggestedWindow":{"start":"0000-01-01T00:00:00+01:00","end":"2026-12-01T00:00:00Z"}}`,
		"a problem with status 200": `{"type":"urn:ietf:params:acme:error:serverInternal","detail":"oops","status":500}`,
	} {
		t.Run(sentence+" is no answer, for six hours", func(t *testing.T) {
			if err := w.ca.SetRenewalInfo(serial, text); err != nil {
				t.Fatal(err)
			}
			got, err := w.renewalInfo(cert)
			expect(t, err, api.Transient, api.ReasonCAUnavailable)
			if after := api.RetryAfterOf(err); after != 6*time.Hour || got != (api.RenewalInfo{}) {
				t.Errorf("%+v, to be asked again after %s", got, after)
			}
		})
	}
}

func TestRenewalInfoThatDoesNotCome(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	cert := w.issue(names("www.example.com"))[0]
	soon := time.Now().Add(3 * time.Hour).UTC().Format(http.TimeFormat)
	for sentence, c := range map[string]struct {
		fault pebble.Fault
		kind  api.ErrorKind
		after time.Duration
	}{
		"for a problem":                        {pebble.Problem(404, "malformed", "no such certificate"), api.Transient, 6 * time.Hour},
		"for a page that is not found":         {pebble.Answer(404, "<html>"), api.Transient, 6 * time.Hour},
		"for a refusal":                        {pebble.Problem(403, "unauthorized", "no"), api.Transient, 6 * time.Hour},
		"for a refusal with a time":            {pebble.Problem(400, "malformed", "no", "Retry-After", "7200"), api.Transient, 2 * time.Hour},
		"for a fault":                          {pebble.Problem(500, "serverInternal", "oops"), api.Transient, 0},
		"for a fault with a time":              {pebble.Answer(503, "", "Retry-After", "7200"), api.Throttled, 2 * time.Hour},
		"for a fault with a date":              {pebble.Answer(500, "", "Retry-After", soon), api.Transient, 3 * time.Hour},
		"for its rate":                         {pebble.Problem(429, "rateLimited", "slowly", "Retry-After", "7200"), api.Throttled, 2 * time.Hour},
		"for its rate, for less than a minute": {pebble.Problem(429, "rateLimited", "slowly", "Retry-After", "1"), api.Throttled, time.Minute},
		"for its rate, for more than a day":    {pebble.Problem(429, "rateLimited", "slowly", "Retry-After", "999999"), api.Throttled, 24 * time.Hour},
		"for nothing":                          {pebble.Answer(204, ""), api.Transient, 6 * time.Hour},
		"for a lost reply":                     {pebble.LostReply, api.Transient, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			w.faults.Fail(pebble.RenewalInfo, 1, c.fault)
			_, err := w.renewalInfo(cert)
			reason := api.ReasonCAUnavailable
			if c.kind == api.Throttled {
				reason = api.ReasonRateLimited
			}
			expect(t, err, c.kind, reason)
			if after := api.RetryAfterOf(err).Round(time.Minute); after != c.after {
				t.Errorf("to be asked again after %s, want %s", after, c.after)
			}
		})
	}
	for header, want := range map[string]time.Duration{
		"1": time.Minute, "60": time.Minute, "7200": 2 * time.Hour, "86401": 24 * time.Hour, "": 6 * time.Hour, "soon": 6 * time.Hour, soon: 3 * time.Hour,
	} {
		t.Run("to be asked again after "+header, func(t *testing.T) {
			w.faults.Fail(pebble.RenewalInfo, 1, pebble.Answer(200,
				`{"suggestedWindow":{"start":"2026-12-01T10:00:00Z","end":"2026-12-03T10:00:00Z"}}`, "Retry-After", header))
			got, err := w.renewalInfo(cert)
			if after := got.RetryAfter.Round(time.Minute); err != nil || after != want {
				t.Errorf("%s, want %s, or %v", after, want, err)
			}
		})
	}
}

func TestACertificateThatTheCADoesNotKnowHasNoRenewalInfo(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	_, err := w.client.RenewalInfo(t.Context(), w.account, "AQIDBA.AQIDBA")
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
}

func TestADirectoryWithoutRenewalInfo(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.faults.Fail(pebble.Directory, 1, editDirectory(func(d map[string]any) { delete(d, "renewalInfo") }))
	_, err := w.client.RenewalInfo(t.Context(), w.account, "AQIDBA.AQIDBA")
	expect(t, err, api.NotFound, "")
}
