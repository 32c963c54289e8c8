package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/sandbox/progress"
	"certloop/internal/sandbox/setup"
	"certloop/reconciler/api"
)

// box is a sandbox under test.
type box struct {
	*Sandbox
	t *testing.T
	// log is what function and triggers wrote, sent is what went through stream and queue, answers are the results of
	// direct invocations.
	log, sent, answers *setup.Output
	// inbox holds the mails that were delivered, wire the requests to AWS.
	inbox *inbox
	wire  *wire
	// orders are those of the first CA, if a test keeps them.
	orders *orders
}

func start(t *testing.T, o Options) *box {
	t.Helper()
	b := &box{t: t, log: &setup.Output{}, sent: &setup.Output{}, answers: &setup.Output{}, inbox: &inbox{}, wire: &wire{}}
	var err error
	if o.Zip, err = setup.Archive("../.."); err != nil {
		t.Fatal(err)
	}
	o.Log = b.log
	o.Seen = func(text string) { _, _ = fmt.Fprintln(b.sent, text) }
	if o.Zones == nil {
		o.Zones = []string{"example.com"}
	}
	o.CA.RejectNonces, o.EABCA.RejectNonces = 15, 15
	faults := o.Intercept
	o.Intercept = func(next http.Handler) http.Handler {
		if faults != nil {
			next = faults(next)
		}
		return b.wire.intercept(next)
	}
	if b.Sandbox, err = Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.Close()
		if t.Failed() {
			t.Log(b.log.String())
		}
	})
	b.account("default", b.CA)
	return b
}

func (b *box) account(name string, ca *pebble.CA, more ...any) {
	b.t.Helper()
	b.put(Record{"name": name, "kind": "Account", "directory": ca.DirectoryURL, "ca_certificates": ca.RootsPEM,
		"network": "private", "email": "ops@example.com"}, more)
}

func (b *box) certificate(name string, domains []string, more ...any) {
	b.t.Helper()
	b.put(Record{"name": name, "kind": "Certificate", "domains": domains, "key_type": "EC_prime256v1"}, more)
}

func (b *box) put(r Record, more []any) {
	b.t.Helper()
	for i := 0; i+1 < len(more); i += 2 {
		r[more[i].(string)] = more[i+1]
	}
	if err := b.Put(b.t.Context(), r); err != nil {
		b.t.Fatal(err)
	}
}

// eventually waits until holds returns "", for as long as there is progress: what it returns otherwise changes.
func (b *box) eventually(what string, holds func() string) {
	b.t.Helper()
	if err := progress.Default.Until(b.t.Context(), holds); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b *box) status(name string) *api.CertificateStatus {
	b.t.Helper()
	s, err := b.Status(b.t.Context(), name)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// ready waits until the certificate is Ready and nothing is in progress.
func (b *box) ready(name string) *api.CertificateStatus {
	b.t.Helper()
	b.eventually(name+" becomes Ready", func() string {
		s := b.status(name)
		if s != nil && api.IsTrue(s.Conditions, api.ConditionReady) && s.ObservedGeneration == s.Generation &&
			!api.IsTrue(s.Conditions, api.ConditionIssuing) {
			return ""
		}
		return explain(s)
	})
	return b.status(name)
}

func explain(s *api.CertificateStatus) string {
	if s == nil {
		return "no status"
	}
	if len(s.Conditions) == 0 {
		return "no conditions yet"
	}
	var parts []string
	for _, c := range s.Conditions {
		parts = append(parts, fmt.Sprintf("%s=%s (%s: %s)", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(parts, " ")
}

func TestSandbox_OneCertificate(t *testing.T) {
	b := start(t, Options{})
	b.certificate("www", []string{"www.example.com"})
	s := b.ready("www")
	serials := b.CA.Serials("www.example.com")
	if len(serials) != 1 || s.Serial != serials[0] {
		t.Errorf("the CA issued %v, the status has %s", serials, s.Serial)
	}
	b.settled("www")
	b.checkMetrics("www")
	b.checkLog("www")
}
