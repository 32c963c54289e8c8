package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// rest settles a rest, whatever would be decided: what was seen is on record then.
func rest(in Input) Settled {
	return Settle(in, *wait(in.Now.Add(time.Hour), api.ReasonNotNeeded, ""), Outcome{})
}

func listedNow(t *Target) { t.Listed = true }

func TestSettle_TheMarkOfAnImportGoesWhenItIsKnownWhatBecameOfIt(t *testing.T) {
	begun, over := now.Add(-time.Minute), now.Add(-5*time.Minute)
	marked := func(begun time.Time, changes ...func(*api.Issuance)) option {
		return issuing(append(changes, imports(begun))...)
	}
	placeholder := both(selfSigned, tagged(map[string]string{api.TagPlaceholder: "true"}))
	for sentence, c := range map[string]struct {
		in     Input
		marked bool
	}{
		"it may still show up":                                {fresh(marked(begun)), true},
		"it did not, in all the time it had":                  {fresh(marked(over)), false},
		"a held chain that did not is imported again instead": {fresh(marked(over, held(successor))), true},
		"what is there was found by its ARN alone":            {kept(marked(begun)), true},
		"what is there was found by its tags":                 {kept(target(listedNow), marked(begun)), false},
		"that is the predecessor of what was imported":        {kept(target(listedNow), marked(begun, held(successor))), true},
		"that is what was imported":                           {kept(target(both(holds(successor), listedNow)), marked(begun, held(successor))), false},
		"that is a placeholder, which was imported before":    {kept(target(both(placeholder, listedNow)), marked(begun, held(successor))), false},
		"the target cannot be seen":                           {fresh(target(blind), marked(over)), true},
	} {
		t.Run(sentence, func(t *testing.T) {
			iss := rest(c.in).Issuance
			if got := !iss.Imports[place].IsZero(); got != c.marked {
				t.Errorf("marked: %v, want %v", got, c.marked)
			}
			if !c.marked && iss.Imports != nil {
				t.Errorf("an empty map is left, which the table gives back as none")
			}
		})
	}
}

func TestSettle_WhatIsSeenOfATarget(t *testing.T) {
	for sentence, c := range map[string]struct {
		in    Input
		check func(api.TargetStatus) bool
	}{
		"its facts": {kept(target(holds(successor))), func(ts api.TargetStatus) bool {
			return ts.Serial == "b2" && ts.NotAfter.Equal(successor.NotAfter) && ts.ARN == ownARN && ts.State == api.Satisfies
		}},
		"that it is missing, and which it was": {kept(target(missing)), func(ts api.TargetStatus) bool {
			return ts.State == api.Lacks && ts.Reason == api.ReasonMissing && ts.ARN == ownARN && ts.Serial == "a1"
		}},
		"nothing but that it was not": {kept(target(blind)), func(ts api.TargetStatus) bool {
			return ts.State == api.Unknown && ts.Reason == api.ReasonTargetAccessDenied && ts.Serial == "a1"
		}},
		"by its tags, that it came from our import": {kept(target(func(t *Target) { t.Stored.Imported = false })), func(ts api.TargetStatus) bool { return ts.Imported }},
		"never of a named one":                      {kept(target(named)), func(ts api.TargetStatus) bool { return !ts.Imported }},
		"nor of one with another's tag":             {kept(target(both(ownedBySomebody, func(t *Target) { t.Stored.Imported = false }))), func(ts api.TargetStatus) bool { return !ts.Imported }},
		"nor of one that was adopted":               {kept(target(both(tagged(map[string]string{api.TagAdopted: "true"}), func(t *Target) { t.Stored.Imported = false }))), func(ts api.TargetStatus) bool { return !ts.Imported }},
		"why its import was refused, rather than that it is missing": {fresh(target(refusing(now.Add(time.Hour)))), func(ts api.TargetStatus) bool {
			return ts.Reason == api.ReasonQuotaExceeded && ts.State == api.Lacks
		}},
		"who keeps it, by its tag":            {kept(target(both(named, ownedBySomebody))), func(ts api.TargetStatus) bool { return ts.BlockedBy == "api" }},
		"who keeps it, in another deployment": {kept(target(both(named, func(t *Target) { t.Found.Tags[api.TagOwner] = table + "2/api" }))), func(ts api.TargetStatus) bool { return ts.BlockedBy == table+"2/api" }},
		"who keeps it, by the claim":          {kept(target(both(named, tagsGone, claimedBy("web")))), func(ts api.TargetStatus) bool { return ts.BlockedBy == "web" }},
		"that nobody keeps it any more":       {kept(target(both(named, func(t *Target) { t.Stored.BlockedBy = "web" }))), func(ts api.TargetStatus) bool { return ts.BlockedBy == "" }},
		"where it lies now":                   {kept(target(func(t *Target) { t.RoleARN = "another role" })), func(ts api.TargetStatus) bool { return ts.RoleARN == "another role" }},
		"since when it is dropped":            {kept(another(asIs), target(dropped)), func(ts api.TargetStatus) bool { return ts.DroppedSince.Equal(now) }},
		"once":                                {kept(another(asIs), target(both(dropped, func(t *Target) { t.Stored.DroppedSince = began }))), func(ts api.TargetStatus) bool { return ts.DroppedSince.Equal(began) }},
		"that it is back":                     {kept(target(func(t *Target) { t.Stored.DroppedSince = began })), func(ts api.TargetStatus) bool { return ts.DroppedSince.IsZero() }},
	} {
		t.Run(sentence, func(t *testing.T) {
			if ts := rest(c.in).Status.Targets[0]; !c.check(ts) {
				t.Errorf("target %+v", ts)
			}
		})
	}
}

