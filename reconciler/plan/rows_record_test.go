package plan

import (
	"errors"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// Row 0: nobody to work for, or somebody at work.

var nothingThereCases = map[string]expected{
	"a name that is in no table is nobody's": {
		Input{Now: now, Name: "www", Owner: owner, Config: times},
		Plan{Action: Wait, Reason: api.ReasonGone},
	},
}

func leasedUntil(t time.Time) option {
	return status(func(s *api.CertificateStatus) { s.ClaimID, s.LeaseUntil = "claim-1", t })
}

func withNotice(s *api.CertificateStatus) { s.Outbox = []api.OutboxEntry{waiting("1")} }

func waiting(id string, channels ...string) api.OutboxEntry {
	return api.OutboxEntry{Notice: api.Notice{ID: id}, DeliveredTo: channels}
}

var leasedCases = map[string]expected{
	"another's lease is waited for": {
		kept(leasedUntil(now.Add(time.Minute))),
		Plan{Action: Wait, Reason: api.ReasonLeased, At: now.Add(time.Minute)},
	},
	"also where the record is gone meanwhile": {
		kept(leasedUntil(now.Add(time.Minute)), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonLeased, At: now.Add(time.Minute)},
	},
	"no notice is sent under it": {
		kept(leasedUntil(now.Add(time.Minute)), status(withNotice)),
		Plan{Action: Wait, Reason: api.ReasonLeased, At: now.Add(time.Minute)},
	},
}

// Row 1: the record is deleted.

var deleteOwn = Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: place, ARN: ownARN}

// reportedRetained is a target whose certificate stays, which was reported.
func reportedRetained(t *Target) { t.Stored.Reason = api.ReasonRetained }

func tellsRetained(arn string) Plan {
	return Plan{Action: Wait, Reason: api.ReasonRetained, Message: arn + " stays in place", At: now.Add(time.Second)}
}

func deletingSince(t time.Time) option {
	return status(func(s *api.CertificateStatus) { s.DeletingSince = t })
}

func cleanupUntil(t time.Time) option {
	return status(func(s *api.CertificateStatus) { s.CleanupFailures, s.NextCleanupAt = 1, t })
}

