package acme

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

func TestWhatACASays(t *testing.T) {
	identifier := func(name string) acme.Identifier { return acme.Identifier{Type: "dns", Value: name} }
	s := &session{thumbprint: "thumb-PRINT_1"}
	for sentence, c := range map[string]struct {
		problem acme.ProblemDetails
		want    string
	}{
		"nothing":                               {acme.ProblemDetails{}, ""},
		"its type, where there is nothing else": {acme.ProblemDetails{Type: namespace + "caa"}, "caa"},
		"its detail, where the type is none":    {acme.ProblemDetails{Type: "about:blank", Detail: "no"}, "no"},
		"both":                                  {acme.ProblemDetails{Type: namespace + "caa", Detail: "no"}, "no (caa)"},
		"on one line":                           {acme.ProblemDetails{Detail: " first\r\n\tsecond\x00\u202ethird  "}, "first second third"},
		"for each name, sorted": {acme.ProblemDetails{Type: namespace + "compound", Detail: "some names", SubProblems: []acme.SubProblem{
			{Type: namespace + "caa", Detail: "forbidden", Identifier: identifier("b.example.com")},
			{Type: namespace + "dns", Identifier: identifier("a.example.com")},
			{Detail: "c.example.com is unknown", Identifier: identifier("c.example.com")},
		}}, "some names; a.example.com: dns; b.example.com: forbidden; c.example.com is unknown (compound)"},
		"not twice": {acme.ProblemDetails{Detail: "a.example.com is forbidden", SubProblems: []acme.SubProblem{
			{Detail: "a.example.com is forbidden", Identifier: identifier("a.example.com")}}}, "a.example.com is forbidden"},
		"without times": {acme.ProblemDetails{Detail: "too many certificates (5) already issued in the last 168h0m0s, retry after 2026-11-23 10:00:00 UTC: see https://ca.test/limits"},
			"too many certificates (5) already issued in the last 168h0m0s: see https://ca.test/limits"},
		"without times in any form":        {acme.ProblemDetails{Detail: "expired 2026-11-23T10:00:00.123Z or 2026-11-23 10:00:00.5 +0000 UTC m=+0.5 or 2026-11-23T10:00:00+09:00."}, "expired or or."},
		"without request IDs":              {acme.ProblemDetails{Detail: "oops (request id: 4711-ab), and Request ID: 99"}, "oops, and"},
		"without the port of a connection": {acme.ProblemDetails{Detail: "read tcp 10.0.0.1:40312->10.0.0.2:53: i/o timeout"}, "read tcp 10.0.0.2:53: i/o timeout"},
		"without a nonce":                  {acme.ProblemDetails{Detail: "JWS has an invalid anti-replay nonce: abc-DEF"}, "JWS has an invalid anti-replay nonce: it gave before"},
		"without a key authorization":      {acme.ProblemDetails{Detail: `expected "tok-EN_1.thumb-PRINT_1" or "thumb-PRINT_1"`}, `expected "[key authorization]" or "[key authorization]"`},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := s.message(&c.problem); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	t.Run("no more than a person reads", func(t *testing.T) {
		got := s.message(&acme.ProblemDetails{Detail: strings.Repeat("日本", maxText)})
		if len(got) > maxText+len("…") || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for sentence, c := range map[string]struct {
		value, date string
		want        time.Duration
	}{
		"nothing":                  {"", "", 0},
		"seconds":                  {" 120 ", "", 2 * time.Minute},
		"no seconds":               {"0", "", 0},
		"less than none":           {"-5", "", 0},
		"more than any limit":      {"99999999999999", "", maxRetryAfter},
		"more than an integer":     {"999999999999999999999", "", maxRetryAfter},
		"less than an integer":     {"-999999999999999999999", "", 0},
		"less than a duration":     {"-9223372037", "", 0},
		"more than a duration":     {"9223372037", "", maxRetryAfter},
		"a week":                   {"604800", "", maxRetryAfter},
		"a fraction":               {"1.5", "", 0},
		"a date":                   {"Mon, 23 Nov 2026 10:02:00 GMT", "", 2 * time.Minute},
		"a date by the CA's clock": {"Mon, 23 Nov 2026 09:02:00 GMT", "Mon, 23 Nov 2026 09:00:00 GMT", 2 * time.Minute},
		"a date gone by":           {"Mon, 23 Nov 2026 09:58:00 GMT", "", 0},
		"a date in another form":   {"Monday, 23-Nov-26 10:02:00 GMT", "", 2 * time.Minute},
		"a date beyond any limit":  {"Tue, 23 Nov 2066 10:02:00 GMT", "", maxRetryAfter},
		"words":                    {"soon", "", 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
			if got := retryAfter(h, now); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestAlternates(t *testing.T) {
	for sentence, c := range map[string]struct {
		links, want []string
	}{
		"none":                                 {nil, nil},
		"another relation":                     {[]string{`<https://ca.test/dir>;rel="index"`}, nil},
		"one a header":                         {[]string{`<https://ca.test/1>;rel="alternate"`, `<https://ca.test/dir>; rel="index"`, `<https://ca.test/2>; rel="alternate"`}, []string{"https://ca.test/1", "https://ca.test/2"}},
		"many in one header":                   {[]string{`<https://ca.test/dir>;rel="index", <https://ca.test/1>;rel="alternate",<https://ca.test/2>; rel=alternate`}, []string{"https://ca.test/1", "https://ca.test/2"}},
		"with another parameter":               {[]string{`<https://ca.test/1>; title="x"; rel="alternate"`}, []string{"https://ca.test/1"}},
		"relative to the certificate's URL":    {[]string{`</cert/1/alternate>;rel="alternate"`, `<2>;rel=alternate`}, []string{"https://ca.test/cert/1/alternate", "https://ca.test/cert/2"}},
		"in other letters":                     {[]string{`<https://ca.test/1>;Rel=Alternate`}, []string{"https://ca.test/1"}},
		"with several relations":               {[]string{`<https://ca.test/1>; rel="alternate item"`, `<https://ca.test/2>; rel="item	alternate"`}, []string{"https://ca.test/1", "https://ca.test/2"}},
		"after a quoted comma":                 {[]string{`<https://ca.test/dir>; title="a, <b>; rel=\"alternate\""; rel="index", <https://ca.test/1>; title="x,y;z"; rel="alternate"`}, []string{"https://ca.test/1"}},
		"with a comma in the URL":              {[]string{`<https://ca.test/1,2>; rel="alternate"`}, []string{"https://ca.test/1,2"}},
		"with white space":                     {[]string{` ,  <https://ca.test/1> ; rel = "alternate" ;x , <https://ca.test/2>;rel=alternate`}, []string{"https://ca.test/1", "https://ca.test/2"}},
		"once":                                 {[]string{`<https://ca.test/1>;rel="alternate",</1>;rel="alternate"`}, []string{"https://ca.test/1"}},
		"only the first relation counts":       {[]string{`<https://ca.test/1>;rel=up;rel=alternate`}, nil},
		"not of another resource":              {[]string{`<https://ca.test/1>;rel=alternate;anchor="https://ca.test/cert/2"`, `<https://ca.test/3>;rel=alternate;anchor=""`}, []string{"https://ca.test/3"}},
		"not of a relation that only holds it": {[]string{`<https://ca.test/1>;rel="alternates"`, `<https://ca.test/1>;rel`, `<https://ca.test/1`, `https://ca.test/1;rel=alternate`, `<https://ca.test/1>;rel="alter`}, nil},
		"a relation of the former":             {[]string{`<https://ca.test/1>; title="x", <https://ca.test/2>;rel="alternate"`}, []string{"https://ca.test/2"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := alternates("https://ca.test/cert/1", c.links); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Each type of RFC 8555 section 6.7 is in the table, so that none is Terminal by oversight.
func TestTheTableOfProblems(t *testing.T) {
	for _, kind := range strings.Fields(`accountDoesNotExist alreadyRevoked badCSR badNonce badPublicKey badRevocationReason
		badSignatureAlgorithm caa compound connection dns externalAccountRequired incorrectResponse invalidContact malformed
		orderNotReady rateLimited rejectedIdentifier serverInternal tls unauthorized unsupportedContact unsupportedIdentifier
		userActionRequired alreadyReplaced`) {
		if _, ok := problems[kind]; !ok {
			t.Errorf("%s is missing", kind)
		}
	}
}

func TestOutcomes(t *testing.T) {
	placing, object := step{refused: api.ReasonOrderFailed}, step{refused: api.ReasonOrderFailed, object: true}
	for sentence, c := range map[string]struct {
		of     step
		status int
		kind   string
		want   api.ErrorKind
		reason api.Reason
	}{
		"a name it does not issue for":            {placing, 400, "rejectedIdentifier", api.Terminal, ""},
		"a kind of name it does not know":         {placing, 400, "unsupportedIdentifier", api.Terminal, ""},
		"a bad request":                           {object, 400, "badCSR", api.Terminal, ""},
		"a CAA record":                            {object, 403, "caa", api.Terminal, api.ReasonValidationFailed},
		"DNS":                                     {placing, 400, "dns", api.Terminal, api.ReasonValidationFailed},
		"no right":                                {object, 403, "unauthorized", api.Terminal, ""},
		"an account it does not know":             {placing, 400, "accountDoesNotExist", api.Terminal, api.ReasonAccountUnknown},
		"an account it does not know, as 404":     {placing, 404, "accountDoesNotExist", api.Terminal, api.ReasonAccountUnknown},
		"an account it does not know, of a thing": {object, 404, "accountDoesNotExist", api.Terminal, api.ReasonAccountUnknown},
		"a connection it does not get":            {object, 400, "connection", api.Transient, api.ReasonCAUnavailable},
		"a fault of its own":                      {object, 500, "serverInternal", api.Transient, api.ReasonCAUnavailable},
		"a refusal with a fault's status":         {object, 500, "unauthorized", api.Transient, api.ReasonCAUnavailable},
		"a request that took too long":            {object, 408, "", api.Transient, api.ReasonCAUnavailable},
		"a type that nobody knows":                {object, 400, "fullMoon", api.Terminal, ""},
		"no type":                                 {object, 400, "", api.Terminal, ""},
		"a thing that is gone":                    {object, 404, "malformed", api.NotFound, ""},
		"a thing that is gone for good":           {object, 410, "", api.NotFound, ""},
		"an endpoint that is gone":                {placing, 404, "malformed", api.Transient, api.ReasonCAUnavailable},
		"an order that is not ready":              {object, 403, "orderNotReady", api.Transient, api.ReasonCAUnavailable},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := &refusal{method: http.MethodPost, status: c.status, fromCA: true}
			if c.kind != "" {
				r.problem.Type = namespace + c.kind
			}
			if got := c.of.outcome(r); got.kind != c.want || got.reason != c.reason {
				t.Errorf("%s with %q, want %s with %q", got.kind, got.reason, c.want, c.reason)
			}
		})
	}
}

func TestNonces(t *testing.T) {
	var n nonces
	n.push("")
	if got := n.pop(); got != "" {
		t.Errorf("%q of nothing", got)
	}
	for i := range maxNonces + 3 {
		n.push(string(rune('a' + i)))
	}
	if got := n.pop(); got != string(rune('a'+maxNonces+2)) {
		t.Errorf("the youngest is %q", got)
	}
	if len(n.free) != maxNonces-1 || n.free[0] != "d" {
		t.Errorf("kept are %q", n.free)
	}
}

func TestTheProblemOfAnOrder(t *testing.T) {
	failed := func(names ...string) (all []api.Authorization) {
		for _, name := range names {
			all = append(all, api.Authorization{Domain: name, Problem: "no TXT record"})
		}
		return all
	}
	for sentence, c := range map[string]struct {
		order api.Order
		want  string
	}{
		"is its own, where no challenge failed":        {api.Order{Problem: "expired", Authorizations: []api.Authorization{{Domain: "a"}}}, "expired"},
		"is that of the challenges":                    {api.Order{Problem: "no", Authorizations: failed("a", "b")}, "a: no TXT record; b: no TXT record"},
		"is reported once for a name and its wildcard": {api.Order{Authorizations: failed("a", "a")}, "a: no TXT record"},
		"speaks of five names":                         {api.Order{Authorizations: failed("a", "b", "c", "d", "e", "f", "g")}, "a: no TXT record; b: no TXT record; c: no TXT record; d: no TXT record; e: no TXT record; and more"},
		"may be missing":                               {api.Order{}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := problemOf(c.order); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