func TestSettle_TheCertificateThatEndsFirstIsTheOneToRenew(t *testing.T) {
	first := leaf("c3", began, now.Add(day))
	in := kept(another(holds(first)))
	got := rest(in).Status
	if got.Serial != "c3" || !got.NotAfter.Equal(first.NotAfter) || got.ACMARN != ownARN {
		t.Errorf("serial %s until %s at %s", got.Serial, got.NotAfter, got.ACMARN)
	}
	if Decide(in).Action != MakeKey {
		t.Errorf("decided %+v", Decide(in))
	}
	unfit := kept(another(both(holds(first), domains("api.example.com"))))
	if got := rest(unfit).Status; got.Serial != "a1" {
		t.Errorf("one that does not satisfy is taken for it: %s", got.Serial)
	}
}

func TestSettle_WhoIssuedACertificateIsKnownOnlyOfOurs(t *testing.T) {
	ours := rest(kept(target(holds(successor)), issuing(held(successor), func(i *api.Issuance) { i.Profile = "tlsserver" }))).Status
	if ours.Account != "default" || ours.Directory != dir || ours.Profile != "tlsserver" || ours.ARI == nil || ours.ARI.CertID != "aki.b2" {
		t.Errorf("of ours: %q at %q by %q, %+v", ours.Account, ours.Directory, ours.Profile, ours.ARI)
	}
	without := rest(kept(target(holds(successor)), issuing(held(successor), func(i *api.Issuance) { i.CertID = "" }))).Status
	if without.ARI != nil {
		t.Errorf("of one without an authority key identifier: %+v", without.ARI)
	}
	same := rest(kept(asks(now))).Status
	if same.Account != "default" || same.ARI == nil {
		t.Errorf("of the one in place: %q, %+v", same.Account, same.ARI)
	}
	serial := leaf("b2", began, ends)
	serial.FingerprintSHA256 = "another CA's"
	alike := rest(kept(target(holds(serial)), issuing(held(successor)))).Status
	if alike.Account != "" || alike.ARI != nil {
		t.Errorf("of another CA's with the same serial: %q, %+v", alike.Account, alike.ARI)
	}
}
