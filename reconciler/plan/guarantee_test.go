package plan

import (
	"maps"
	"slices"
	"testing"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// decided draws worlds until one of the actions is decided on.
func decided(t *rapid.T, actions ...Action) (Input, Plan, *draft) {
	return decidedWhere(t, func(*Input) {}, actions...)
}

// decidedWhere draws worlds that are changed alike.
func decidedWhere(t *rapid.T, change func(*Input), actions ...Action) (Input, Plan, *draft) {
	for range 100 {
		in := anyWorld.Draw(t, "world").Input
		change(&in)
		if p := Decide(in); slices.Contains(actions, p.Action) {
			return in, p, newDraft(in)
		}
	}
	t.Skip("something else is decided, a hundred times")
	panic("unreachable")
}

// mayDeleteAll takes away what comes before a deletion.
func mayDeleteAll(in *Input) {
	in.Stored.DeletionPolicy, in.Stored.ClaimID, in.Issuance = api.Delete, "", nil
	if in.Spec != nil {
		in.Spec.DeletionPolicy = api.Delete
	}
}

func TestDecide_NothingForeignIsDeleted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p, s := decidedWhere(t, mayDeleteAll, DeleteCertificate)
		target, _ := s.target(p.Target)
		switch f := target.Found; {
		case f == nil || f.ARN != p.ARN:
			t.Fatalf("%s was not seen", p.ARN)
		case f.Tags[api.TagOwner] != owner || f.Tags[api.TagAdopted] != "" || target.named() || len(f.InUseBy) > 0:
			t.Fatalf("%+v is not ours, or in use", f)
		case s.next.DeletionPolicy != api.Delete || (target.Wanted && s.HasRecord):
			t.Fatalf("nobody asked for it")
		}
		for _, other := range s.Targets {
			if other.Wanted && arnOf(&s.facts, &other) == p.ARN {
				t.Fatalf("target %s needs it", other.Stored.Key)
			}
		}
	})
}

func TestDecide_OnlyOurTagsAreTouched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p, s := decided(t, Tag)
		target, _ := s.target(p.Target)
		retired := p.Reason == api.ReasonRetired && target.Predecessor != nil && p.ARN == target.Predecessor.ARN
		if !retired && (target.Found == nil || p.ARN != target.Found.ARN) {
			t.Fatalf("%s is not the target's", p.ARN)
		}
		ours := append([]string{api.TagOwner, api.TagTarget, api.TagAdopted, api.TagRetired, api.TagPlaceholder}, target.Stored.TagKeys...)
		for _, key := range slices.Concat(p.Unset, slices.Collect(maps.Keys(p.Set))) {
			if _, wanted := s.Spec.Tags[key]; !wanted && !slices.Contains(ours, key) {
				t.Fatalf("the tag %s is not ours", key)
			}
			if _, set := p.Set[key]; set && slices.Contains(p.Unset, key) {
				t.Fatalf("the tag %s is set and removed", key)
			}
		}
	})
}

func TestDecide_ANamedCertificateIsTouchedOnlyOnceItIsOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p, s := decided(t, Tag, Import)
		target, verdict := s.target(p.Target)
		if target.Wanted && target.named() && (!s.owns(target) || verdict.blocked) {
			t.Fatalf("%s is not ours, and is to be changed: %+v", target.ACMARN, p)
		}
		if p.Action == Import && target.named() && p.ARN != target.ACMARN {
			t.Fatalf("%s is named, and %s is imported to", target.ACMARN, p.ARN)
		}
	})
}

// TestDecide_OnlyWhatIsKnownToLackIsMade: what cannot be seen is no reason, nor what can never be taken.
func TestDecide_OnlyWhatIsKnownToLackIsMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, p, s := decided(t, MakeKey, NewOrder, Publish, Accept, Finalize, Download)
		if in.Spec == nil || in.Spec.Suspend || !in.Account.Ready || s.digest == "" || s.held() {
			t.Fatalf("%s where nothing may be made, or is made already", p.Action)
		}
		lacking, unseen := 0, 0
		for i, v := range s.verdicts {
			switch {
			case in.Targets[i].Wanted && v.state == api.Lacks && !v.blocked:
				lacking++
			case in.Targets[i].Wanted && v.state == api.Unknown:
				unseen++
			}
		}
		same := s.next.IssuanceDigest == s.digest
		due := s.primary != nil && !now.Before(s.renewAt)
		if lacking == 0 && same && !due && !s.latched() {
			t.Fatalf("%s, and no target lacks anything (%d cannot be seen)", p.Action, unseen)
		}
	})
}

// TestDecide_OnlyTheHeldChainForThePresentDigestIsImported, and only where it is lacked.
func TestDecide_OnlyTheHeldChainForThePresentDigestIsImported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, p, s := decided(t, Import)
		target, verdict := s.target(p.Target)
		switch {
		case in.Issuance.Chain == "" || in.Issuance.Digest != s.digest || now.Before(in.Issuance.NotBefore):
			t.Fatalf("it is not to be imported")
		case !target.Wanted || verdict.state == api.Unknown || verdict.blocked:
			t.Fatalf("not there: %+v", verdict)
		case target.Found != nil && target.Found.FingerprintSHA256 == in.Issuance.FingerprintSHA256:
			t.Fatalf("it is there already")
		case p.ARN != "" && target.Found.KeyType != in.Issuance.KeyType:
			t.Fatalf("ACM takes no other key type at %s", p.ARN)
		case p.ARN != "" && len(p.Set) > 0:
			t.Fatalf("ACM takes no tags with a re-import")
		case p.ARN == "" && p.Set[api.TagOwner] != owner:
			t.Fatalf("without its tags nobody finds it again: %v", p.Set)
		}
	})
}

// TestDecide_NothingHappensThatNobodyAskedFor: under a lease, for an invalid record and for a suspended one there is no effect
// but notices, and for a suspended one the removal of TXT values.
func TestDecide_NothingHappensThatNobodyAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		leased := in.Stored.ClaimID != "" && now.Before(in.Stored.LeaseUntil)
		resting := in.HasRecord && (in.Spec == nil || in.Spec.Suspend)
		switch {
		case leased && !p.Passive():
			t.Fatalf("%+v under another's lease", p)
		case resting && p.Action == CleanDNS && in.Spec != nil:
		case resting && !p.Passive() && p.Action != Notify:
			t.Fatalf("%+v for a record that rests", p)
		case p.Passive() && !p.At.IsZero() && !p.At.After(now):
			t.Fatalf("%+v waits for what is over", p)
		}
	})
}
