package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Row 3: what no policy allows, and the place under max_certificates.

// policies puts these policies in force; each is what "www" may use, changed by its change.
func policies(changes ...func(*api.Policy)) option {
	return func(in *Input) {
		for i, change := range changes {
			p := &api.Policy{Name: string(rune('a' + i)), Records: []string{"*"}}
			change(p)
			in.Policies.Policies = append(in.Policies.Policies, api.PolicyEntry{Name: p.Name, Digest: "digest of " + p.Name, Policy: p})
		}
	}
}

// invalidPolicy puts a policy in force that nobody can read.
func invalidPolicy(name string) option {
	return func(in *Input) {
		in.Policies.Policies = append(in.Policies.Policies, api.PolicyEntry{Name: name, Digest: "?"})
	}
}

func allowsAll(*api.Policy) {}

func allowsDomains(patterns ...string) func(*api.Policy) {
	return func(p *api.Policy) { p.Domains = append([]string{}, patterns...) }
}

func allowsZones(zones ...string) func(*api.Policy) {
	return func(p *api.Policy) { p.Zones = append([]string{}, zones...) }
}

func admits(n int) func(*api.Policy) {
	return func(p *api.Policy) { p.MaxCertificates = n }
}

// inPolicy is a record that the policy of that name admitted, under the policies that are in force.
func inPolicy(name string, counted bool) option {
	return func(in *Input) {
		in.HasStatus = true
		in.Stored.Policy, in.Stored.PolicyDigest = name, policiesDigest(in.Policies, in.Name)
		if counted {
			in.Stored.PolicyCounted = in.Stored.PolicyDigest
		}
	}
}

// fullSince is a record that found no place then.
func fullSince(at time.Time) option {
	return func(in *Input) {
		inPolicy("", false)(in)
		in.Stored.PolicyFullAt = at
	}
}

func finalized(i *api.Issuance) { i.FinalizedAt = now.Add(-time.Minute) }

var deniedByDomains = Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: `policy a does not allow domains "www.example.com"`}

var policyDeniedCases = map[string]expected{
	"a record that no policy allows waits for a policy": {
		fresh(policies(allowsDomains("**.team-a.example.com"))), deniedByDomains,
	},
	"also with a certificate in place": {kept(policies(allowsDomains())), deniedByDomains},
	"also where its renewal is due":    {kept(policies(allowsDomains()), at(ends.Add(-time.Hour))), deniedByDomains},
	"a record that no policy speaks of": {
		fresh(policies(func(p *api.Policy) { p.Records = []string{"team-a.*"} })),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: `no policy applies to a record of the name "www": ask an administrator`},
	},
	"a policy that is not valid allows nothing": {
		fresh(invalidPolicy("a")),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: "policy a is not valid and allows nothing"},
	},
	"two policies do not allow together what neither allows": {
		fresh(policies(allowsDomains("www.example.com"), allowsAll), func(in *Input) {
			in.Policies.Policies[0].Policy.Regions = []string{}
			in.Policies.Policies[1].Policy.Domains = []string{}
		}),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied,
			Message: `policy a does not allow regions "us-east-1"; policy b does not allow domains "www.example.com"`},
	},
	"an account that no policy allows": {
		fresh(policies(allowsAll), account(func(a *Account) { a.Refusal = "no policy allows the record" })),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: "the policies do not allow account default", At: now.Add(time.Hour)},
	},
	"a set that is damaged allows nothing": {
		fresh(invalidPolicy("")),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: "the set of all policies is damaged or missing and allows nothing until the next resync"},
	},
	"a key is dropped": {
		fresh(issuing(), policies(allowsDomains())),
		Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows"},
	},
	"an order is dropped": {
		fresh(issuing(ordered, published), policies(allowsDomains())),
		Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows"},
	},
	"then its TXT values go": {
		fresh(issuing(published, func(i *api.Issuance) { i.SealedKey = nil }), policies(allowsDomains())),
		Plan{Action: CleanDNS, Reason: api.ReasonCleaningUp, Zone: "ZCOM", Values: []api.TXT{wwwTXT("txt")}},
	},
	"an order that may have become a certificate keeps its key": {
		fresh(issuing(ordered, finalized), policies(allowsDomains())),
		Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows", KeepKey: true},
	},
	"and is left at that": {
		fresh(issuing(func(i *api.Issuance) { i.GivenUpOrder = orderURL }), policies(allowsDomains())), deniedByDomains,
	},
	"a chain on hold stays there": {
		kept(issuing(held(successor)), policies(allowsDomains())), deniedByDomains,
	},
	"the zones that were found count": {
		fresh(zones, policies(allowsZones("ZNET"))),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: `policy a does not allow zones "ZCOM"`, At: now.Add(time.Hour)},
	},
	"also those of an order under way": {
		fresh(issuing(ordered), policies(allowsZones("ZNET"))),
		Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no policy allows"},
	},
	"without zones, the denial of before holds": {
		kept(policies(allowsZones("ZNET")), deniedOnRecord),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: "zones", At: now.Add(time.Hour)},
	},
	"the key type of the certificate to adopt counts": {
		fresh(target(named), target(holds(leaf("a1", began, ends))), spec(func(c *api.Certificate) { c.KeyType, c.Targets[0].ACMARN = "", ownARN }),
			policies(func(p *api.Policy) { p.KeyTypes = []api.KeyType{api.RSA4096} })),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: `key_types "EC_prime256v1"`, At: now.Add(time.Hour)},
	},
	"where all policies are full, it is asked again an hour later": {
		fresh(policies(admits(1)), fullSince(now.Add(-time.Minute))),
		Plan{Action: Wait, Reason: api.ReasonPolicyDenied, Message: "policy a admits max_certificates 1, and no place is free", At: now.Add(time.Hour)},
	},
}

