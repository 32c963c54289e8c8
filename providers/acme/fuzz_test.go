package acme

import (
	"bytes"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// slow is more time than anything may take that a fuzzer tries; the machine may be busy.
const slow = 10 * time.Second

func quick(t *testing.T, began time.Time) {
	t.Helper()
	if took := time.Since(began); took > slow {
		t.Errorf("it takes %s", took)
	}
}

// FuzzRetryAfter: whatever the header holds, the wait is in bounds, and a number of seconds is that number.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range [][2]string{
		{"", ""}, {"120", ""}, {"-1", ""}, {"+5", ""}, {"1e3", ""}, {"0x10", ""}, {"1_0", ""}, {"99999999999999999999", ""}, {" 7 ", "x"},
		{"Mon, 23 Nov 2026 10:02:00 GMT", "Mon, 23 Nov 2026 09:00:00 GMT"}, {"Monday, 23-Nov-26 10:02:00 GMT", ""},
		{"Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}, {"Mon Jan  2 15:04:05 2006", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		began := time.Now()
		got := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
		if got < 0 || got > maxRetryAfter {
			t.Errorf("%s", got)
		}
		if wait := renewalInfoWait(got); wait < minRenewalInfoWait || wait > maxRenewalInfoWait {
			t.Errorf("renewal information is asked for again after %s", wait)
		}
		if n, ok := new(big.Int).SetString(strings.TrimSpace(value), 10); ok {
			want := maxRetryAfter
			if n.Sign() <= 0 {
				want = 0
			} else if n.IsInt64() && n.Int64() < int64(maxRetryAfter/time.Second) {
				want = time.Duration(n.Int64()) * time.Second
			}
			if got != want {
				t.Errorf("%q is %s, want %s", value, got, want)
			}
		}
		quick(t, began)
	})
}

// FuzzLinks: what is found in the headers are URLs, each once, and complete where that of the certificate is.
func FuzzLinks(f *testing.F) {
	for _, seed := range [][2]string{
		{"https://ca.test/cert/1", `<https://ca.test/2>;rel="alternate"`}, {"https://ca.test/cert/1", `</2>; rel=alternate, <3>;REL="x Alternate";anchor=""`},
		{"", `<>;rel=alternate`}, {"https://ca.test", `<a;rel=alternate`}, {":", `<a>`}, {"https://ca.test", `<a>;rel="\`}, {"mailto:a", `<b>;rel=alternate`},
		{"https://ca.test/1", `<https://ca.test/dir>; title="a, <b>; rel=\"alternate\""; rel="index" , , <2> ;x;y=;rel=alternate`},
	} {
		f.Add(seed[0], seed[1], "")
	}
	f.Fuzz(func(t *testing.T, base, one, other string) {
		began := time.Now()
		at, err := url.Parse(base)
		seen := map[string]bool{}
		for _, found := range alternates(base, []string{one, other}) {
			u, parseErr := url.Parse(found)
			if err != nil || parseErr != nil || seen[found] {
				t.Errorf("%q, from %q", found, base)
			} else if at.Scheme == "https" && at.Host != "" && u.Scheme == "" {
				t.Errorf("%q is not complete, from %q", found, base)
			}
			seen[found] = true
		}
		quick(t, began)
	})
}

// FuzzRenewalInfo: what is accepted of an answer can be used, stored and shown.
func FuzzRenewalInfo(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `{"suggestedWindow":{"start":"2026-12-01T10:00:00Z","end":"2026-12-03T10:00:00.5+01:00"},"explanationURL":"https://ca.test/incident"}`,
		`{"suggestedWindow":{"start":"0000-01-01T00:00:00+23:59","end":"9999-12-31T23:59:59-23:59"},"explanationURL":"http://u:p@ca.test/\u202e?#"}`,
		`{"suggestedWindow":{"start":"2026-12-03T00:00:00Z","end":"2026-12-01T00:00:00Z"}}`, `{"explanationURL":"javascript:alert(1)"}`,
	} {
		f.Add([]byte(seed), "")
	}
	f.Fuzz(func(t *testing.T, body []byte, explained string) {
		began := time.Now()
		checkExplanation(t, explanation(explained))
		info, problem := readRenewalInfo(body)
		quick(t, began)
		if problem != "" {
			return
		}
		checkExplanation(t, info.ExplanationURL)
		if !info.WindowEnd.After(info.WindowStart) {
			t.Errorf("from %s to %s", info.WindowStart, info.WindowEnd)
		}
		for _, at := range []time.Time{info.WindowStart, info.WindowEnd} {
			text := at.Truncate(time.Second).Format(time.RFC3339)
			if _, err := time.Parse(time.RFC3339, text); err != nil {
				t.Errorf("a time that cannot be stored: %v", err)
			}
		}
	})
}

