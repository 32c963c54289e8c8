package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Rows 7 and 8: what is in flight and not wanted.

func orderDropped(message string) Plan {
	return Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: message}
}

func orderLost(reason api.Reason, message string) Plan {
	p := orderDropped("")
	p.Failure = failing(api.Terminal, reason, message)
	return p
}

func invalidAuthorization(o *api.Order) { o.Authorizations[0].Status = "invalid" }

func invalidChallenge(o *api.Order) { o.Authorizations[0].ChallengeStatus = "invalid" }

func problem(text string) func(*api.Order) { return func(o *api.Order) { o.Problem = text } }

func otherDigest(i *api.Issuance) { i.Digest = "another" }

var dropOrderCases = map[string]expected{
	"the record asks for something else": {
		fresh(issuing(ordered, otherDigest)), orderDropped("another certificate"),
	},
	"a key alone goes too": {fresh(issuing(otherDigest)), orderDropped("another certificate")},
	"the order is another account's": {
		fresh(issuing(ordered, func(i *api.Issuance) { i.Account = "other" })), orderDropped("another account"),
	},
	"or at another directory": {
		fresh(issuing(ordered, func(i *api.Issuance) { i.Directory = "https://other.test/dir" })), orderDropped("another account"),
	},
	"the CA lost it": {
		fresh(issuing(ordered, orderDenied(lagBound)), orderFails(failing(api.NotFound, "", "no such order"))),
		orderLost(api.ReasonOrderFailed, "has not known the order"),
	},
	"a challenge failed, and the CA still shows the rest as pending": {
		fresh(issuing(ordered, published), order(api.OrderPending, invalidChallenge, says("no TXT record"))),
		orderLost(api.ReasonValidationFailed, "www.example.com: no TXT record"),
	},
	"the CA does not end what has expired": {
		fresh(issuing(ordered, age(3*day)), order(api.OrderPending, expires(now.Add(-2*time.Hour)))),
		orderLost(api.ReasonOrderFailed, "expired at 2026-03-01T07:00:00Z and the CA still returns the status pending"),
	},
	"an order without an expiry is followed for a week": {
		fresh(issuing(ordered, age(7*day+2*time.Hour)), order(api.OrderReady)), orderLost(api.ReasonOrderFailed, "still returns the status ready"),
	},
	"one that expires in years for a month": {
		fresh(issuing(ordered, age(30*day+2*time.Hour)), order(api.OrderReady, expires(now.Add(9000*day)))),
		orderLost(api.ReasonOrderFailed, "still returns the status ready"),
	},
	"one that the CA may still sign keeps its key": {
		fresh(issuing(ordered, age(3*day), finalizedFor(2*day)), order(api.OrderProcessing, expires(now.Add(-2*time.Hour)))),
		keepingKey(orderLost(api.ReasonOrderFailed, "still returns the status processing")),
	},
	"one that is not signed when the installed certificate is about to end": {
		kept(at(ends.Add(-7*day)), issuing(ordered, func(i *api.Issuance) {
			i.CreatedAt, i.FinalizedAt = ends.Add(-10*day), ends.Add(-9*day)
		}), order(api.OrderProcessing, expires(ends))),
		keepingKey(orderLost(api.ReasonOrderFailed, "the installed certificate ends at")),
	},
	"one whose certificate was not delivered for a week": {
		fresh(issuing(ordered, age(8*day), finalizedFor(7*day+time.Second)), order(api.OrderValid)),
		keepingKey(orderLost(api.ReasonOrderFailed, "did not deliver")),
	},
	"one that fails after another was given up leaves that one's key": {
		fresh(issuing(ordered, gaveUp), order(api.OrderInvalid, problem("no"))), keepingKey(orderLost(api.ReasonOrderFailed, "no")),
	},
	"the CA found no TXT record": {
		fresh(issuing(ordered), order(api.OrderInvalid, invalidChallenge, problem("no TXT record"))),
		orderLost(api.ReasonValidationFailed, "no TXT record"),
	},
	"the CA refused a name": {
		fresh(issuing(ordered), order(api.OrderInvalid, invalidAuthorization, problem("CAA forbids it"))),
		orderLost(api.ReasonValidationFailed, "CAA forbids it"),
	},
	"the CA refused the CSR": {
		fresh(issuing(ordered), order(api.OrderInvalid, problem("bad CSR"))), orderLost(api.ReasonOrderFailed, "bad CSR"),
	},
	"the CA does not say why": {
		fresh(issuing(ordered), order(api.OrderInvalid)), orderLost(api.ReasonOrderFailed, "gave no reason"),
	},
	"somebody installed a good one meanwhile": {
		kept(issuing(ordered), order(api.OrderPending)), orderDropped("satisfied already"),
	},
	"its domains changed and changed back": {kept(issuing()), orderDropped("satisfied already")},
}

