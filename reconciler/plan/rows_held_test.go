package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Rows 5 and 6: a chain is held.

func reimport(key, arn string) Plan {
	return Plan{Action: Import, Reason: api.ReasonImporting, Target: key, ARN: arn}
}

func firstImport(key string) Plan {
	return Plan{Action: Import, Reason: api.ReasonImporting, Target: key, Set: map[string]string{api.TagOwner: owner, api.TagTarget: key}}
}

// refusing is a target whose import of the held chain was refused.
func refusing(until time.Time) func(*Target) {
	return func(t *Target) {
		t.Stored.Failures, t.Stored.NextAttemptAt, t.Stored.FailedSerial = 1, until, successor.Serial
		t.Stored.Reason, t.Stored.Message = api.ReasonQuotaExceeded, "the quota is used up"
	}
}

func rsa(l api.Leaf) api.Leaf {
	l.KeyType, l.KeyUsages = api.RSA2048, []string{"DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"}
	return l
}

func without(usage string) func(*api.Issuance) {
	return func(i *api.Issuance) {
		var left []string
		for _, u := range i.KeyUsages {
			if u != usage {
				left = append(left, u)
			}
		}
		i.KeyUsages = left
	}
}

func wantsRSA(c *api.Certificate) { c.KeyType = api.RSA2048 }

// stuck is a target whose certificate has a usage that the held chain, of the same key type, lacks.
var stuckOption = seen(spec(wantsRSA))

func stuckOn(l api.Leaf) option { return issuing(held(rsa(l)), without("KEY_ENCIPHERMENT")) }

var importCases = map[string]expected{
	"a first certificate goes in with its tags": {fresh(issuing(held(successor))), firstImport(place)},
	"a renewed one goes over the one in place":  {kept(issuing(held(successor))), reimport(place, ownARN)},
	"under a named ARN too":                     {kept(target(named), issuing(held(successor))), reimport(ownARN, ownARN)},
	"one of another key type gets an ARN of its own": {
		kept(spec(wantsRSA), issuing(held(rsa(successor)))), firstImport(place),
	},
	"the next target follows the first": {
		kept(another(asIs), target(holds(successor)), issuing(held(successor))), reimport(tokyo, otherARN),
	},
	"a target that refuses holds no other up": {
		kept(another(asIs), target(refusing(now.Add(time.Hour))), issuing(held(successor))), reimport(tokyo, otherARN),
	},
	"nor does one that can never take it": {
		kept(stuckOption, target(holds(rsa(leaf("a1", began, ends)))), another(missing), stuckOn(successor)), firstImport(tokyo),
	},
	"nor one that cannot be seen": {
		kept(another(asIs), target(blind), issuing(held(successor))), reimport(tokyo, otherARN),
	},
	"nor one whose claim pauses": {
		kept(another(asIs), target(claimFailed(now.Add(time.Minute))), issuing(held(successor))), reimport(tokyo, otherARN),
	},
	"nor one that the record should not name": {
		kept(another(both(unclaimed, amazons)), issuing(held(successor))), reimport(place, ownARN),
	},
	"a pause is over": {kept(target(refusing(now)), issuing(held(successor))), reimport(place, ownARN)},
	"a pause after another chain's refusal does not count": {
		kept(target(both(refusing(now.Add(time.Hour)), func(t *Target) { t.Stored.FailedSerial = "a1" })), issuing(held(successor))),
		reimport(place, ownARN),
	},
	"usages may be added": {
		kept(issuing(held(successor), func(i *api.Issuance) {
			i.KeyUsages = append(i.KeyUsages, "KEY_AGREEMENT")
		})), reimport(place, ownARN),
	},
	"an import that did not show up in time is made again": {
		fresh(issuing(held(successor), imports(now.Add(-5*time.Minute)))), firstImport(place),
	},
	"from its NotBefore on": {fresh(issuing(held(leaf("b2", now, now.Add(life))))), firstImport(place)},
	"what somebody imported is replaced, where it began before ours": {
		kept(target(holds(leaf("c3", began, ends.Add(life)))), issuing(held(successor))), reimport(place, ownARN),
	},
}

var superseded = Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "superseded"}

var done = Plan{Action: DropIssuance, Reason: api.ReasonCleaningUp, Success: true}

