package plan

import (
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// Row 4: what is there is brought in line with the record, before anything is made.

func deleting(c *api.Certificate) { c.DeletionPolicy = api.Delete }

const tokyo = "ap-northeast-1"

var untag = Plan{
	Action: Tag, Reason: api.ReasonTargetDropped, Target: tokyo, ARN: otherARN,
	Unset: []string{api.TagOwner, api.TagTarget, api.TagAdopted},
}

var releaseTokyo = Plan{Action: ReleaseTarget, Reason: api.ReasonTargetDropped, Target: tokyo, ARN: otherARN}

func both(changes ...func(*Target)) func(*Target) {
	return func(t *Target) {
		for _, c := range changes {
			c(t)
		}
	}
}

var dropTargetCases = map[string]expected{
	"the certificate of a target that left the record is deleted, where the policy says so": {
		kept(spec(deleting), another(dropped)),
		Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: tokyo, ARN: otherARN},
	},
	"also where an import pauses": {
		kept(spec(deleting), another(both(dropped, importPauses))),
		Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: tokyo, ARN: otherARN},
	},
	"else our tags are taken off": {kept(another(dropped)), untag},
	"and then it is forgotten": {
		kept(another(both(dropped, func(t *Target) { t.Found.Tags = nil }))), releaseTokyo,
	},
	"one that is gone already is forgotten": {kept(another(both(dropped, missing))), releaseTokyo},
	"one that carries another's tag keeps it": {
		kept(another(both(dropped, func(t *Target) { t.Found.Tags[api.TagOwner] = table + "/api" }))), releaseTokyo,
	},
	"one that refuses to be seen is forgotten, where it stays anyway": {kept(another(both(dropped, blind))), releaseTokyo},
	"one whose tags cannot be taken off is forgotten after three attempts": {
		kept(another(both(dropped, func(t *Target) { t.Stored.TagFailures = 3 }))), releaseTokyo,
	},
	"one pauses and holds no other up": {
		kept(another(dropped), another(both(dropped, func(t *Target) { t.Stored.Key = "eu-west-1" })), nthTarget(1, func(t *Target) {
			t.Stored.TagFailures, t.Stored.NextTagAt = 1, now.Add(time.Minute)
		})),
		Plan{Action: Tag, Reason: api.ReasonTargetDropped, Target: "eu-west-1", ARN: otherARN, Unset: untag.Unset},
	},
	"one that another target names keeps our tags": {
		kept(target(named), another(both(dropped, func(t *Target) {
			t.Found, t.Stored.ARN, t.Stored.Imported = installed(ownARN, leaf("a1", began, ends), tokyo), ownARN, true
		}))),
		Plan{Action: ReleaseTarget, Reason: api.ReasonTargetDropped, Target: tokyo, ARN: ownARN, KeepClaim: true},
	},
	"and is not deleted either": {
		kept(spec(deleting), target(named), another(both(dropped, func(t *Target) {
			t.Found, t.Stored.ARN, t.Stored.Imported = installed(ownARN, leaf("a1", began, ends), tokyo), ownARN, true
		}))),
		Plan{Action: ReleaseTarget, Reason: api.ReasonTargetDropped, Target: tokyo, ARN: ownARN, KeepClaim: true},
	},
	"after seven days it is given up": {
		kept(spec(deleting), another(both(dropped, func(t *Target) {
			t.Found.InUseBy, t.Stored.DroppedSince = []string{"listener"}, now.Add(-7*day)
		}))),
		Plan{Action: ReleaseTarget, Reason: api.ReasonGaveUp, Target: tokyo, ARN: otherARN},
	},
}

// claimFailed is an untagged certificate whose claim the table refused.
func claimFailed(until time.Time) func(*Target) {
	return both(unclaimed, holds(leaf("a1", began, ends)), func(t *Target) {
		t.Found.Tags, t.Stored.Failures, t.Stored.NextAttemptAt = nil, 1, until
		t.Stored.Reason, t.Stored.Message = api.ReasonTargetUnknown, "no answer"
	})
}