// txt is a value at www.example.com in a zone.
func txt(zone, value string) func(*api.Issuance) {
	return func(i *api.Issuance) {
		i.Published = append(i.Published, api.PublishedTXT{TXT: wwwTXT(value), Zone: zone, Submitted: true})
	}
}

func cleaning(zone string, values ...string) Plan {
	p := Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: zone}
	for _, v := range values {
		p.Values = append(p.Values, wwwTXT(v))
	}
	return p
}

var cleanDNSCases = map[string]expected{
	"the order is ready":           {fresh(issuing(ordered, published), order(api.OrderReady)), cleaning("ZCOM", "txt")},
	"the CA signs the certificate": {fresh(issuing(ordered, published), order(api.OrderProcessing)), cleaning("ZCOM", "txt")},
	"it has signed":                {fresh(issuing(ordered, published), order(api.OrderValid)), cleaning("ZCOM", "txt")},
	"no order is left": {
		kept(func(in *Input) { in.Issuance = &api.Issuance{} }, func(in *Input) { txt("ZCOM", "txt")(in.Issuance) }), cleaning("ZCOM", "txt"),
	},
	"one zone after the other, all its values at once": {
		fresh(issuing(ordered, txt("ZCOM", "a"), txt("ZORG", "b"), txt("ZCOM", "c")), order(api.OrderReady)), cleaning("ZCOM", "a", "c"),
	},
	"a chain that waits for a target": {
		kept(target(refusing(now.Add(time.Hour))), issuing(held(successor), txt("ZCOM", "txt"))), cleaning("ZCOM", "txt"),
	},
	"by the role they were written with": {
		fresh(issuing(ordered, txt("ZCOM", "a"), func(i *api.Issuance) { i.Published[0].RoleARN = "old role" }, txt("ZCOM", "b")),
			order(api.OrderReady)),
		Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: "ZCOM", Role: api.Role{RoleARN: "old role"}, Values: []api.TXT{wwwTXT("a")}},
	},
	"a pause is over": {fresh(issuing(ordered, published), order(api.OrderReady), cleanupUntil(now)), cleaning("ZCOM", "txt")},
	"a value lies in a zone that the record does not name any more": {
		fresh(spec(func(c *api.Certificate) { c.Zone = "ZNEW" }), issuing(ordered, published), order(api.OrderPending),
			func(in *Input) {
				in.Zones = []api.ChallengeZone{{Domain: wwwZone.Domain, FQDN: wwwZone.FQDN, Zone: "ZNEW"}}
			}),
		cleaning("ZCOM", "txt"),
	},
}

func orderDenied(since time.Duration) func(*api.Issuance) {
	return func(i *api.Issuance) { i.OrderDeniedAt = now.Add(-since) }
}

func says(text string) func(*api.Order) {
	return func(o *api.Order) { o.Authorizations[0].Problem = text }
}

func expires(at time.Time) func(*api.Order) { return func(o *api.Order) { o.Expires = at } }

func finalizedFor(d time.Duration) func(*api.Issuance) {
	return func(i *api.Issuance) { i.FinalizedAt = now.Add(-d) }
}

func gaveUp(i *api.Issuance) { i.GivenUpOrder = "https://ca.test/order/0" }

func keepingKey(p Plan) Plan {
	p.KeepKey = true
	return p
}

// resolvedFor returns the record's zone and role for which the zones of the order were resolved.
func resolvedFor(zone, role string) func(*api.Issuance) {
	return func(i *api.Issuance) {
		if i.ResolvedZone = zone; role != "" {
			i.ResolvedDNS = &api.Role{RoleARN: role}
		}
	}
}

// Row 9: nothing is wanted, or nobody knows.

var renewAt = kept().Stored.RenewAt

func settledUntil(t time.Time) Plan { return Plan{Action: Wait, Reason: api.ReasonNotNeeded, At: t} }

func asks(next time.Time) option {
	return status(func(s *api.CertificateStatus) { s.ARI = &api.ARIStatus{CertID: "aki.a1", NextCheckAt: next} })
}

