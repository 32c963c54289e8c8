package plan

import (
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// What a forged kept certificate, rollback or status of a rollout could make the controller do. TestAttack_… of reconciler/sim try the
// same in the loop.

// issuanceRead is the input after the forged issuance was read.
func issuanceRead(in Input) Input {
	in.Issuance = BelieveIssuance(in.Issuance, in.Now, in.Config)
	return in
}

// TestAttack_ForgedKeptCertificate: a chain that is not that of the kept key is put back nowhere.
func TestAttack_ForgedKeptCertificate(t *testing.T) {
	another := authorities.Issue(testca.Leaf{Names: []string{"victim.example.com"}, NotBefore: began, NotAfter: ends})
	for name, forge := range map[string]func(*api.KeptCertificate){
		"another's chain":  func(k *api.KeptCertificate) { k.Chain = another.Leaf + another.Chain },
		"no certificate":   func(k *api.KeptCertificate) { k.Chain = "-----BEGIN" },
		"an empty chain":   func(k *api.KeptCertificate) { k.Chain = "" },
		"another's digest": func(k *api.KeptCertificate) { k.PublicKeySHA256 = asked(another).PublicKeySHA256 },
		"no key":           func(k *api.KeptCertificate) { k.SealedKey = nil },
	} {
		in := inWaves(alsoIssuing(backAt(place), func(i *api.Issuance) { forge(i.Kept) }))
		in.Issuance.Chain = "" // what is held is not what this is about, and would be compared with its chain
		got := issuanceRead(in).Issuance
		if got.Kept != nil || got.Rollback != nil {
			t.Errorf("%s: %+v is believed", name, got)
		}
		if p := Decide(in.with(alsoIssuing(func(i *api.Issuance) { *i = *got; held(successor)(i) }))); p.PutBack {
			t.Errorf("%s: decided %+v", name, p)
		}
	}
}

// TestAttack_ForgedRollback: a rollback that was never decided replaces neither what is another's, nor a newer certificate, nor one that
// visitors get everywhere.
func TestAttack_ForgedRollback(t *testing.T) {
	forged := alsoIssuing(backAt(place, tokyo, otherARN), replacedAt(place, tokyo, otherARN))
	another := func(forge func(*Target)) option {
		return target(func(t *Target) {
			found := *t.Found
			forge(t)
			t.Found.Leaf, t.Found.ImportedAt = found.Leaf, found.ImportedAt
		})
	}
	for name, in := range map[string]Input{
		"another record's":        inWaves(forged, another(foreignAt), target(forgedHints)),
		"nobody's":                inWaves(forged, another(bareAt), target(forgedHints)),
		"a newer certificate":     inWaves(forged, target(holds(leaf("c3", now, ends)))),
		"proved everywhere":       everywhere(forged),
		"of a deleted record":     inWaves(forged, recordGone(api.Retain)),
		"without a kept one":      inWaves(forged, alsoIssuing(func(i *api.Issuance) { i.Kept = nil })),
		"of a record without one": inWaves(forged, spec(func(c *api.Certificate) { c.Rollout = nil })),
	} {
		if p := Decide(in); p.PutBack {
			t.Errorf("%s: decided %+v", name, p)
		}
	}
}

// TestAttack_ForgedRollbackTime: a rollback that lies ahead is dated as if it had no time, and changes nothing else.
func TestAttack_ForgedRollbackTime(t *testing.T) {
	in := inWaves(alsoIssuing(backAt(place), func(i *api.Issuance) { i.Rollback.RolledBackAt, i.Chain = now.Add(9000*day), "" }))
	if at := issuanceRead(in).Issuance.Rollback.RolledBackAt; !at.IsZero() {
		t.Errorf("it is believed: %s", at)
	}
}

// TestAttack_ForgedRolloutStatus: what the status says of a rollout decides nothing.
func TestAttack_ForgedRolloutStatus(t *testing.T) {
	for name, in := range map[string]Input{"under way": inWaves(), "rolled back": inWaves(alsoIssuing(backAt(place)))} {
		honest := Decide(in)
		for _, state := range []api.RolloutState{api.RolloutProgressing, api.RolloutStopped, api.RolloutRollingBack, api.RolloutRolledBack, "Forged"} {
			got := Decide(in.with(status(func(s *api.CertificateStatus) {
				s.Rollout = &api.RolloutStatus{State: state, Serial: "b2", Wave: -1, Waves: 1 << 40, CanRollBack: true, Message: "forged"}
			})))
			if got.Action != honest.Action || got.Target != honest.Target || got.PutBack != honest.PutBack {
				t.Errorf("%s: %s makes it decide %+v", name, state, got)
			}
		}
	}
}

// TestAttack_ForgedImportTime: what ACM says of the import decides, not what the status says.
func TestAttack_ForgedImportTime(t *testing.T) {
	in := inWaves(target(func(t *Target) { t.Stored.ImportedAt = now.Add(-100 * day) }))
	if p := harmless(t, in); p.Action == Import && p.Target == tokyo {
		t.Errorf("the second wave begins %s after the first: %+v", now.Sub(in.Targets[0].Found.ImportedAt).Truncate(time.Second), p)
	}
}