func TestDecide_WhatAMessageOnItsWayIsGoodFor(t *testing.T) {
	by := now.Add(5 * time.Minute)
	for sentence, c := range map[string]struct {
		queuedFor time.Time
		want      bool
	}{
		"it comes in time":        {now.Add(time.Minute), true},
		"just in time":            {by, true},
		"too late":                {by.Add(time.Second), false},
		"it should be there":      {now, false},
		"there is none":           {time.Time{}, false},
		"nobody queues for later": {now.Add(day), false},
	} {
		if got := Carried(c.queuedFor, now, by); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
	if Carried(now.Add(day), now, now.Add(2*day)) {
		t.Error("a note for tomorrow is believed")
	}
}

var deletedCases = map[string]expected{
	"TXT values go first": {
		kept(issuing(ordered, published), recordGone(api.Delete)),
		Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: "ZCOM", Values: []api.TXT{wwwTXT("txt")}},
	},
	"then our certificate, as the policy says": {kept(recordGone(api.Delete)), deleteOwn},
	"its deletion does not wait for a DNS that refuses": {
		kept(issuing(ordered, published), cleanupUntil(now.Add(time.Hour)), recordGone(api.Delete)), deleteOwn,
	},
	"one that was found by its tags alone, after a lost reply, is ours": {
		kept(target(func(t *Target) { t.Stored.Imported, t.Stored.ARN = false, "" }), recordGone(api.Delete)), deleteOwn,
	},
	"one in use is looked at again in a minute": {
		kept(target(func(t *Target) { t.Found.InUseBy = []string{"listener"} }), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(time.Minute)},
	},
	"ever more rarely while it is in use": {
		kept(target(func(t *Target) { t.Found.InUseBy = []string{"listener"} }), deletingSince(now.Add(-2*time.Hour)), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(30 * time.Minute)},
	},
	"one that is to stay is reported": {kept(recordGone(api.Retain)), tellsRetained(ownARN)},
	"and then forgotten": {
		kept(target(reportedRetained), recordGone(api.Retain)), Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"of several each is reported": {
		kept(another(asIs), target(reportedRetained), recordGone(api.Retain)), tellsRetained(otherARN),
	},
	"one that was adopted is never deleted": {kept(target(named), recordGone(api.Delete)), tellsRetained(ownARN)},
	"nor one with the mark of an adoption": {
		kept(target(func(t *Target) { t.Found.Tags[api.TagAdopted] = "true" }), recordGone(api.Delete)), tellsRetained(ownARN),
	},
	"one that is named and was not claimed is not ours to tell of": {
		kept(target(both(unclaimed, holds(leaf("a1", began, ends)), func(t *Target) { t.Found.Tags = nil })), recordGone(api.Retain)),
		Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"one that is claimed is, tagged or not": {
		kept(target(both(named, tagsGone, claimedBy("www"))), recordGone(api.Retain)), tellsRetained(ownARN),
	},
	"nor one that carries another's tag": {
		kept(target(func(t *Target) { t.Found.Tags[api.TagOwner] = table + "/api" }), recordGone(api.Delete)),
		Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"nor one that we know of and did not import": {
		kept(target(func(t *Target) { t.Stored.Imported = false }), recordGone(api.Delete)), tellsRetained(ownARN),
	},
	"one that is gone already is forgotten": {
		kept(target(missing), recordGone(api.Delete)), Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"an import whose reply was lost may yet show up": {
		kept(target(missing), issuing(imports(now.Add(-time.Minute))), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(4 * time.Minute)},
	},
	"a target that refuses is tried again later, and the reason is reported": {
		kept(target(func(t *Target) { t.Stored.Failures, t.Stored.NextAttemptAt = 2, now.Add(30*time.Minute) }),
			status(func(s *api.CertificateStatus) { s.LastError = "access denied" }), deletingSince(now.Add(-time.Hour)), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, Message: "access denied", At: now.Add(30 * time.Minute)},
	},
	"the pause of an import is over with the record": {
		kept(target(importPauses), recordGone(api.Delete)),
		Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: place, ARN: ownARN},
	},
	"a target that cannot be seen is looked at again": {
		kept(target(blind), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(5 * time.Minute)},
	},
	"ever more rarely": {
		kept(target(blind), deletingSince(now.Add(-8*time.Hour)), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(2 * time.Hour)},
	},
	"where nothing is to be done there, a target that refuses to be seen is reported": {
		kept(target(blind), recordGone(api.Retain)), tellsRetained(ownARN),
	},
	"and forgotten": {
		kept(target(both(blind, reportedRetained)), recordGone(api.Retain)), Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"one that refuses to be seen and never held anything is forgotten": {
		kept(target(both(blind, func(t *Target) { t.Stored = api.TargetStatus{Key: place} })), recordGone(api.Retain)),
		Plan{Action: Forget, Reason: api.ReasonDeleting},
	},
	"but not one that does not answer": {
		kept(target(func(t *Target) { t.Found, t.Err = nil, failing(api.Transient, "", "no answer") }), recordGone(api.Retain)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(5 * time.Minute)},
	},
	"values that DNS does not let go are waited for": {
		kept(issuing(ordered, published), cleanupUntil(now.Add(time.Hour)), recordGone(api.Retain)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(time.Hour)},
	},
	"of several waits the first one counts": {
		kept(another(func(t *Target) { t.Found.InUseBy = []string{"listener"} }),
			target(func(t *Target) { t.Stored.NextAttemptAt = now.Add(30 * time.Minute) }), deletingSince(now.Add(-time.Hour)), recordGone(api.Delete)),
		Plan{Action: Wait, Reason: api.ReasonDeleting, At: now.Add(15 * time.Minute)},
	},
	"a target that waits holds no other up": {
		kept(another(asIs), target(func(t *Target) { t.Found.InUseBy = []string{"listener"} }), recordGone(api.Delete)),
		Plan{Action: DeleteCertificate, Reason: api.ReasonDeleting, Target: "ap-northeast-1", ARN: otherARN},
	},
	"its place in a policy is given back last": {
		kept(target(reportedRetained), status(func(s *api.CertificateStatus) { s.Policy, s.PolicyCounted = "a", "digest" }), recordGone(api.Retain)),
		Plan{Action: Dismiss, Reason: api.ReasonPolicyDenied, Policy: "a"},
	},
	"after seven days it is given up": {
		kept(target(blind), deletingSince(now.Add(-7*day)), recordGone(api.Delete)),
		Plan{Action: Forget, Reason: api.ReasonGaveUp, Message: "seven days"},
	},
}

// Row 2: suspended.

func suspend(c *api.Certificate) { c.Suspend = true }

var suspendedCases = map[string]expected{
	"a record that says so is left alone, until its certificate ends": {
		kept(spec(suspend)), Plan{Action: Wait, Reason: api.ReasonSuspended, Message: "suspend is set", At: ends},
	},
	"also where its renewal is due": {
		kept(spec(suspend), at(ends.Add(-time.Hour))),
		Plan{Action: Wait, Reason: api.ReasonSuspended, Message: "suspend is set", At: ends},
	},
	"also where nothing is in place": {
		fresh(spec(suspend)), Plan{Action: Wait, Reason: api.ReasonSuspended, Message: "suspend is set"},
	},
	"also in the middle of an order": {
		fresh(spec(suspend), issuing(ordered), order(api.OrderPending)),
		Plan{Action: Wait, Reason: api.ReasonSuspended, Message: "suspend is set"},
	},
}

// Row 3: what cannot be served.

func invalid(in *Input) {
	in.Spec, in.SpecErr = nil, errors.New("domains: none")
	for i := range in.Targets {
		in.Targets[i].Wanted = false
	}
}

// unclaimed is a target whose ARN the record names, at first sight.
func unclaimed(t *Target) {
	t.ACMARN, t.Stored = ownARN, api.TargetStatus{Key: ownARN}
}

func amazons(t *Target) { t.Found.Type = "AMAZON_ISSUED" }

var refuseCases = map[string]expected{
	"a record that is invalid waits for its correction": {
		fresh(invalid), Plan{Action: Wait, Reason: api.ReasonInvalidSpec},
	},
	"also with a certificate in place and an order in flight": {
		kept(issuing(ordered, published), invalid), Plan{Action: Wait, Reason: api.ReasonInvalidSpec},
	},
	"a named certificate that does not exist is looked for again in an hour": {
		fresh(target(unclaimed)), Plan{Action: Wait, Reason: api.ReasonTargetNotFound, Message: ownARN, At: now.Add(time.Hour)},
	},
	"one that may not be taken over, when its tags are tried again": {
		kept(target(mayNotTag)),
		Plan{Action: Wait, Reason: api.ReasonTakeoverRefused, Message: "may not be adopted", At: now.Add(5 * time.Minute)},
	},
	"nothing is spent while one of two targets can never take it": {
		fresh(another(asIs), target(unclaimed)),
		Plan{Action: Wait, Reason: api.ReasonTargetNotFound, Message: ownARN, At: now.Add(time.Hour)},
	},
	"where all targets refuse, what is in place does not matter": {
		kept(target(named), target(amazons)),
		Plan{Action: Wait, Reason: api.ReasonTargetNotImported, Message: "AMAZON_ISSUED", At: now.Add(time.Hour)},
	},
}

// importPauses is a target whose import was refused a moment ago.
func importPauses(t *Target) {
	t.Stored.Failures, t.Stored.FailedSerial, t.Stored.NextAttemptAt = 3, "b2", now.Add(2*time.Hour)
	t.Stored.Reason, t.Stored.Message = api.ReasonQuotaExceeded, "the quota is used up"
}
