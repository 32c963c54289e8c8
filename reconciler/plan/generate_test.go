package plan

import (
	"encoding/json"
	"fmt"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func someStatus(t *rapid.T, in Input) api.CertificateStatus {
	s := api.CertificateStatus{Version: 7, Generation: 1, ObservedGeneration: one(t, "observed", int64(0), 1), SpecDigest: one(t, "spec seen", "spec 1", "spec 0"),
		IssuanceDigest: one(t, "digest", "", current, current, "another"), RenewToken: one(t, "token seen", "", "one"), Force: one(t, "forced by", "", "one"),
		DeletionPolicy: one(t, "policy seen", api.Retain, api.Delete), DeletingSince: one(t, "deleting since", time.Time{}, now.Add(-day), now.Add(-7*day)),
		Failures: one(t, "failures", 0, 1, 9), FailedDigest: one(t, "failed digest", "", current, "another"),
		FailureBackoffUntil: someTime(t, "next attempt"), TransientBackoffUntil: someTime(t, "retry"), TransientErrors: one(t, "retries", 0, 3), RetryAfterUntil: someTime(t, "retry after"),
		LastError: one(t, "last error", "", "it refuses"), CleanupFailures: one(t, "clean-up failures", 0, 2), NextCleanupAt: someTime(t, "next clean-up"),
		NextDeliveryAt: someTime(t, "next notice"), DueAt: one(t, "due", 0, now.Unix(), now.Unix()+600, now.Unix()+86400),
	}
	s.Rejections, s.RejectedDigest, s.SharedOrders = one(t, "rejections", 0, 0, 2), one(t, "rejected", "", current, "another"), one(t, "shared", 0, 3)
	for _, a := range one(t, "attempts", nil, nil, []Action{MakeKey, Notify, Finalize}) {
		s.Attempts = map[string]api.Attempt{attemptKey(a, ""): {Count: one(t, "tried", 1, 30), Last: someTime(t, "last tried")}}
	}
	if rarely(t, "claimed") {
		s.ClaimID, s.LeaseUntil = "claim-1", one(t, "lease", now.Add(-time.Second), now.Add(time.Minute))
	}
	tried := one(t, "tried", true, true, false)
	for range one(t, "notices", 0, 0, 1, 20) {
		s.Outbox = append(s.Outbox, api.OutboxEntry{
			Notice: api.Notice{ID: fmt.Sprint(len(s.Outbox)), Type: api.NoticeReady, Name: "www"}, DeliveredTo: one(t, "delivered to", nil, []string{"people"}), Attempted: tried})
		s.History = append(s.History, api.HistoryEntry{Time: began, Reason: api.ReasonIssued})
	}
	if s.Due = api.DuePartition; s.DueAt == 0 {
		s.Due = ""
	}
	for _, c := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing, api.ConditionReady} {
		if !rarely(t, "no condition") {
			s.Conditions = append(s.Conditions, api.Condition{Type: c, Status: one(t, "condition", api.ConditionTrue, api.ConditionFalse, api.ConditionUnknown),
				Reason: one(t, "its reason", api.ReasonReady, api.ReasonZoneNotFound, api.ReasonTargetNotFound), LastTransitionTime: began, ObservedGeneration: 1})
		}
	}
	for _, target := range in.Targets {
		s.Targets = append(s.Targets, target.Stored)
		if f := target.Found; f != nil && rapid.Bool().Draw(t, "this one is known") {
			s.Serial, s.FingerprintSHA256, s.NotAfter, s.KeyType = f.Serial, f.FingerprintSHA256, f.NotAfter, f.KeyType
			s.Account, s.Directory = one(t, "its account", "", "default", "other"), dir
			s.ARI = one(t, "ARI", nil, &api.ARIStatus{CertID: f.CertID}, &api.ARIStatus{CertID: f.CertID, WindowStart: now.Add(-day), WindowEnd: now.Add(day), NextCheckAt: now.Add(time.Hour)})
		}
	}
	return s
}

// scene is an Input that prints itself as it is written.
type scene struct{ Input }

func (s scene) GoString() string { return text(s.Input) }

// world is anything that a pass may meet. No time in it lies within a second after now.
var world = rapid.Custom(func(t *rapid.T) scene {
	in := Input{Now: now, Name: "www", Owner: owner, Config: times, HasRecord: true, SpecDigest: "spec 1"}
	for i := range one(t, "targets", 1, 1, 2, 3) {
		in.Targets = append(in.Targets, someTarget(t, i))
	}
	in.Issuance = someIssuance(t, in.Targets)
	if in.HasStatus = !rarely(t, "no status"); in.HasStatus {
		in.Stored = someStatus(t, in)
	} else {
		for i := range in.Targets {
			in.Targets[i].Stored = api.TargetStatus{Key: in.Targets[i].Stored.Key}
			in.Targets[i].Wanted = true
		}
	}
	in.Force, in.Placeholder = one(t, "force", "", "", "", "now"), rarely(t, "placeholder")
	switch one(t, "record", "valid", "valid", "valid", "valid", "valid", "valid", "invalid", "gone") {
	case "valid":
		in.Spec, in.Account = someSpec(t), someAccount(t)
		for _, target := range in.Targets {
			if target.Wanted {
				in.Spec.Targets = append(in.Spec.Targets, target.Target)
			}
		}
	case "invalid":
		invalid(&in)
	case "gone":
		recordGone(in.Stored.DeletionPolicy)(&in)
	}
	if rapid.Bool().Draw(t, "calm") {
		calm(&in)
	}
	matchKey(&in)
	return scene{answered(t, in.with())}
})

