package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// Generated worlds: every field that a decision reads takes its telling values, in any combination, also such as no
// pass has seen yet. Answers of the outside are there only where they were asked for, as observing gives them.

func one[T any](t *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, label)
}

// rarely is true once in eight times.
func rarely(t *rapid.T, label string) bool { return rapid.IntRange(0, 7).Draw(t, label) == 0 }

func someTime(t *rapid.T, label string) time.Time {
	return one(t, label, time.Time{}, time.Time{}, time.Time{}, now.Add(-8*day), now.Add(-time.Hour), now, now.Add(time.Minute), now.Add(time.Hour), now.Add(2*day))
}

func someError(t *rapid.T, label string) error {
	kind := one(t, label+" kind", api.Transient, api.Throttled, api.Conflict, api.Terminal, api.NotFound, api.Bug)
	if kind == api.Bug {
		return errBug
	}
	return &api.Error{Kind: kind, Reason: one(t, label+" reason", "", api.ReasonQuotaExceeded, api.ReasonKeyLost, api.ReasonZoneNotFound),
		RetryAfter: one(t, label+" retry after", 0, 0, time.Hour), Message: "it refuses"}
}

func someSpec(t *rapid.T) *api.Certificate {
	c := &api.Certificate{
		Name: "www", Account: "default", Domains: one(t, "domains", []string{"www.example.com"}, []string{"www.example.com", "api.example.com"}),
		KeyType: one(t, "key type", api.EC256, api.EC256, api.RSA2048, ""), DeletionPolicy: one(t, "policy", api.Retain, api.Delete),
		Suspend: rarely(t, "suspended"), RenewToken: one(t, "token", "", "one", "two"),
	}
	if rapid.Bool().Draw(t, "renew before") {
		c.RenewBefore = 20 * day
	}
	if rapid.Bool().Draw(t, "tags") {
		c.Tags = map[string]string{"team": "web"}
	}
	return c
}

func someAccount(t *rapid.T) Account {
	a := fresh().Account
	switch one(t, "account", "ready", "ready", "ready", "not ready", "none", "another") {
	case "not ready":
		notReady(&a)
	case "none":
		noAccount(&a)
	case "another":
		a.Name, a.Spec = "other", &api.Account{Name: "other", Directory: "https://other.test/dir"}
	}
	return a
}

func someLeaf(t *rapid.T) api.Leaf {
	l := one(t, "leaf", leaf("a1", began, ends), successor, leaf("c3", now.Add(-80*day), now.Add(10*day)), leaf("d4", now.Add(-91*day), now.Add(-day)),
		leaf("e5", now.Add(time.Minute), now.Add(life)))
	if rapid.Bool().Draw(t, "two names") {
		l.Domains = []string{"api.example.com", "www.example.com"}
	}
	if rarely(t, "RSA") {
		l = rsa(l)
	}
	l.SelfSigned = rarely(t, "self-signed")
	return l
}

func someInstalled(t *rapid.T, arn, key string) *api.Installed {
	c := installed(arn, someLeaf(t), key)
	c.Type = one(t, "type", "IMPORTED", "IMPORTED", "IMPORTED", "AMAZON_ISSUED")
	switch one(t, "tags of it", "ours", "ours", "none", "another's", "adopted", "placeholder", "people's") {
	case "none":
		c.Tags = nil
	case "another's":
		c.Tags[api.TagOwner] = table + "/api"
	case "adopted":
		c.Tags[api.TagAdopted] = "true"
	case "placeholder":
		c.Tags[api.TagPlaceholder] = "true"
	case "people's":
		c.Tags["team"], c.Tags["cost"] = "web", "42"
	}
	if rarely(t, "in use") {
		c.InUseBy = []string{"listener"}
	}
	return c
}

