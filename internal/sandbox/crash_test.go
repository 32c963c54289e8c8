package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"certloop/internal/sandbox/pebble"
	acmfake "certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

// startCrashing starts a sandbox whose function is killed at chosen moments, and whose leases end soon.
func startCrashing(t *testing.T) (*box, *killer) {
	k := &killer{}
	o := Options{Concurrency: 6, Env: []string{
		"CERTLOOP_EFFECT_TIMEOUT=3s", "CERTLOOP_CLOCK_SKEW=1s", "CERTLOOP_IMPORT_GRACE=5s"}}
	o.CA.Intercept = k.intercept(func(r *http.Request, _ call) string { return string(pebble.KindOf(r)) })
	o.EABCA.Intercept = k.intercept(func(r *http.Request, _ call) string { return "bound " + string(pebble.KindOf(r)) })
	o.Intercept = k.intercept(func(_ *http.Request, c call) string { return c.Operation })
	b := start(t, o)
	k.kill = func() { b.Function.Kill() }
	b.registered("default")
	return b, k
}

// drive invokes the function for each record until all are Ready, and again after a crash, as a waiting user does.
// Otherwise the queue brings the record back after its visibility timeout.
func (b *box) drive(k *killer, names ...string) {
	b.t.Helper()
	event := func(name string) string {
		return fmt.Sprintf(`{"action":"reconcile","names":[%q],"wait":"20s","require":"Ready"}`, name)
	}
	b.eventually(fmt.Sprintf("%v become Ready, however often the function crashes", names), func() string {
		errs := make([]error, len(names))
		var all sync.WaitGroup
		for i, name := range names {
			all.Go(func() { _, errs[i] = b.invoke(event(name)) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return fmt.Sprintf("%v; it has crashed at %v", err, k.came())
		}
		return ""
	})
}

func TestSandbox_FunctionCrashes(t *testing.T) {
	t.Parallel()
	b, k := startCrashing(t)
	t.Run("between the registration and its save: the EAB credential is presented once", func(t *testing.T) {
		b.on(t).crashWhileRegistering(k)
	})
	t.Run("in every stage of an issuance: one certificate and one import per target", func(t *testing.T) {
		b.on(t).crashWhileIssuing(k)
	})
	t.Run("not at all, but ACM's reply to an import is lost: it is not repeated", func(t *testing.T) {
		b := b.on(t)
		b.ACM.Fail("ImportCertificate", 1, acmfake.Fault{After: true, Drop: true})
		b.certificate("lost", []string{"lost.example.com"})
		b.drive(k, "lost")
		s := b.installed("lost", b.CA, "lost.example.com")
		b.imported(s.ACMARN, 1)
		b.one("lost")
	})
}

// crashWhileRegistering has two first certificates wait for an account whose registration is not saved, and a third one
// come later.
func (b *box) crashWhileRegistering(k *killer) {
	k.at(moment{what: "registered", kind: "bound " + string(pebble.NewAccount)})
	b.account("eab", b.EABCA, "eab_secret_arn", b.EABSecretARN)
	names := []string{"first", "second", "third"}
	for _, name := range names[:2] {
		b.certificate(name, []string{name + ".example.com"}, "account", "eab")
	}
	b.drive(k, names[:2]...)
	b.certificate("third", []string{"third.example.com"}, "account", "eab")
	b.drive(k, "third")
	if came := k.came(); !slices.Equal(came, []string{"registered"}) {
		b.t.Errorf("the function crashed at %v", came)
	}
	for _, name := range names {
		b.installed(name, b.EABCA, name+".example.com")
	}
	registrations := b.EABCA.Registrations()
	if n := b.EABCA.Presented(EABKeyID); n != 1 || len(registrations) != 1 || registrations[0].KID != EABKeyID {
		b.t.Errorf("the credential was presented %d times, the registrations are %+v", n, registrations)
	}
	if s, err := b.AccountStatus(b.t.Context(), "eab"); err != nil || !s.IsReady() || s.URI != registrations[0].URL {
		b.t.Errorf("the account is %+v, %v", s, err)
	}
}

func (b *box) crashWhileIssuing(k *killer) {
	stages := []moment{
		{what: "key sealed", kind: "Encrypt"},
		{what: "ordered", kind: string(pebble.NewOrder)},
		// The loop polls a change without a known ID once a minute. This one is still to come.
		{what: "values on their way", kind: "ChangeResourceRecordSets", body: "mortal", before: true},
		{what: "challenges accepted", kind: string(pebble.Challenge)},
		{what: "finalized", kind: string(pebble.Finalize)},
		{what: "certificate sent", kind: string(pebble.Certificate)},
		{what: "import saved", kind: "TransactWriteItems", body: "Imported", before: true},
		{what: "imported", kind: "ImportCertificate"},
	}
	before := len(k.came())
	k.at(stages...)
	b.certificate("mortal", []string{"mortal.example.com", "*.mortal.example.com"},
		"targets", []map[string]any{{"region": Region}, {"region": "eu-west-1"}})
	b.drive(k, "mortal")
	if came := k.came(); len(came)-before != len(stages) {
		b.t.Errorf("the function crashed at %v", came)
	}
	s := b.installed("mortal", b.CA, "mortal.example.com", "*.mortal.example.com")
	if len(s.Targets) != 2 {
		b.t.Errorf("the targets are %+v", s.Targets)
	}
	for _, t := range s.Targets {
		b.imported(t.ARN, 1)
	}
	b.one("mortal")
}

// registered waits until the account is Ready.
func (b *box) registered(account string) {
	b.t.Helper()
	b.eventually("account "+account+" is registered", func() string {
		if s, err := b.AccountStatus(b.t.Context(), account); err != nil || !s.IsReady() {
			return fmt.Sprint(s, err)
		}
		return ""
	})
}

// one checks that each target of the record has one certificate in ACM, found by its tags.
func (b *box) one(name string) {
	b.t.Helper()
	found := map[string][]string{}
	for _, c := range b.ACM.All() {
		if c.Tags[api.TagOwner] == api.Owner(b.TableARN, name) {
			found[c.Tags[api.TagTarget]] = append(found[c.Tags[api.TagTarget]], c.ARN)
		}
	}
	for target, arns := range found {
		if len(arns) != 1 {
			b.t.Errorf("target %s of %s has %s", target, name, strings.Join(arns, ", "))
		}
	}
	if len(found) != len(b.status(name).Targets) {
		b.t.Errorf("the certificates of %s are %v", name, found)
	}
}