// calm takes away all that comes before an issuance, so that issuances come up, too.
func calm(in *Input) {
	s := &in.Stored
	s.ClaimID, s.LeaseUntil, s.Outbox, s.FailureBackoffUntil, s.TransientBackoffUntil, s.RetryAfterUntil = "", time.Time{}, nil, time.Time{}, time.Time{}, time.Time{}
	in.Placeholder = false
	for i := range in.Targets {
		t := &in.Targets[i]
		t.Wanted = in.Spec != nil
		t.Stored.RetiredARN, t.Superseded, t.Stored.TagKeys, t.Stored.DroppedSince = "", "", nil, time.Time{}
		t.Stored.Claimed, t.ClaimedBy, t.ClaimGone, t.OwnerGone, t.OwnerBusy = true, "", false, false, false
		t.PredecessorARN, t.Predecessor, t.PredecessorErr = "", nil, nil
		if t.Found != nil {
			t.Found = installed(t.Found.ARN, t.Found.Leaf, t.Stored.Key)
			if t.named() {
				t.Found.Tags[api.TagAdopted] = "true"
			}
		}
		if len(s.Targets) > 0 {
			s.Targets[i] = t.Stored
		}
	}
	if in.Spec == nil {
		return
	}
	in.Spec.Suspend, in.Spec.Tags, in.Account = false, nil, fresh().Account
}

// matchKey gives what is in flight for the present digest the key type it was made for.
func matchKey(in *Input) {
	if k := KeyType(*in); k != "" && in.Issuance != nil && in.Issuance.Digest == current {
		in.Issuance.KeyType = k
	}
}

// answered asks the outside what observing would ask.
func answered(t *rapid.T, in Input) Input {
	if in.Spec == nil {
		return in
	}
	if NeedsZones(in) {
		if in.Zones = []api.ChallengeZone{wwwZone}; rarely(t, "zones fail") {
			in.Zones, in.ZoneErr = nil, someError(t, "zones")
		}
	}
	if NeedsOrder(in) {
		in = someAnswer(t, in)
	}
	if NeedsRenewalInfo(in) {
		if answers(now.Add(-day), now.Add(day), 6*time.Hour)(&in); rarely(t, "ARI fails") {
			in.Renewal, in.RenewalErr = nil, someError(t, "ARI")
		}
	}
	return in
}

func someAnswer(t *rapid.T, in Input) Input {
	if rarely(t, "order fails") {
		return in.with(orderFails(someError(t, "order")))
	}
	s := one(t, "order", api.OrderPending, api.OrderPending, api.OrderReady, api.OrderProcessing, api.OrderValid, api.OrderInvalid, "strange")
	return in.with(order(s, challengeIs(one(t, "challenge", "pending", "processing", "invalid"))), served(one(t, "served", "", "C1")))
}

// someOutcome returns what may come of the plan.
func someOutcome(t *rapid.T, p Plan) Outcome {
	switch {
	case p.Passive() || p.Action == Forget || p.Action == DropIssuance:
		return Outcome{}
	case rapid.Bool().Draw(t, "it fails"):
		return Outcome{Err: someError(t, "outcome"), Order: &api.Order{}}
	}
	o := Outcome{ARN: p.ARN, Owner: one(t, "owner", "www", "api"), Sealed: []byte("sealed"), PublicKeySHA256: "spki",
		Order: &api.Order{URL: orderURL, Status: api.OrderPending}, ChangeID: "C2", Chain: "no chain"}
	if o.ARN == "" {
		o.ARN = "arn:new"
	}
	return o
}

// text is all of a world that a pass must leave as it was.
func text(in Input) string {
	b, err := json.Marshal(struct {
		Spec     *api.Certificate
		Status   api.CertificateStatus
		Issuance *api.Issuance
		Account  Account
		Targets  []Target
		Zones    []api.ChallengeZone
		Order    *api.Order
		Synced   map[string]bool
		Renewal  *api.RenewalInfo
	}{in.Spec, in.Stored, in.Issuance, in.Account, in.Targets, in.Zones, in.Order, in.Synced, in.Renewal})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func settledText(s Settled) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