var satisfiedCases = map[string]expected{
	"until its renewal":                 {kept(), settledUntil(renewAt)},
	"until the CA is to be asked again": {kept(asks(now.Add(6 * time.Hour))), settledUntil(now.Add(6 * time.Hour))},
	"but another account's CA is not asked": {
		kept(asks(now.Add(6*time.Hour)), status(func(s *api.CertificateStatus) { s.Account = "" })), settledUntil(renewAt),
	},
	"until tags are tried again": {
		kept(target(func(t *Target) { t.Stored.TagFailures, t.Stored.NextTagAt = 1, now.Add(time.Hour) })), settledUntil(now.Add(time.Hour)),
	},
	"until TXT values are tried again": {
		kept(func(in *Input) { in.Issuance = &api.Issuance{} }, func(in *Input) { txt("ZCOM", "txt")(in.Issuance) }, cleanupUntil(now.Add(time.Hour))),
		settledUntil(now.Add(time.Hour)),
	},
	"until a dropped target's certificate is free": {
		kept(spec(deleting), another(both(dropped, func(t *Target) { t.Found.InUseBy = []string{"listener"} }))),
		settledUntil(now.Add(time.Minute)),
	},
	"until a dropped target's tags are tried again": {
		kept(another(both(dropped, func(t *Target) { t.Stored.TagFailures, t.Stored.NextTagAt = 1, now.Add(5*time.Minute) }))),
		settledUntil(now.Add(5 * time.Minute)),
	},
	"until one that was given up is released": {
		kept(another(both(dropped, func(t *Target) { t.Stored.DroppedSince, t.Stored.NextAttemptAt = now.Add(-8*day), now.Add(time.Minute) }))),
		settledUntil(now.Add(time.Minute)),
	},
	"no time that is over keeps it from looking again": {
		kept(cleanupUntil(now.Add(-time.Minute))), settledUntil(now.Add(time.Hour)),
	},
	"a lease that is over binds nobody": {kept(leasedUntil(now)), settledUntil(renewAt)},
	"an account that is gone does not matter yet": {
		kept(account(noAccount)), settledUntil(renewAt),
	},
	"a target that refuses holds no other up": {
		kept(another(both(unclaimed, amazons))), settledUntil(renewAt),
	},
	"a claim that failed is tried again after its pause": {
		kept(target(both(notClaimed, refusing(now.Add(time.Minute))))), settledUntil(now.Add(time.Minute)),
	},
	"what was there before us is accepted": {
		fresh(target(both(holds(leaf("z9", began, ends)), known))), settledUntil(fresh(target(holds(leaf("z9", began, ends)))).renewAt()),
	},
	"with a token that a new record has": {
		fresh(target(both(holds(leaf("z9", began, ends)), known)), spec(func(c *api.Certificate) { c.RenewToken = "one" })),
		settledUntil(fresh(target(holds(leaf("z9", began, ends)))).renewAt()),
	},
	"with a token that is taken out": {
		kept(status(func(s *api.CertificateStatus) { s.RenewToken = "one" })), settledUntil(renewAt),
	},
	"with a chain that was on its way when the status was lost": {
		kept(status(func(s *api.CertificateStatus) { s.IssuanceDigest = "" })), settledUntil(renewAt),
	},
	"other people's tags are none of ours": {kept(target(tagged(map[string]string{"cost": "42"}))), settledUntil(renewAt)},
}

func (in Input) renewAt() time.Time { return newDraft(in).renewAt }

// notReadySince is how long the record has not been known as ready.
func unreadyFor(d time.Duration) option {
	return status(func(s *api.CertificateStatus) {
		s.Conditions = api.SetCondition(nil, api.Condition{Type: api.ConditionReady, Status: api.ConditionUnknown}, now.Add(-d))
	})
}

func looksAgain(after time.Duration) Plan {
	return Plan{Action: Wait, Reason: api.ReasonTargetAccessDenied, Message: "access denied", At: now.Add(after)}
}

var unknownCases = map[string]expected{
	"a target that cannot be seen is no reason to order": {kept(target(blind)), looksAgain(5 * time.Minute)},
	"it is looked at ever more rarely":                   {kept(target(blind), unreadyFor(4*time.Hour)), looksAgain(time.Hour)},
	"but four times a day":                               {kept(target(blind), unreadyFor(30*day)), looksAgain(6 * time.Hour)},
	"not by the pause of a refused import":               {kept(target(both(blind, refusing(now.Add(time.Hour))))), looksAgain(5 * time.Minute)},
	"one that does not answer has no reason of its own": {
		kept(target(func(t *Target) { t.Found, t.Err = nil, failing(api.Transient, "", "no answer") })),
		Plan{Action: Wait, Reason: api.ReasonTargetUnknown, Message: "no answer", At: now.Add(5 * time.Minute)},
	},
	"a placeholder whose reply was lost is looked for": {
		fresh(func(in *Input) { in.Issuance = &api.Issuance{} }, func(in *Input) { imports(now.Add(-time.Minute))(in.Issuance) }),
		Plan{Action: Wait, Reason: api.ReasonImportPending, Message: "by its tags", At: now.Add(15 * time.Second)},
	},
	"whose a named ARN is cannot be found out, and so nothing is done to it": {
		fresh(target(claimFailed(now.Add(10 * time.Second)))),
		Plan{Action: Wait, Reason: api.ReasonTargetUnknown, Message: "no answer", At: now.Add(10 * time.Second)},
	},
	"an order in flight is kept for it": {
		kept(target(blind), issuing(ordered), order(api.OrderPending)), looksAgain(5 * time.Minute),
	},
	"nor where the adopted one that has it is gone": {
		fresh(another(both(unclaimed, missing)), spec(leavesKeyTypeOpen), target(both(holds(leaf("c3", now.Add(-80*day), now.Add(10*day))), known))),
		Plan{Action: Wait, Reason: api.ReasonTargetUnknown, Message: "key type", At: now.Add(time.Hour)},
	},
	"which key type it asks for cannot be known": {
		fresh(another(asIs), spec(func(c *api.Certificate) { c.KeyType = "" }), target(both(unclaimed, blind))), looksAgain(5 * time.Minute),
	},
}

