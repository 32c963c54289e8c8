package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/setup"
	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// visited is a record, and the service that visitors of its name reach.
type visited struct {
	*box
	*fronts.Front
	name, host string
	// arn is where ACM holds the certificate.
	arn string
}

// open opens a service on loopback addresses.
func (b *box) open(addresses ...string) *fronts.Front {
	b.t.Helper()
	f, err := b.Fronts.Open(addresses...)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// hasIPv6 skips a test where the machine has no IPv6 loopback address.
func hasIPv6(t *testing.T) {
	t.Helper()
	site, err := tlsfront.Listen("::1")
	if err != nil {
		setup.Missing(t, "the address ::1", err)
	}
	site.Close()
}

// visit opens a service on loopback addresses, lets www.<name>.example.com lead to it, and waits until the record's
// certificate for that name is in ACM. The service does not use it yet. The record has a wildcard, so that nothing is probed
// at port 443, which tests may not listen on.
func (b *box) visit(name string, addresses ...string) *visited {
	b.t.Helper()
	v := &visited{box: b, Front: b.open(addresses...), name: name, host: "www." + name + ".example.com"}
	b.pointTo(v.host, addresses...)
	b.certificate(name, []string{"*." + name + ".example.com"},
		"probe", map[string]any{"endpoints": []any{map[string]any{"host": v.host, "port": v.Port}}})
	v.arn = b.ready(name).ACMARN
	return v
}

func (b *box) pointTo(name string, addresses ...string) {
	b.t.Helper()
	if err := b.PointTo(b.t.Context(), b.ZoneIDs["example.com"], name, addresses...); err != nil {
		b.t.Fatal(err)
	}
}

// somebodyElses is a certificate of another CA for other names.
func somebodyElses() testca.Issued {
	return testca.New(testca.Options{Name: "Somebody Else", Intermediates: 1}).Issue(testca.Leaf{Names: []string{"other.example.net"}})
}

// renew issues another certificate and imports it under the same ARN.
func (v *visited) renew(token string) {
	v.t.Helper()
	v.mustInsist(v.name, fmt.Sprintf(`,"force":%q`, token))
}

// importedEarlier makes the last import look two hours old, which is longer than services may take to serve it.
func (v *visited) importedEarlier() {
	v.t.Helper()
	v.ACM.Backdate(v.arn, 2*time.Hour)
	v.eventually("the loop sees when "+v.name+" was imported", func() string {
		v.mustInvoke(fmt.Sprintf(`{"action":"reconcile","names":[%q]}`, v.name))
		if s := v.status(v.name); time.Since(s.Targets[0].ImportedAt) < 90*time.Minute {
			return fmt.Sprintf("it has version %d and %+v", s.Version, s.Targets)
		}
		return ""
	})
}

// servedAs waits until the endpoints are seen in these states, such as "www.example.com IPv4 127.0.0.1 Current", and the loop
// has set the condition to that. It returns both.
func (b *box) servedAs(name string, status api.ConditionStatus, reason api.Reason, want ...string) (*api.ServedStatus, api.Condition) {
	b.t.Helper()
	var served *api.ServedStatus
	var c api.Condition
	b.eventually(fmt.Sprintf("%s is served as %s (%s) %v", name, status, reason, want), func() string {
		err := b.ProbeNow(b.t.Context(), name)
		if err != nil {
			b.t.Fatal(err)
		}
		if served, err = b.Served(b.t.Context(), name); err != nil {
			b.t.Fatal(err)
		}
		if status := b.status(name); status != nil {
			c, _ = api.GetCondition(status.Conditions, api.ConditionServed)
		}
		if got := states(served); c.Status != status || c.Reason != reason || strings.Join(got, ", ") != strings.Join(want, ", ") {
			return fmt.Sprintf("it is %v, Served=%s (%s: %s)", got, c.Status, c.Reason, c.Message)
		}
		return ""
	})
	return served, c
}

// serves is servedAs of a record with one endpoint, whose name is left out.
func (v *visited) serves(status api.ConditionStatus, reason api.Reason, want ...string) (*api.ServedStatus, api.Condition) {
	v.t.Helper()
	for i := range want {
		want[i] = v.host + " " + want[i]
	}
	return v.servedAs(v.name, status, reason, want...)
}

func states(s *api.ServedStatus) (all []string) {
	if s == nil {
		return nil
	}
	for _, e := range s.Endpoints {
		all = append(all, strings.Join(strings.Fields(fmt.Sprint(e.Host, " ", e.Family, " ", e.Address, " ", e.State)), " "))
	}
	return all
}

// mails returns how many mails about the record so far have a subject that begins like that.
func (b *box) mails(name, subject string) (n int) {
	b.t.Helper()
	b.fetch()
	for _, m := range b.mailOf(name) {
		if strings.HasPrefix(m.Subject, subject) {
			n++
		}
	}
	return n
}

// noticed checks that the notices NotServed and Served about the record were each mailed that often, once all are sent.
func (b *box) noticed(name string, notServed, served int) {
	b.t.Helper()
	b.eventually("the notices about "+name+" are sent", func() string {
		if n := len(b.status(name).Outbox); n > 0 {
			return fmt.Sprintf("%d are not", n)
		}
		return ""
	})
	b.eventually("the mails about "+name+" arrive", func() string {
		not, again := b.mails(name, "certloop: NOT SERVED "), b.mails(name, "certloop: served ")
		if not < notServed || again < served {
			return fmt.Sprintf("%d and %d, want %d and %d", not, again, notServed, served)
		}
		if not > notServed || again > served {
			b.t.Errorf("%d mails NOT SERVED and %d mails served, want %d and %d", not, again, notServed, served)
		}
		return ""
	})
}
