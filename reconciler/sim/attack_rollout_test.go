package sim

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// rollingOut returns a world in which the first wave of www has its second certificate, and record victim keeps its own.
func rollingOut(t *testing.T) *World {
	t.Helper()
	w := New(nil)
	inWaves("stop")(w)
	w.AllowedCertificates = 4
	w.certificate(victim, "domains", []any{"victim.example.com"}, "rollout", map[string]any{"on_failure": "stop"})
	w.Run(time.Hour)
	before := w.ACM.certs[w.waves[0].arn].Serial
	w.RunUntil(80*day, func() bool { return w.ACM.certs[w.waves[0].arn].Serial != before })
	if w.object(victim).Issuance == nil || w.object("www").Issuance == nil || w.object("www").Issuance.Kept == nil {
		t.Fatal("the test does not begin with two kept certificates")
	}
	return w
}

// forgeRollback forges the issuance of www, with that version, and lets certloop work.
func (w *World) forgeRollback(version int64, change func(*api.Issuance)) {
	keys := []string{"us-east-1", "ap-northeast-1", w.status(victim).ACMARN}
	w.Table.ForgeIssuance("www", func(i *api.Issuance) *api.Issuance {
		i.Rollback, i.Replaced = &api.Rollback{RolledBackAt: w.clock.now, Targets: keys, Message: "forged"}, keys
		i.Version += version
		change(i)
		return i
	})
	w.wake(certificateKey("www"), 0)
	w.Run(2 * time.Hour)
}

// wantOwn fails if a target of www or of the victim has a certificate that was not made for it.
func (w *World) wantOwn(t *testing.T) {
	t.Helper()
	for _, front := range w.waves {
		if leaf := w.ACM.certs[front.arn].Leaf; len(leaf.Domains) != 1 || leaf.Domains[0] != "www.example.com" {
			t.Errorf("%s has a certificate for %v", front.arn, leaf.Domains)
		}
	}
	if leaf := w.ACM.certs[w.status(victim).ACMARN].Leaf; len(leaf.Domains) != 1 || leaf.Domains[0] != "victim.example.com" {
		t.Errorf("the victim has a certificate for %v", leaf.Domains)
	}
}

// TestAttack_KeptCertificateOfAnother: the kept certificate of another record comes to no target of this one, whatever the versions are.
func TestAttack_KeptCertificateOfAnother(t *testing.T) {
	for _, version := range []int64{-1 << 40, -1, 0, 1, 1 << 40} {
		w := rollingOut(t)
		theirs := w.object(victim).Issuance.Kept
		w.forgeRollback(version, func(i *api.Issuance) { i.Kept = theirs })
		w.wantOwn(t)
		unharmed(t, w, victim)
	}
}

// TestAttack_RollbackOverAnother: www holds the chain of the victim's certificate, names its ARN, and has a rollback to its own older one.
func TestAttack_RollbackOverAnother(t *testing.T) {
	w := rollingOut(t)
	theirs := w.object(victim).Issuance.Kept
	w.forge("www", pointTo(w.status(victim).ACMARN))
	w.forgeRollback(0, func(i *api.Issuance) { i.Chain, i.PublicKeySHA256 = theirs.Chain, theirs.PublicKeySHA256 })
	w.wantOwn(t)
	unharmed(t, w, victim)
}

// TestAttack_RollbackOfWhatIsServed: a finished rollout is not rolled back by an issuance of before.
func TestAttack_RollbackOfWhatIsServed(t *testing.T) {
	w := rollingOut(t)
	early, newest := w.object("www").Issuance, w.ACM.certs[w.waves[0].arn].Serial
	w.Run(2 * day)
	for _, front := range w.waves {
		if w.ACM.certs[front.arn].Serial != newest {
			t.Fatal("the rollout is not finished")
		}
	}
	w.forgeRollback(0, func(i *api.Issuance) {
		version, rollback, replaced := i.Version, i.Rollback, i.Replaced
		*i = *early
		i.Version, i.Rollback, i.Replaced = version, rollback, replaced
	})
	for _, front := range w.waves {
		if serial := w.ACM.certs[front.arn].Serial; serial != newest {
			t.Errorf("%s has %s, and had %s", front.arn, serial, newest)
		}
	}
	unharmed(t, w, "www", victim)
}