// Row 10: wanted, and not now.

var accountCases = map[string]expected{
	"there is no account of that name": {
		fresh(account(noAccount)),
		Plan{Action: Wait, Reason: api.ReasonAccountNotFound, Message: "no Account record", At: now.Add(time.Hour)},
	},
	"it is not registered yet": {
		fresh(account(notReady)), Plan{Action: Wait, Reason: api.ReasonAccountNotReady, Message: "not registered", At: now.Add(time.Hour)},
	},
	"its record is not accepted": {
		fresh(account(func(a *Account) { a.Spec, a.Ready, a.Message = nil, false, "not accepted" })),
		Plan{Action: Wait, Reason: api.ReasonAccountNotReady, Message: "not accepted", At: now.Add(time.Hour)},
	},
	"an order in flight waits for it": {
		fresh(account(notReady), issuing(ordered)),
		Plan{Action: Wait, Reason: api.ReasonAccountNotReady, Message: "not registered", At: now.Add(time.Hour)},
	},
	"a renewal too": {
		kept(account(noAccount), at(renewAt)),
		Plan{Action: Wait, Reason: api.ReasonAccountNotFound, Message: "no Account record", At: renewAt.Add(time.Hour)},
	},
}

func failed(change func(*api.CertificateStatus)) option {
	return status(func(s *api.CertificateStatus) {
		s.Failures, s.FailedDigest, s.LastReason, s.LastError = 1, current, api.ReasonValidationFailed, "no TXT record"
		change(s)
	})
}

func pausedUntil(t time.Time) Plan {
	return Plan{Action: Wait, Reason: api.ReasonBackingOff, Message: "no TXT record", At: t}
}

var rejectedCases = map[string]expected{
	"nothing more is ordered": {
		fresh(failed(rejectedFor(current, 2))),
		Plan{Action: Wait, Reason: api.ReasonChainRejected, Message: "no TXT record", At: now.Add(day)},
	},
	"also when its renewal is due": {
		kept(at(renewAt), failed(rejectedFor(current, 2))),
		Plan{Action: Wait, Reason: api.ReasonChainRejected, Message: "no TXT record", At: renewAt.Add(day)},
	},
}

func rejectedFor(digest string, n int) func(*api.CertificateStatus) {
	return func(s *api.CertificateStatus) { s.RejectedDigest, s.Rejections = digest, n }
}

var backingOffCases = map[string]expected{
	"after a failure":         {fresh(failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(5 * time.Minute) })), pausedUntil(now.Add(5 * time.Minute))},
	"after an error":          {fresh(failed(func(s *api.CertificateStatus) { s.TransientBackoffUntil = now.Add(10 * time.Second) })), pausedUntil(now.Add(10 * time.Second))},
	"as long as the CA says":  {fresh(failed(func(s *api.CertificateStatus) { s.RetryAfterUntil = now.Add(time.Hour) })), pausedUntil(now.Add(time.Hour))},
	"an order in flight, too": {fresh(issuing(ordered), order(api.OrderReady), failed(func(s *api.CertificateStatus) { s.TransientBackoffUntil = now.Add(time.Second) })), pausedUntil(now.Add(time.Second))},
	"of several the last one counts": {
		fresh(failed(func(s *api.CertificateStatus) {
			s.FailureBackoffUntil, s.TransientBackoffUntil, s.RetryAfterUntil = now.Add(time.Hour), now.Add(time.Minute), now.Add(2*time.Hour)
		})), pausedUntil(now.Add(2 * time.Hour)),
	},
	"the CA's word also binds another digest": {
		fresh(failed(func(s *api.CertificateStatus) {
			s.FailedDigest, s.FailureBackoffUntil, s.RetryAfterUntil = "another", now.Add(time.Hour), now.Add(time.Minute)
		})), Plan{Action: Wait, Reason: api.ReasonBackingOff, At: now.Add(time.Minute)},
	},
}
