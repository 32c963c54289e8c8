package sim

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"certloop/internal/doctable"
	"certloop/internal/sandbox/pebble"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

var update = flag.Bool("update", false, "write the measured table into docs/design/under-fire.md")

// underFire is a world whose CA is Pebble, which the loop reaches through the client of the function.
type underFire struct {
	*World
	ca     *pebble.CA
	faults *pebble.Faults
}

func newUnderFire(t *testing.T, patience time.Duration) *underFire {
	t.Helper()
	w := &underFire{World: New(nil), faults: &pebble.Faults{}}
	w.clock.now = time.Now().UTC().Truncate(time.Second)
	w.lastTick, w.calls.quiet = w.clock.now, true
	w.ca = pebble.ForTest(t, pebble.Options{AlwaysValid: true, Intercept: w.faults.Intercept,
		Ahead: func() time.Duration { return time.Until(w.clock.now) }})
	client := acme.New(acme.Config{UserAgent: "certloop/test", Now: w.clock.Now, RequestTimeout: patience})
	w.Loop.CA, w.Loop.RenewalInformer, w.Loop.Registrar, w.Loop.Directories = client, client, client, client
	w.account("directory", w.ca.DirectoryURL, "ca_certificates", w.ca.RootsPEM, "network", "private")
	if w.Run(time.Minute); !w.accountReady() {
		t.Fatal("the account is not ready")
	}
	return w
}

// fire is an answer that stands in for that of the CA, and what the document says of it.
type fire struct {
	name string
	give pebble.Fault
	// silent answers cost the time that the client waits for them, so they are given for an hour only.
	silent bool
}

// answers are what a CA, or whatever stands before it, may answer with.
func answers() []fire {
	const page = "<html><body>Bad Gateway</body></html>"
	limited := func(header ...string) pebble.Fault { return pebble.Problem(429, "rateLimited", "too many", header...) }
	all := []fire{
		{name: "429, Retry-After: 120", give: limited("Retry-After", "120")},
		{name: "429, Retry-After: a date in an hour", give: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
			limited("Date", now.Format(http.TimeFormat), "Retry-After", now.Add(time.Hour).Format(http.TimeFormat))(w, r, next)
		}},
		{name: "429, Retry-After: 172800", give: limited("Retry-After", "172800")},
		{name: "429, Retry-After: 99999999999", give: limited("Retry-After", "99999999999")},
		{name: "429, Retry-After: -5", give: limited("Retry-After", "-5")},
		{name: "429, Retry-After: soon", give: limited("Retry-After", "soon")},
		{name: "429 without Retry-After", give: limited()},
		{name: "503, Retry-After: 600", give: pebble.Answer(503, page, "Retry-After", "600")},
		{name: "503 without Retry-After", give: pebble.Answer(503, page)},
		{name: "502, a page", give: pebble.Answer(502, page)},
		{name: "200, a page", give: pebble.Answer(200, page)},
		{name: "200, half an object", give: pebble.Answer(200, `{"status":`, "Content-Type", "application/json")},
		{name: "200, a truncated body", give: truncated},
		{name: "200, a body that does not end", give: pebble.HangInBody, silent: true},
		{name: "no answer", give: pebble.Hang, silent: true},
		{name: "a lost request", give: pebble.LostRequest},
		{name: "a lost reply", give: pebble.LostReply},
	}
	for _, kind := range slices.Sorted(maps.Keys(problemTypes)) {
		all = append(all, fire{name: kind, give: pebble.Problem(problemTypes[kind], kind, "no")})
	}
	return all
}

// problemTypes are those of RFC 8555 section 6.7, RFC 9773 and the registry of IANA, with the status that CAs send them with, and one
// that does not exist. A badNonce is no answer to an order: the client repeats the request with another nonce.
var problemTypes = map[string]int{
	"accountDoesNotExist": 400, "alreadyReplaced": 409, "alreadyRevoked": 400, "autoRenewalCanceled": 403, "badCSR": 400,
	"badPublicKey": 400, "badRevocationReason": 400, "badSignatureAlgorithm": 400, "caa": 403, "compound": 403, "connection": 400, "dns": 400,
	"externalAccountRequired": 403, "incorrectResponse": 403, "invalidContact": 400, "invalidProfile": 400, "malformed": 400,
	"orderNotReady": 403, "rejectedIdentifier": 403, "serverInternal": 500, "somethingNew": 400, "tls": 400, "unauthorized": 403,
	"unsupportedContact": 400, "unsupportedIdentifier": 400, "userActionRequired": 403,
}