func deniedOnRecord(in *Input) {
	inPolicy("", false)(in)
	in.Stored.Conditions = api.SetCondition(in.Stored.Conditions, api.Condition{
		Type: api.ConditionAccepted, Status: api.ConditionFalse, Reason: api.ReasonPolicyDenied, Message: "zones", ObservedGeneration: 1}, began)
}

var takePlaceCases = map[string]expected{
	"a new record takes a place before anything else": {
		fresh(policies(admits(2))), Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 2}}},
	},
	"also one whose certificate is in place": {
		kept(policies(admits(2)), inPolicy("a", false)), Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 2}}},
	},
	"the next policy is tried after a full one, up to the first without a bound": {
		fresh(policies(admits(2), admits(3), allowsDomains(), allowsAll, admits(9))),
		Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 2}, {"b", 3}, {"d", 0}}},
	},
	"the policy that admitted it before is tried first": {
		kept(policies(admits(2), admits(3)), inPolicy("b", false)),
		Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"b", 3}, {"a", 2}}},
	},
	"a changed policy is asked again": {
		kept(policies(admits(2)), inPolicy("a", true), status(func(s *api.CertificateStatus) { s.PolicyCounted = "another digest" })),
		Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 2}}},
	},
	"full policies are asked again after an hour": {
		fresh(policies(admits(1)), fullSince(now.Add(-time.Hour))),
		Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 1}}},
	},
	"or when one has changed": {
		fresh(policies(admits(1)), fullSince(now.Add(-time.Minute)), status(func(s *api.CertificateStatus) { s.PolicyDigest = "another digest" })),
		Plan{Action: Admit, Reason: api.ReasonAccepted, Places: []Place{{"a", 1}}},
	},
	"a place in another policy is given back": {
		kept(policies(allowsDomains(), allowsAll), inPolicy("a", true)), Plan{Action: Dismiss, Reason: api.ReasonPolicyDenied, Policy: "a"},
	},
	"also where there is no policy any more": {
		kept(status(func(s *api.CertificateStatus) { s.Policy, s.PolicyCounted = "a", "digest" })),
		Plan{Action: Dismiss, Reason: api.ReasonPolicyDenied, Policy: "a"},
	},
}
