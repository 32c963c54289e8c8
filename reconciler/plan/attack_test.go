package plan

import (
	"testing"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// What a forged, stale or swapped item could make the controller do, at the level of the decision. The same attacks run
// through the loop in reconciler/sim.

// foreignAt is a certificate of another record at the ARN that the status names.
func foreignAt(t *Target) {
	t.Found = installed(ownARN, leaf("f1", began, ends), place)
	t.Found.Tags[api.TagOwner] = table + "/victim"
}

// bareAt is a certificate that somebody imported by hand at the ARN that the status names.
func bareAt(t *Target) {
	t.Found = installed(ownARN, leaf("f1", began, ends), place)
	t.Found.Tags = nil
}

func forgedHints(t *Target) { t.Stored.Claimed, t.Stored.Imported, t.Stored.ARN = true, true, ownARN }

// harmless fails where the plan changes anything in ACM under an ARN.
func harmless(t *testing.T, in Input) Plan {
	t.Helper()
	p := Decide(in)
	switch p.Action {
	case Import, Tag, DeleteCertificate:
		if p.ARN != "" {
			t.Errorf("decided %+v", p)
		}
	case ClaimARN, ReleaseTarget:
		if p.PreviousOwner != "" {
			t.Errorf("decided %+v", p)
		}
	}
	return p
}

func TestAttack_ForgedARNReimport(t *testing.T) {
	for name, forged := range map[string]func(*Target){"another record's": foreignAt, "nobody's": bareAt} {
		in := kept(issuing(held(successor)), target(both(forged, forgedHints)))
		if p := harmless(t, in); p.Action == Import {
			t.Errorf("%s: decided %+v", name, p)
		}
		if v := newDraft(in).verdicts[0]; v.state != api.Unknown || v.reason != api.ReasonOwnershipUnproven {
			t.Errorf("%s: judged %+v", name, v)
		}
	}
}

func TestAttack_ForgedARNDelete(t *testing.T) {
	for name, forged := range map[string]func(*Target){"another record's": foreignAt, "nobody's": bareAt} {
		for way, in := range map[string]Input{
			"record deleted": kept(target(both(forged, forgedHints)), recordGone(api.Delete)),
			"target dropped": kept(spec(deleting), another(both(dropped, forged, forgedHints))),
		} {
			if p := harmless(t, in); p.Action == DeleteCertificate || p.Action == Tag {
				t.Errorf("%s, %s: decided %+v", name, way, p)
			}
		}
	}
}

func TestAttack_ForgedRetiredARNUntag(t *testing.T) {
	for name, c := range map[string]*api.Installed{
		"another record's": {ARN: otherARN, Type: "IMPORTED", Tags: map[string]string{api.TagOwner: table + "/victim", api.TagTarget: place}},
		"nobody's":         {ARN: otherARN, Type: "IMPORTED", Tags: map[string]string{"team": "web"}},
		"another target's": {ARN: otherARN, Type: "IMPORTED", Tags: map[string]string{api.TagOwner: owner, api.TagTarget: tokyo}},
	} {
		in := kept(target(func(t *Target) { t.Stored.RetiredARN, t.PredecessorARN, t.Predecessor = otherARN, otherARN, c }))
		p := harmless(t, in)
		if ts := Settle(in, p, Outcome{}).Status.Targets[0]; ts.RetiredARN != "" {
			t.Errorf("%s: it stays on record: %+v", name, ts)
		}
	}
	own := kept(target(func(t *Target) { t.Stored.RetiredARN, t.PredecessorARN, t.Predecessor = ownARN, ownARN, t.Found }))
	harmless(t, own)
}

func TestAttack_ForgedClaimed(t *testing.T) {
	named := func(change ...func(*Target)) Input {
		return kept(issuing(held(successor)), target(both(append([]func(*Target){named, tagsGone, func(t *Target) { t.Stored.Claimed = true }}, change...)...)))
	}
	if p := harmless(t, named()); p.Action != ClaimARN {
		t.Errorf("nobody has the claim: decided %+v", p)
	}
	if p := harmless(t, named(claimedBy("victim"))); p.Action != Wait || p.Reason != api.ReasonOwnedByAnother {
		t.Errorf("another has it: decided %+v", p)
	}
}

// TestAttack_StaleClaim: a claim of ours on what carries another record's tag counts for nothing, nor does our tag where
// another has the claim and the certificate is to be let go.
func TestAttack_StaleClaim(t *testing.T) {
	harmless(t, kept(issuing(held(successor)), target(both(foreignAt, forgedHints, claimedBy("www")))))
	in := kept(target(claimedBy("victim")), recordGone(api.Delete))
	if p := harmless(t, in); p.Action != Forget {
		t.Errorf("decided %+v", p)
	}
	if err := CheckClaim(ownARN, "victim", "www"); api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonOwnedByAnother {
		t.Errorf("the claim that changed meanwhile: %v", err)
	}
}

// TestDecide_NoPlanTouchesWhatIsNotProvedToBeOurs holds for every world, whatever its status says. The proof is written here
// once more, apart from ownership.go.
func TestDecide_NoPlanTouchesWhatIsNotProvedToBeOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		untouchable := func(arn string) string {
			for i := range in.Targets {
				at := &in.Targets[i]
				if at.Found != nil && at.Found.ARN == arn && at.Stored.Key == p.Target {
					tag, another := at.Found.Tags[api.TagOwner], at.ClaimedBy != "" && at.ClaimedBy != "www" && !at.ClaimGone
					if (tag == owner && !another) || (at.ClaimedBy == "www" && (tag == "" || (at.OwnerGone && !at.OwnerBusy))) {
						return ""
					}
					return "it is another's"
				}
				if q := at.Predecessor; p.Reason == api.ReasonRetired && q != nil && q.ARN == arn && at.Stored.Key == p.Target {
					if tag := q.Tags[api.TagOwner]; tag == owner || (tag == "" && at.PredecessorClaim == "www") {
						return ""
					}
					return "it is another's"
				}
			}
			return "it was not looked at"
		}
		if p.Action == Tag || p.Action == DeleteCertificate || (p.Action == Import && p.ARN != "") {
			if why := untouchable(p.ARN); why != "" {
				t.Fatalf("%s: %+v", why, p)
			}
		}
	})
}