func someTargetStatus(t *rapid.T, key, arn string) api.TargetStatus {
	ts := api.TargetStatus{Key: key, Imported: rapid.Bool().Draw(t, "imported")}
	if rapid.Bool().Draw(t, "ARN known") {
		ts.ARN, ts.Serial = arn, "a1"
	}
	if rapid.Bool().Draw(t, "failed") {
		ts.Failures, ts.NextAttemptAt = one(t, "failures", 1, 5), someTime(t, "next attempt")
		ts.FailedSerial = one(t, "failed serial", "", "a1", successor.Serial)
		ts.Reason, ts.Message = api.ReasonQuotaExceeded, "it refuses"
		if rapid.Bool().Draw(t, "claimed by another") {
			ts.Reason, ts.Message, ts.BlockedBy = api.ReasonOwnedByAnother, ownedBy(arn, "api"), one(t, "blocked by", "", "api", "web")
		}
	}
	if rapid.Bool().Draw(t, "tags failed") {
		ts.TagFailures, ts.NextTagAt = one(t, "tag failures", 1, 3), someTime(t, "next tags")
	}
	if rarely(t, "retired") {
		ts.RetiredARN = "arn:retired"
	}
	ts.TagKeys = one(t, "tag keys", nil, []string{"team"}, []string{"env"})
	ts.DroppedSince = one(t, "dropped since", time.Time{}, time.Time{}, now.Add(-day), now.Add(-8*day))
	return ts
}

func someTarget(t *rapid.T, i int) Target {
	region, arn := fmt.Sprintf("region-%d", i), fmt.Sprintf("arn:target-%d", i)
	target := Target{Target: api.Target{Location: api.Location{Region: region}}, Wanted: !rarely(t, "dropped")}
	key := region
	if rarely(t, "named") || rarely(t, "also named") {
		target.ACMARN, key = arn, arn
	}
	target.Stored = someTargetStatus(t, key, arn)
	target.Stored.Claimed = rapid.Bool().Draw(t, "claimed")
	switch one(t, "seen", "found", "found", "found", "missing", "error") {
	case "found":
		target.Found = someInstalled(t, arn, key)
		target.Listed = rapid.Bool().Draw(t, "listed")
		target.OwnerGone = target.Found.Tags[api.TagOwner] != owner && rapid.Bool().Draw(t, "owner gone")
		if target.Found.Tags[api.TagOwner] != owner {
			target.ClaimedBy = one(t, "claimed by", "", "www", "www", "api")
			target.ClaimGone = target.ClaimedBy == "api" && rapid.Bool().Draw(t, "claim gone")
		}
		target.OwnerBusy = target.OwnerGone && rarely(t, "owner busy")
		if rarely(t, "superseded") {
			target.Superseded = "arn:superseded"
		}
		if target.Stored.RetiredARN != "" {
			target.PredecessorARN = target.Stored.RetiredARN
			somePredecessor(t, &target, key)
		}
	case "error":
		target.Err = someError(t, "target")
	}
	return target
}

func somePredecessor(t *rapid.T, target *Target, key string) {
	switch one(t, "predecessor", "found", "found", "missing", "error") {
	case "found":
		target.Predecessor = someInstalled(t, target.PredecessorARN, key)
		target.PredecessorClaim = one(t, "predecessor claimed by", "", "www", "api")
	case "error":
		target.PredecessorErr = someError(t, "predecessor")
	}
}

func someIssuance(t *rapid.T, targets []Target) *api.Issuance {
	stage := one(t, "in flight", "nothing", "key", "order", "held", "held", "left over")
	if stage == "nothing" {
		return nil
	}
	in := fresh(issuing())
	iss := *in.Issuance
	iss.Digest, iss.RenewalOf = one(t, "digest in flight", current, current, "another"), one(t, "renewal of", "", "a1")
	switch stage {
	case "order":
		ordered(&iss)
		iss.FinalizedAt, iss.GivenUpOrder = someTime(t, "finalized"), one(t, "given up", "", "https://ca.test/order/0")
		iss.OrderDeniedAt, iss.CertificateDeniedAt = someTime(t, "order denied"), someTime(t, "certificate denied")
		iss.SlowSince, iss.ResolvedZone = someTime(t, "slow"), one(t, "resolved for", "", "", "ZOLD")
	case "held":
		held(someLeaf(t))(&iss)
		iss.Installed = rapid.Bool().Draw(t, "installed")
	case "left over":
		iss = api.Issuance{Version: 2}
	}
	if rapid.Bool().Draw(t, "published") {
		published(&iss)
		iss.Published[0].Submitted = rapid.Bool().Draw(t, "done")
	}
	for _, target := range targets {
		if rarely(t, "import under way") {
			iss.Imports = map[string]time.Time{target.Stored.Key: one(t, "begun", now.Add(-time.Minute), now.Add(-time.Hour))}
		}
	}
	if iss.IsEmpty() {
		return nil
	}
	return &iss
}