// truncated announces more than it sends.
func truncated(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"status":"pending"`)
	panic(http.ErrAbortHandler)
}

// stages are the requests of an issuance.
var stages = []pebble.Kind{pebble.NewOrder, pebble.Order, pebble.Authorization, pebble.Challenge, pebble.Finalize, pebble.Certificate}

// wounded is what an answer that lasts does to an issuance.
type wounded struct {
	reason    api.Reason
	hour, day int
}

// endure lets the CA answer with f at that stage for a day. It checks that the condition reports it, that nothing is lost or doubled, and
// that the certificate is there after the CA answers again.
func endure(t *testing.T, f fire, at pebble.Kind) (felt wounded) {
	t.Helper()
	patience := 10 * time.Second
	if f.silent {
		patience = 200 * time.Millisecond
	}
	w := newUnderFire(t, patience)
	w.faults.Fail(at, -1, f.give)
	before := len(w.ca.Requests())
	w.certificate("www")
	w.Run(time.Hour)
	felt.hour = len(w.ca.Requests()) - before
	if !f.silent {
		w.Run(23 * time.Hour)
		felt.day = len(w.ca.Requests()) - before
	}
	felt.reason = w.reported(t, f, at)
	w.faults.Stop()
	if stopped := w.clock.now; !w.RunUntil(8*day, func() bool { return w.ready("www") }) {
		t.Errorf("%s at %s: nothing is issued %s after the end: %s", f.name, at, w.clock.now.Sub(stopped), w.Explain("www"))
	}
	if n, held := len(w.ca.Issued()), len(w.ACM.certs); n != 1 || held != 1 {
		t.Errorf("%s at %s: %d certificates of the CA, %d of ACM, want one", f.name, at, n, held)
	}
	return felt
}

// reported returns the reason of the condition. A lost reply does not keep the certificate from being issued.
func (w *underFire) reported(t *testing.T, f fire, at pebble.Kind) api.Reason {
	t.Helper()
	var (
		o   api.Object
		c   api.Condition
		err error
	)
	w.RunUntil(2*time.Hour, func() bool { // at the moment certloop may be trying again
		o, err = w.Table.Get(context.Background(), "www")
		must(err)
		c, _ = api.GetCondition(o.Status.Conditions, api.ConditionIssuing)
		return c.Status == api.ConditionFalse
	})
	switch {
	case w.ready("www"):
		if f.name != "a lost reply" {
			t.Errorf("%s at %s: the certificate is ready", f.name, at)
		}
	case c.Status != api.ConditionFalse || c.Message == "" || o.Status.NextAttemptAt.IsZero():
		t.Errorf("%s at %s: the condition is %+v, and the next attempt at %s", f.name, at, c, o.Status.NextAttemptAt)
	}
	return c.Reason
}

// roomy returns a bound for the document: more than n, because the times of the attempts vary a little.
func roomy(n int) int {
	for _, bound := range []int{10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 700} {
		if n*5/4 <= bound {
			return bound
		}
	}
	return n * 5 / 4
}

// suffered is a row of the document: what one answer does at some stages.
type suffered struct {
	answer string
	at     []string
	wounded
}

// measure lets the CA answer with f at each stage, and returns a row for each reason.
func measure(t *testing.T, f fire) (rows []suffered) {
	t.Helper()
	for _, stage := range stages {
		felt := endure(t, f, stage)
		i := slices.IndexFunc(rows, func(r suffered) bool { return r.reason == felt.reason })
		if i < 0 {
			rows, i = append(rows, suffered{answer: f.name, wounded: felt}), len(rows)
		}
		rows[i].at = append(rows[i].at, string(stage))
		rows[i].hour, rows[i].day = max(rows[i].hour, felt.hour), max(rows[i].day, felt.day)
	}
	return rows
}

func (s suffered) String() string {
	day := "–"
	if s.day > 0 {
		day = strconv.Itoa(roomy(s.day))
	}
	return fmt.Sprintf("| %s | %s | `%s` | %d | %s |\n", s.answer, strings.Join(s.at, ", "), s.reason, roomy(s.hour), day)
}

// isWithin reports whether the row of the document allows what was measured.
func (s suffered) isWithin(row doctable.Row) bool {
	hour, _ := strconv.Atoi(row.Cells["requests in an hour"])
	day, _ := strconv.Atoi(row.Cells["in a day"])
	return row.Cells["at"] == strings.Join(s.at, ", ") && strings.Trim(row.Cells["reason"], "`") == string(s.reason) && s.hour <= hour && s.day <= day
}

// TestUnderFire compares what the answers of a CA do that last for a day with the table of the document. -update writes it.
func TestUnderFire(t *testing.T) {
	const document, title, columns = "../../docs/design/under-fire.md", "Answers of a CA", "|---|---|---|---|---|\n"
	var rows []suffered
	for _, f := range answers() {
		rows = append(rows, measure(t, f)...)
	}
	if *update {
		text, err := os.ReadFile(document)
		must(err)
		before, after, _ := strings.Cut(string(text), columns)
		_, rest, _ := strings.Cut(after, "\n\n")
		var table strings.Builder
		for _, r := range rows {
			table.WriteString(r.String())
		}
		must(os.WriteFile(document, []byte(before+columns+table.String()+"\n"+rest), 0o644))
	}
	written := doctable.Read(t, document)[title]
	if len(written) != len(rows) {
		t.Errorf("%s has %d rows, and %d were measured", document, len(written), len(rows))
	}
	for _, r := range rows {
		if !slices.ContainsFunc(written, func(row doctable.Row) bool { return row.Name == r.answer && r.isWithin(row) }) {
			t.Errorf("%s does not allow what was measured; go test ./reconciler/sim -run TestUnderFire -update writes\n%s", document, r)
		}
	}
}