var finishCases = map[string]expected{
	"every target has it": {kept(another(holds(successor)), target(holds(successor)), issuing(held(successor))), done},
	"one that began later, and satisfies, is a fact": {
		kept(target(holds(leaf("c3", now, now.Add(life)))), issuing(held(successor))), done,
	},
	"a target that can never take it is not waited for": {
		kept(another(both(unclaimed, amazons)), target(holds(successor)), issuing(held(successor))), done,
	},
	"the record asks for other names meanwhile": {
		kept(spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} }),
			issuing(held(successor), func(i *api.Issuance) { i.Digest = "that of www.example.com" })), superseded,
	},
	"its own renewal is due": {
		kept(issuing(held(leaf("b2", now.Add(-70*day), now.Add(20*day))))), superseded,
	},
}

var waitHeldCases = map[string]expected{
	"it begins a little later": {
		fresh(issuing(held(leaf("b2", now.Add(time.Minute), now.Add(life))))),
		Plan{Action: Wait, Reason: api.ReasonNotYetValid, Message: "valid from 2026-03-01T09:01:00Z", At: now.Add(time.Minute)},
	},
	"the only target that lacks it refuses it": {
		kept(target(refusing(now.Add(time.Hour))), issuing(held(successor))),
		Plan{Action: Wait, Reason: api.ReasonQuotaExceeded, Message: "quota", At: now.Add(time.Hour)},
	},
	"an import whose reply was lost is looked for": {
		fresh(issuing(held(successor), imports(now.Add(-time.Minute)))),
		Plan{Action: Wait, Reason: api.ReasonImportPending, Message: "by its tags", At: now.Add(15 * time.Second)},
	},
	"also one that was to succeed another key type's": {
		kept(spec(wantsRSA), issuing(held(rsa(successor)), imports(now.Add(-time.Minute)))),
		Plan{Action: Wait, Reason: api.ReasonImportPending, Message: "lost", At: now.Add(15 * time.Second)},
	},
	"no longer than it may take": {
		kept(spec(wantsRSA), issuing(held(rsa(successor)), imports(now.Add(-5*time.Minute).Add(4*time.Second)))),
		Plan{Action: Wait, Reason: api.ReasonImportPending, Message: "lost", At: now.Add(4 * time.Second)},
	},
	"the target cannot be seen": {
		kept(target(blind), issuing(held(successor))),
		Plan{Action: Wait, Reason: api.ReasonTargetAccessDenied, Message: "access denied", At: now.Add(5 * time.Minute)},
	},
	"a claim pauses": {
		kept(target(claimFailed(now.Add(time.Minute))), issuing(held(successor))),
		Plan{Action: Wait, Reason: api.ReasonTargetUnknown, Message: "no answer", At: now.Add(time.Minute)},
	},
	"of several waits the first one counts": {
		kept(another(blind), target(refusing(now.Add(time.Minute))), issuing(held(successor))),
		Plan{Action: Wait, Reason: api.ReasonTargetAccessDenied, Message: "access denied", At: now.Add(time.Minute)},
	},
	"values that DNS does not let go are tried again meanwhile": {
		kept(target(refusing(now.Add(time.Hour))), issuing(held(successor), txt("ZCOM", "txt")), cleanupUntil(now.Add(time.Minute))),
		Plan{Action: Wait, Reason: api.ReasonQuotaExceeded, Message: "quota", At: now.Add(time.Minute)},
	},
	"no target can ever take it": {
		kept(stuckOption, target(holds(rsa(leaf("a1", began, ends)))), stuckOn(successor)),
		Plan{Action: Wait, Reason: api.ReasonUsagesIncompatible, Message: "KEY_ENCIPHERMENT", At: now.Add(day)},
	},
	"and no other is ordered even when it is due": {
		kept(stuckOption, target(holds(rsa(leaf("a1", now.Add(-100*day), now.Add(day))))), stuckOn(leaf("b2", now.Add(-80*day), now.Add(10*day)))),
		Plan{Action: Wait, Reason: api.ReasonUsagesIncompatible, Message: "KEY_ENCIPHERMENT", At: now.Add(day)},
	},
	"its account is gone": {
		kept(account(noAccount), issuing(held(successor))),
		Plan{Action: Wait, Reason: api.ReasonTargetUnknown, Message: "account", At: now.Add(15 * time.Minute)},
	},
}