func checkExplanation(t *testing.T, shown string) {
	t.Helper()
	if shown == "" {
		return
	}
	u, err := url.Parse(shown)
	if err != nil || len(shown) > maxExplanation || u.Host == "" || shown != api.Message(shown) || explanation(shown) != shown {
		t.Errorf("%d bytes: %q", len(shown), shown)
	}
}

// FuzzProblem: whatever a CA refuses a request with becomes an error of a kind and a message that can be stored, does not
// give the account key's thumbprint away, and is the same the next time.
func FuzzProblem(f *testing.F) {
	for _, seed := range []string{
		``, `<html>`, `{}`, `[]`, `{"type":1,"detail":"x"}`, `{"type":"urn:ietf:params:acme:error:caa","detail":"no","status":403}`,
		`{"type":"urn:acme:error:rateLimited","detail":"too many certificates (5), retry after 2026-11-23 10:00:00 UTC: see https://ca.test/limits"}`,
		`{"type":"urn:ietf:params:acme:error:compound","subproblems":[{"type":"urn:ietf:params:acme:error:dns","identifier":{"type":"dns","value":"a.example"}},{"detail":"a\u202eb"}]}`,
		`{"type":"urn:ietf:params:acme:error:userActionRequired","instance":"https://ca.test/terms\n","detail":"token.thumb-PRINT_1"}`,
		`{"type":"urn:ietf:params:acme:error:unauthorized","detail":"account is deactivated"}`, `{"detail":"(request id: 1)"}`,
		`{"detail":"thumb (request id: 1)-PRINT_1 thumb-\u200bPRINT_1","subproblems":[{"type":"urn:ietf:params:acme:error:thumb-PRINT_1"}]}`,
	} {
		for _, status := range []uint16{400, 404, 429, 503} {
			f.Add([]byte(seed), status, "60")
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, status uint16, header string) {
		began := time.Now()
		for _, of := range []step{fetchingDirectory, askingRenewalInfo, downloading} {
			first, again := refusalOf(t, of, body, status, header), refusalOf(t, of, body, status, header)
			message := api.MessageOf(first)
			switch {
			case verbs[first.Kind] == "", first.RetryAfter < 0, first.RetryAfter > maxRetryAfter:
				t.Errorf("%+v", first)
			case message == "" || len(message) > api.MaxMessage || !api.Clean(message) || strings.Contains(message+first.Error(), thumbprint):
				t.Errorf("%d bytes: %q", len(message), message)
			case message != api.MessageOf(again) || first.Kind != again.Kind:
				t.Errorf("%q, then %q", message, api.MessageOf(again))
			}
		}
		quick(t, began)
	})
}

const thumbprint = "thumb-PRINT_1"

func refusalOf(t *testing.T, of step, body []byte, status uint16, header string) *api.Error {
	s := &session{
		ctx: t.Context(), thumbprint: thumbprint, account: api.ACMEAccount{Name: "default"},
		directory: &directory{url: "https://ca.test/directory"},
	}
	answer := &http.Response{
		StatusCode: 300 + int(status%300), Header: http.Header{"Retry-After": {header}, "Replay-Nonce": {"n"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: "/order"}}
	return s.classify(of, newRefusal(r, answer, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)))
}