var claimCases = map[string]expected{
	"a named ARN is claimed before anything is done to it": {
		fresh(target(both(unclaimed, holds(leaf("a1", began, ends))))),
		Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: ownARN, ARN: ownARN},
	},
	"a claim that failed is tried again after its pause": {
		fresh(target(claimFailed(now))), Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: ownARN, ARN: ownARN},
	},
	"what we imported is claimed, too": {kept(target(notClaimed)), claimOwn},
	"a claim that only the status knows of is written again": {
		kept(target(both(named, tagsGone))), Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: ownARN, ARN: ownARN},
	},
	"an owner whose record is gone may be replaced": {
		fresh(target(both(unclaimed, holds(leaf("a1", began, ends)), func(t *Target) {
			t.Found.Tags[api.TagOwner], t.OwnerGone, t.ClaimedBy, t.ClaimGone = table+"/old", true, "old", true
		}))),
		Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: ownARN, ARN: ownARN, PreviousOwner: "old"},
	},
}

var claimOwn = Plan{Action: ClaimARN, Reason: api.ReasonImporting, Target: place, ARN: ownARN}

// known is a target whose certificate is on record, with its claim.
func known(t *Target) { t.Stored.Claimed, t.Stored.ARN = true, t.Found.ARN }

func notClaimed(t *Target) { t.Stored.Claimed = false }

func tagged(changes map[string]string) func(*Target) {
	return func(t *Target) {
		tags := map[string]string{}
		for k, v := range t.Found.Tags {
			tags[k] = v
		}
		for k, v := range changes {
			tags[k] = v
		}
		t.Found.Tags = tags
	}
}

func peoplesTags(tags map[string]string) option {
	return spec(func(c *api.Certificate) { c.Tags = tags })
}

// leftBehind is a target whose predecessor, of another key type, is still to be marked.
func leftBehind(t *Target) {
	t.Stored.RetiredARN, t.PredecessorARN, t.Predecessor = otherARN, otherARN, installed(otherARN, leaf("a0", began, ends), t.Stored.Key)
}

var tagCases = map[string]expected{
	"an adopted certificate is marked as ours, and as adopted": {
		kept(target(both(named, claimedBy("www"), func(t *Target) { t.Found.Tags = map[string]string{"team": "web"} }))),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: ownARN, ARN: ownARN,
			Set: map[string]string{api.TagOwner: owner, api.TagTarget: ownARN, api.TagAdopted: "true"}},
	},
	"one that is suddenly not marked as ours is marked again": {
		kept(target(both(tagsGone, claimedBy("www")))),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: place, ARN: ownARN,
			Set: map[string]string{api.TagOwner: owner, api.TagTarget: place}},
	},
	"people's tags are set": {
		kept(peoplesTags(map[string]string{"team": "web", "env": "prod"}), target(tagged(map[string]string{"team": "db", "env": "prod"}))),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: place, ARN: ownARN, Set: map[string]string{"team": "web"}},
	},
	"those they took out of the record are removed, and nobody else's": {
		kept(peoplesTags(map[string]string{"env": "prod"}), target(both(
			tagged(map[string]string{"team": "web", "env": "prod", "cost": "42"}),
			func(t *Target) { t.Stored.TagKeys = []string{"env", "team"} },
		))),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: place, ARN: ownARN, Unset: []string{"team"}},
	},
	"the mark of a placeholder goes with the first real certificate": {
		kept(target(tagged(map[string]string{api.TagPlaceholder: "true"}))),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: place, ARN: ownARN, Unset: []string{api.TagPlaceholder}},
	},
	"a predecessor of another key type is retired, so that nobody finds it": {
		kept(target(leftBehind)),
		Plan{Action: Tag, Reason: api.ReasonRetired, Target: place, ARN: otherARN,
			Set: map[string]string{api.TagRetired: "true"}, Unset: []string{api.TagTarget}},
	},
	"a target that refuses tags holds no other up": {
		kept(another(both(tagsGone, claimedBy("www"))), target(func(t *Target) {
			t.Found.Tags, t.ClaimedBy, t.Stored.TagFailures, t.Stored.NextTagAt = nil, "www", 1, now.Add(time.Minute)
		})),
		Plan{Action: Tag, Reason: api.ReasonTagging, Target: tokyo, ARN: otherARN,
			Set: map[string]string{api.TagOwner: owner, api.TagTarget: tokyo}},
	},
}

// No number: a direct invocation wants an ARN.

func wantsPlaceholder(in *Input) { in.Placeholder = true }

func standInAt(key string) Plan {
	return Plan{Action: ImportPlaceholder, Reason: api.ReasonPlaceholder, Target: key,
		Set: map[string]string{api.TagOwner: owner, api.TagTarget: key, api.TagPlaceholder: "true"}}
}

var placeholderCases = map[string]expected{
	"a stand-in is imported where there is nothing": {fresh(wantsPlaceholder), standInAt(place)},
	"it waits for no registration":                  {fresh(wantsPlaceholder, account(notReady)), standInAt(place)},
	"it takes people's tags along": {
		fresh(wantsPlaceholder, peoplesTags(map[string]string{"team": "web"})),
		Plan{Action: ImportPlaceholder, Reason: api.ReasonPlaceholder, Target: place,
			Set: map[string]string{api.TagOwner: owner, api.TagTarget: place, api.TagPlaceholder: "true", "team": "web"}},
	},
	"the target that refuses it holds no other up": {
		fresh(wantsPlaceholder, another(asIs), target(func(t *Target) { t.Stored.NextAttemptAt = now.Add(time.Minute) })),
		standInAt(tokyo),
	},
	"a certificate that was deleted is no longer there": {
		kept(wantsPlaceholder, target(missing)), standInAt(place),
	},
}

// twice is a target with a second certificate that carries its tags.
func twice(change func(*api.Installed)) func(*Target) {
	return func(t *Target) {
		d := installed(otherARN, leaf("a1", began, ends), t.Stored.Key)
		change(d)
		t.Duplicates = []api.Installed{*d}
	}
}

var removesOther = Plan{Action: DeleteCertificate, Reason: api.ReasonDuplicate, Target: place, ARN: otherARN}

var duplicateCases = map[string]expected{
	"a second certificate of ours is deleted, whatever the deletion policy": {kept(target(twice(func(*api.Installed) {}))), removesOther},
	"one in use holds no other up": {
		kept(another(asIs), target(twice(func(d *api.Installed) { d.InUseBy = []string{"listener"} })), nthTarget(1, func(t *Target) {
			d := installed("arn:second", leaf("a1", began, ends), t.Stored.Key)
			t.Duplicates = []api.Installed{*d}
		})),
		Plan{Action: DeleteCertificate, Reason: api.ReasonDuplicate, Target: tokyo, ARN: "arn:second"},
	},
}

// TestDecide_WhatIsNoDuplicateStays.
func TestDecide_WhatIsNoDuplicateStays(t *testing.T) {
	for name, change := range map[string]func(*api.Installed){
		"in use":           func(d *api.Installed) { d.InUseBy = []string{"listener"} },
		"another record's": func(d *api.Installed) { d.Tags[api.TagOwner] = table + "/api" },
		"another target's": func(d *api.Installed) { d.Tags[api.TagTarget] = tokyo },
		"adopted":          func(d *api.Installed) { d.Tags[api.TagAdopted] = "true" },
		"retired":          func(d *api.Installed) { d.Tags[api.TagRetired] = "true" },
		"Amazon's":         func(d *api.Installed) { d.Type = "AMAZON_ISSUED" },
		"a predecessor":    func(d *api.Installed) { d.KeyType = api.EC384 },
	} {
		in := kept(target(twice(change)))
		p := Decide(in)
		if p.Action == DeleteCertificate {
			t.Errorf("%s: decided %+v", name, p)
		}
		named := slices.ContainsFunc(Settle(in, p, Outcome{}).Status.History, func(h api.HistoryEntry) bool { return h.Reason == api.ReasonDuplicate })
		if named != (name == "in use") {
			t.Errorf("%s: named in the history: %v", name, named)
		}
	}
}
