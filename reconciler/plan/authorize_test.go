package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

const (
	roleA   = "arn:aws:iam::111111111111:role/a"
	roleB   = "arn:aws:iam::222222222222:role/b"
	secretA = "arn:aws:secretsmanager:us-east-1:111111111111:secret:team-a/jprs-AbCdEf"
)

// refusedBy returns what one policy says of the record, as one pass sees it.
func refusedBy(p *api.Policy, options ...option) string {
	p.Name, p.Records = "a", []string{"*"}
	in := fresh(options...)
	in.Policies = api.PolicySet{Policies: []api.PolicyEntry{{Name: "a", Policy: p}}}
	return newDraft(in).admission.denial
}

func withDomains(domains ...string) option {
	return spec(func(c *api.Certificate) { c.Domains = domains })
}

func withRole(r api.Role) option {
	return spec(func(c *api.Certificate) {
		c.Targets = slices.Clone(c.Targets)
		c.Targets[0].Role = r
	})
}

func withProfile(ofRecord, ofAccount string) option {
	return func(in *Input) {
		spec(func(c *api.Certificate) { c.Profile = ofRecord })(in)
		a := *in.Account.Spec
		a.Profile, in.Account.Spec = ofAccount, &a
	}
}

func adoptedWithoutName(t *Target) {
	t.Found = installed(ownARN, leaf("a1", began, ends), place)
	t.Found.Tags[api.TagAdopted] = "true"
}

// TestAuthorize_EachAttributeOfAPolicy has, for each attribute, what it allows and what it does not; the effective value counts where
// the record leaves one out.
func TestAuthorize_EachAttributeOfAPolicy(t *testing.T) {
	no, yes := false, true
	fixed := api.PolicyRole{Role: api.Role{RoleARN: roleA, ExternalID: "team-a"}, FixedExternalID: true}
	type object = struct {
		policy api.Policy
		record option
		// denied is the attribute and value; empty: it is allowed.
		denied string
	}
	noOption := func(*Input) {}
	for sentence, c := range map[string]object{
		"no attribute at all":          {api.Policy{}, noOption, ""},
		"a domain in it":               {api.Policy{Domains: []string{"*.example.com"}}, noOption, ""},
		"one domain of two":            {api.Policy{Domains: []string{"*.example.com"}}, withDomains("www.example.com", "example.com"), `domains "example.com"`},
		"no domain":                    {api.Policy{Domains: []string{}}, noOption, `domains "www.example.com"`},
		"a wildcard":                   {api.Policy{Domains: []string{"*.example.com"}}, withDomains("*.example.com"), ""},
		"a wildcard of one name":       {api.Policy{Domains: []string{"www.example.com"}}, withDomains("*.example.com"), `domains "*.example.com"`},
		"no wildcards":                 {api.Policy{Wildcards: &no}, withDomains("example.com", "*.example.com"), `wildcards "*.example.com"`},
		"no wildcards, and none":       {api.Policy{Wildcards: &no}, noOption, ""},
		"wildcards":                    {api.Policy{Wildcards: &yes}, withDomains("*.example.com"), ""},
		"the default account":          {api.Policy{Accounts: []string{"team-a.*"}}, noOption, `accounts "default"`},
		"the account":                  {api.Policy{Accounts: []string{"def*"}}, noOption, ""},
		"the named zone":               {api.Policy{Zones: []string{"ZNET"}}, spec(func(c *api.Certificate) { c.Zone = "ZCOM" }), `zones "ZCOM"`},
		"the zone that was found":      {api.Policy{Zones: []string{"ZNET"}}, zones, `zones "ZCOM"`},
		"the zone in it":               {api.Policy{Zones: []string{"ZNET", "ZCOM"}}, zones, ""},
		"no zone known yet":            {api.Policy{Zones: []string{}}, noOption, ""},
		"the controller's own role":    {api.Policy{Roles: []api.PolicyRole{}}, noOption, ""},
		"another role":                 {api.Policy{Roles: []api.PolicyRole{fixed}}, withRole(api.Role{RoleARN: roleB}), `roles "` + roleB + `"`},
		"no role":                      {api.Policy{Roles: []api.PolicyRole{}}, withRole(api.Role{RoleARN: roleA}), `roles "` + roleA + `"`},
		"the role":                     {api.Policy{Roles: []api.PolicyRole{{Role: api.Role{RoleARN: roleA}}}}, withRole(api.Role{RoleARN: roleA, ExternalID: "x"}), ""},
		"the role for DNS":             {api.Policy{Roles: []api.PolicyRole{}}, spec(func(c *api.Certificate) { c.DNS.RoleARN = roleA }), `roles "` + roleA + `"`},
		"the fixed external ID":        {api.Policy{Roles: []api.PolicyRole{fixed}}, withRole(api.Role{RoleARN: roleA, ExternalID: "team-a"}), ""},
		"an external ID left out":      {api.Policy{Roles: []api.PolicyRole{fixed}}, withRole(api.Role{RoleARN: roleA}), ""},
		"another external ID":          {api.Policy{Roles: []api.PolicyRole{fixed, {Role: api.Role{RoleARN: roleB}}}}, withRole(api.Role{RoleARN: roleA, ExternalID: "team-b"}), `external_id "` + roleA + `"`},
		"the default region":           {api.Policy{Regions: []string{"eu-west-1"}}, noOption, `regions "us-east-1"`},
		"the region":                   {api.Policy{Regions: []string{"us-east-1"}}, noOption, ""},
		"an ARN to adopt":              {api.Policy{ACMARNs: []string{}}, spec(func(c *api.Certificate) { c.Targets[0].ACMARN = ownARN }), `acm_arns "` + ownARN + `"`},
		"an ARN in it":                 {api.Policy{ACMARNs: []string{"arn:aws:acm:*:123456789012:certificate/*"}}, spec(func(c *api.Certificate) { c.Targets[0].ACMARN = ownARN }), ""},
		"a new import":                 {api.Policy{ACMARNs: []string{}}, noOption, ""},
		"what it imported itself":      {api.Policy{ACMARNs: []string{}}, target(holds(leaf("a1", began, ends))), ""},
		"what was found adopted":       {api.Policy{ACMARNs: []string{}}, target(adoptedWithoutName), `acm_arns "` + ownARN + `"`},
		"a key type":                   {api.Policy{KeyTypes: []api.KeyType{api.RSA2048}}, noOption, `key_types "EC_prime256v1"`},
		"the default key type":         {api.Policy{KeyTypes: []api.KeyType{api.EC256}}, spec(func(c *api.Certificate) { c.KeyType = "" }), `key_types "RSA_2048"`},
		"a profile":                    {api.Policy{Profiles: []string{"tlsserver"}}, withProfile("shortlived", "tlsserver"), `profiles "shortlived"`},
		"the account's profile":        {api.Policy{Profiles: []string{}}, withProfile("", "shortlived"), `profiles "shortlived"`},
		"no profile":                   {api.Policy{Profiles: []string{}}, noOption, ""},
		"the default deletion policy":  {api.Policy{DeletionPolicies: []api.DeletionPolicy{api.Delete}}, noOption, `deletion_policies "Retain"`},
		"the deletion policy":          {api.Policy{DeletionPolicies: []api.DeletionPolicy{api.Retain}}, noOption, ""},
		"its own names at port 443":    {api.Policy{ProbeEndpoints: []string{}}, probing(api.Endpoint{Host: "www.example.com"}), ""},
		"a name under its wildcard":    {api.Policy{ProbeEndpoints: []string{}}, options(withDomains("*.example.com"), probing(api.Endpoint{Host: "a.example.com", SNI: "b.example.com"})), ""},
		"another port of its name":     {api.Policy{ProbeEndpoints: []string{}}, probing(api.Endpoint{Host: "www.example.com", Port: 22}), `probe_endpoints "www.example.com:22"`},
		"the port of a protocol":       {api.Policy{ProbeEndpoints: []string{"www.example.com:443"}}, probing(api.Endpoint{Host: "www.example.com", Protocol: api.ProtocolSMTP}), `probe_endpoints "www.example.com:587"`},
		"another host":                 {api.Policy{ProbeEndpoints: []string{"*.example.com:*"}}, probing(api.Endpoint{Host: "lb.example.net", SNI: "www.example.com"}), `probe_endpoints "lb.example.net:443"`},
		"a host in it":                 {api.Policy{ProbeEndpoints: []string{"lb.example.net:443"}}, probing(api.Endpoint{Host: "lb.example.net", SNI: "www.example.com"}), ""},
		"any port of a host in it":     {api.Policy{ProbeEndpoints: []string{"**.example.net:*"}}, probing(api.Endpoint{Host: "a.lb.example.net", Port: 8443}), ""},
		"probes that are off":          {api.Policy{ProbeEndpoints: []string{}}, options(probing(api.Endpoint{Host: "lb.example.net"}), spec(func(c *api.Certificate) { c.Probe.Off = true })), `probe_endpoints "lb.example.net:443"`},
		"what is for accounts only":    {api.Policy{Directories: []string{}, EABSecrets: []string{}, Networks: []api.Network{}}, noOption, ""},
		"several values at once":       {api.Policy{Domains: []string{}, Regions: []string{}}, noOption, `domains "www.example.com", regions "us-east-1"`},
		"more than anybody would read": {api.Policy{Domains: []string{}, Regions: []string{}, Accounts: []string{}, KeyTypes: []api.KeyType{}, DeletionPolicies: []api.DeletionPolicy{}}, noOption, `regions "us-east-1", and 2 more`},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := refusedBy(&c.policy, c.record)
			if (got == "") != (c.denied == "") || !strings.Contains(got, c.denied) {
				t.Errorf("it says %q, want %q", got, c.denied)
			}
		})
	}
}

func TestAuthorize_EachAttributeOfAPolicyForAccounts(t *testing.T) {
	account := api.Account{Name: "team-a.jprs", Directory: dir, EABSecretARN: secretA, Network: api.NetworkPrivate}
	without := account
	without.EABSecretARN = ""
	for sentence, c := range map[string]struct {
		policy  api.Policy
		account api.Account
		denied  string
	}{
		"no attribute at all": {api.Policy{}, account, ""},
		"the directory":       {api.Policy{Directories: []string{dir}}, account, ""},
		"another directory":   {api.Policy{Directories: []string{"https://other.test/dir"}}, account, `directories "` + dir + `"`},
		"the secret":          {api.Policy{EABSecrets: []string{"arn:aws:secretsmanager:*:111111111111:secret:team-a/*"}}, account, ""},
		"another's secret":    {api.Policy{EABSecrets: []string{"arn:aws:secretsmanager:*:111111111111:secret:team-b/*"}}, account, `eab_secrets "` + secretA + `"`},
		"no secret":           {api.Policy{EABSecrets: []string{}}, without, ""},
		"the network":         {api.Policy{Networks: []api.Network{api.NetworkPublic}}, account, `networks "private"`},
		"for certificates":    {api.Policy{Domains: []string{}, KeyTypes: []api.KeyType{}, Profiles: []string{}}, account, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.policy.Name, c.policy.Records = "a", []string{"team-a.*"}
			set := api.PolicySet{Policies: []api.PolicyEntry{{Name: "a", Policy: &c.policy}}}
			if got := AccountRefusal(set, &c.account); (got == "") != (c.denied == "") || !strings.Contains(got, c.denied) {
				t.Errorf("it says %q, want %q", got, c.denied)
			}
			c.account.Name = "team-b.jprs"
			if got := AccountRefusal(set, &c.account); !strings.Contains(got, `no policy applies to a record of the name "team-b.jprs"`) {
				t.Errorf("another's: %q", got)
			}
		})
	}
}

func TestAuthorize_ARefusalStaysShort(t *testing.T) {
	var set api.PolicySet
	for i := range 100 {
		set.Policies = append(set.Policies, api.PolicyEntry{Name: fmt.Sprintf("team-%02d", i), Policy: &api.Policy{
			Name: fmt.Sprintf("team-%02d", i), Records: []string{"*"}, Domains: []string{}}})
	}
	c := *fresh().Spec
	c.Domains = []string{strings.Repeat("a", 60) + "." + strings.Repeat(strings.Repeat("b", 50)+".", 3) + "example.com"}
	got := authorize(set, "www", "", certificateRules, specUses(&c)).refusal
	if !strings.HasSuffix(got, "; and 97 more policies do not allow it") || strings.Count(got, "policy team-") != 3 || len(got) > api.MaxMessage {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	for i := range set.Policies {
		set.Policies[i].Policy.Records = []string{"other"}
	}
	if got := authorize(set, "www", "", certificateRules, specUses(&c)).refusal; strings.Contains(got, "team-") {
		t.Errorf("%s", got)
	}
}

// somePolicy restricts some attributes to some of what the worlds use.
func somePolicy(t *rapid.T, name string) *api.Policy {
	p := &api.Policy{Name: name, Records: one(t, "records", []string{"*"}, []string{"*"}, []string{"www"}, []string{"team-a.*"})}
	if rapid.Bool().Draw(t, "lenient") {
		return p
	}
	for i := range restrictions {
		if rarely(t, "restricted") {
			restrictions[i](t, p)
		}
	}
	return p
}

// probing adds endpoints to the record.
func probing(endpoints ...api.Endpoint) option {
	return spec(func(c *api.Certificate) { c.Probe.Endpoints = endpoints })
}

// options applies several options in order.
func options(all ...option) option {
	return func(in *Input) { *in = in.with(all...) }
}

// restrictions set one attribute each, to something.
var restrictions = []func(*rapid.T, *api.Policy){
	func(t *rapid.T, p *api.Policy) {
		p.Domains = one(t, "domains", []string{}, []string{"*.example.com"}, []string{"www.example.com"}, []string{"**.com"})
	},
	func(t *rapid.T, p *api.Policy) { b := rapid.Bool().Draw(t, "wildcards"); p.Wildcards = &b },
	func(t *rapid.T, p *api.Policy) { p.Accounts = one(t, "accounts", []string{}, []string{"default"}) },
	func(t *rapid.T, p *api.Policy) { p.Zones = one(t, "zones", []string{}, []string{"ZCOM"}) },
	func(t *rapid.T, p *api.Policy) {
		p.Roles = one(t, "roles", []api.PolicyRole{}, []api.PolicyRole{{Role: api.Role{RoleARN: roleA, ExternalID: "a"}, FixedExternalID: true}})
	},
	func(t *rapid.T, p *api.Policy) {
		p.Regions = one(t, "regions", []string{}, []string{place}, []string{place, "ap-northeast-1"})
	},
	func(t *rapid.T, p *api.Policy) { p.ACMARNs = one(t, "ARNs", []string{}, []string{ownARN}) },
	func(t *rapid.T, p *api.Policy) {
		p.KeyTypes = one(t, "key types", []api.KeyType{}, []api.KeyType{api.EC256})
	},
	func(t *rapid.T, p *api.Policy) { p.Profiles = []string{} },
	func(t *rapid.T, p *api.Policy) {
		p.DeletionPolicies = one(t, "deletion", []api.DeletionPolicy{api.Retain}, []api.DeletionPolicy{api.Delete})
	},
	func(t *rapid.T, p *api.Policy) {
		p.ProbeEndpoints = one(t, "endpoints", []string{}, []string{"lb.example.net:443"}, []string{"**.com:*"})
	},
	func(t *rapid.T, p *api.Policy) { p.MaxCertificates = one(t, "most", 1, 2) },
	func(t *rapid.T, p *api.Policy) { p.MinForceInterval = day },
}

// somePolicies are none, or some, valid or not.
func somePolicies(t *rapid.T) (set api.PolicySet) {
	for i := range one(t, "policies", 0, 1, 1, 2, 3) {
		name := string(rune('a' + i))
		e := api.PolicyEntry{Name: name, Digest: one(t, "digest", "1", "2"), Policy: somePolicy(t, name)}
		if rarely(t, "invalid") {
			e.Policy = nil
		}
		set.Policies = append(set.Policies, e)
	}
	return set
}

// governed is a world with policies, and with what an earlier pass may have written of them.
var governed = rapid.Custom(func(t *rapid.T) scene {
	in := world.Draw(t, "world").Input
	in.Policies = somePolicies(t)
	if rapid.Bool().Draw(t, "settled") && in.HasStatus {
		inPolicy("a", true)(&in)
		in.Zones, in.ZoneErr, in.Order, in.OrderErr, in.Renewal, in.RenewalErr = nil, nil, nil, nil, nil, nil
		return scene{answered(t, in)}
	}
	in.Stored.Policy = one(t, "policy seen", "", "a", "b")
	in.Stored.PolicyDigest = one(t, "digest seen", "", "another", policiesDigest(in.Policies, in.Name))
	in.Stored.PolicyCounted = one(t, "place", "", "another", policiesDigest(in.Policies, in.Name))
	in.Stored.PolicyFullAt = one(t, "full", time.Time{}, time.Time{}, now.Add(-time.Minute), now.Add(-2*time.Hour))
	if rarely(t, "denied before") {
		in.Stored.Conditions = api.SetCondition(in.Stored.Conditions, api.Condition{
			Type: api.ConditionAccepted, Status: api.ConditionFalse, Reason: api.ReasonPolicyDenied, Message: "zones"}, began)
	}
	if in.Spec != nil && rarely(t, "refused account") {
		in.Account.Refusal = "no policy allows the record"
	}
	in.Zones, in.ZoneErr, in.Order, in.OrderErr, in.Renewal, in.RenewalErr = nil, nil, nil, nil, nil, nil
	return scene{answered(t, in)}
})

// TestAuthorize_WhileDeniedNothingHappensButCleanUp: whatever the world is like, a record that no policy allows orders, imports,
// adopts, tags and publishes nothing.
func TestAuthorize_WhileDeniedNothingHappensButCleanUp(t *testing.T) {
	seen := map[Action]int{}
	for range 20 {
		whileDenied(t, seen)
	}
	for _, a := range []Action{MakeKey, NewOrder, Tag, DropIssuance, Admit, Dismiss, CleanDNS} {
		if seen[a] == 0 {
			t.Errorf("no world has %s decided: %v", a, seen)
		}
	}
}

func whileDenied(t *testing.T, seen map[Action]int) {
	rapid.Check(t, func(t *rapid.T) {
		in := governed.Draw(t, "world").Input
		s := newDraft(in)
		p := Decide(in)
		seen[p.Action]++
		if s.Spec == nil || (!s.denied() && !s.lacksPlace()) {
			return
		}
		switch p.Action {
		case Wait, DropIssuance, CleanDNS, Notify, Dismiss:
		case Admit:
			if s.denied() {
				t.Fatalf("%s, while %s", p.Action, s.admission.denial)
			}
		default:
			t.Fatalf("%s, while %q", p.Action, s.admission.denial)
		}
		if c := take(in, p, someOutcome(t, p)).Status; s.denied() && api.IsTrue(c.Conditions, api.ConditionAccepted) && p.Action != Admit {
			t.Fatalf("accepted, while %s", s.admission.denial)
		}
	})
}

// TestAuthorize_NoEffectIsBeyondWhatOnePolicyAllows: each step that is decided is within the policy that admits the record.
func TestAuthorize_NoEffectIsBeyondWhatOnePolicyAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := governed.Draw(t, "world").Input
		if len(in.Policies.Policies) == 0 || in.Spec == nil {
			return
		}
		p := Decide(in)
		u, within := effectUses(in, p), 0
		if u == nil {
			return // nothing that a policy compares
		}
		for _, e := range in.Policies.Policies {
			if e.Policy != nil && appliesTo(e, in.Name) && violations(e.Policy, certificateRules, *u) == "" {
				within++
			}
		}
		if within == 0 {
			t.Fatalf("%+v is within no policy of %+v", p, in.Policies.Policies)
		}
	})
}

// effectUses returns what the effect of p uses, read from the plan and the world and from nothing that authorize works out.
func effectUses(in Input, p Plan) *uses {
	u := uses{domains: in.Spec.Domains, account: in.Spec.Account, deletionPolicy: in.Spec.DeletionPolicy}
	switch p.Action {
	case MakeKey, NewOrder, ClaimARN, Tag, Import, ImportPlaceholder, Accept, Finalize, Download, ResumeOrder:
	case Publish:
		u.zones, u.roles = []string{p.Zone}, []api.Role{p.Role}
	default:
		return nil
	}
	for _, t := range in.Targets {
		if t.Stored.Key == p.Target && p.Target != "" && t.Wanted {
			u.regions, u.roles = append(u.regions, t.Region), append(u.roles, t.Role)
			u.arns = append(u.arns, given(t.ACMARN)...)
		}
	}
	if p.Action == NewOrder {
		for _, z := range in.Zones {
			u.zones = append(u.zones, z.Zone)
		}
		u.keyType, u.profile = in.Issuance.KeyType, in.Issuance.Profile
	}
	return &u
}

// TestAuthorize_ARestrictionNeverWidens what one policy allows.
func TestAuthorize_ARestrictionNeverWidens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := world.Draw(t, "world").Input
		if in.Spec == nil {
			t.Skip("no record")
		}
		u := newDraft(in).uses()
		p := somePolicy(t, "a")
		before := violations(p, certificateRules, u)
		i := rapid.IntRange(0, len(restrictions)-1).Draw(t, "another attribute")
		restricted := *p
		if reset(i, &restricted); violations(&restricted, certificateRules, u) != "" && before == "" {
			t.Fatalf("taking attribute %d away restricts", i)
		}
		unrestricted := restricted
		if restrictions[i](t, &restricted); violations(&unrestricted, certificateRules, u) != "" && violations(&restricted, certificateRules, u) == "" {
			t.Fatalf("attribute %d widens %+v", i, restricted)
		}
	})
}

// reset takes one attribute away.
func reset(i int, p *api.Policy) {
	q := *p
	none := api.Policy{}
	for j, into := range []func(){
		func() { q.Domains = none.Domains }, func() { q.Wildcards = none.Wildcards }, func() { q.Accounts = none.Accounts },
		func() { q.Zones = none.Zones }, func() { q.Roles = none.Roles }, func() { q.Regions = none.Regions }, func() { q.ACMARNs = none.ACMARNs },
		func() { q.KeyTypes = none.KeyTypes }, func() { q.Profiles = none.Profiles }, func() { q.DeletionPolicies = none.DeletionPolicies },
		func() { q.ProbeEndpoints = none.ProbeEndpoints }, func() { q.MaxCertificates = 0 }, func() { q.MinForceInterval = 0 },
	} {
		if i == j {
			into()
		}
	}
	*p = q
}

// TestAuthorize_TheSetAllowsWhatOnePolicyAllows as a whole, and nothing else; the order of the set does not matter.
func TestAuthorize_TheSetAllowsWhatOnePolicyAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := world.Draw(t, "world").Input
		if in.Spec == nil {
			t.Skip("no record")
		}
		set, u := somePolicies(t), newDraft(in).uses()
		one := len(set.Policies) == 0
		for _, e := range set.Policies {
			alone := authorize(api.PolicySet{Policies: []api.PolicyEntry{e}}, in.Name, "", certificateRules, u)
			one = one || alone.refusal == ""
		}
		got := authorize(set, in.Name, "", certificateRules, u)
		if (got.refusal == "") != one {
			t.Fatalf("%q, and one allows it: %v", got.refusal, one)
		}
		slices.Reverse(set.Policies)
		if again := authorize(set, in.Name, "", certificateRules, u); again.refusal != got.refusal || len(again.allowed) != len(got.allowed) {
			t.Fatalf("%q, and in another order %q", got.refusal, again.refusal)
		}
	})
}

// TestAuthorize_WithoutPoliciesNothingChanges: the decision and what is settled are those of before there were policies.
func TestAuthorize_WithoutPoliciesNothingChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := world.Draw(t, "world").Input
		s := newDraft(in)
		if s.denied() || s.lacksPlace() || leavesPolicy(&s.facts) || newPolicies(&s.facts) || !s.tokenWaits.IsZero() {
			t.Fatalf("%+v", s.admission)
		}
		if p := Decide(in); p.Action == Admit || p.Action == Dismiss || p.Reason == api.ReasonPolicyDenied {
			t.Fatalf("%+v", p)
		}
	})
}

func denying(e api.PolicyEntry) api.PolicyEntry {
	p := *e.Policy
	p.Domains, e.Policy = []string{}, &p
	return e
}

func TestAuthorize_AFixedExternalIDIsUsed(t *testing.T) {
	role := func(arn, id string) api.Role { return api.Role{RoleARN: arn, ExternalID: id} }
	fixing := func(name, arn, id string) api.PolicyEntry {
		return api.PolicyEntry{Name: name, Policy: &api.Policy{Name: name, Records: []string{"*"}, Roles: []api.PolicyRole{
			{Role: role(arn, id), FixedExternalID: true}, {Role: role(roleB, "")}}}}
	}
	for sentence, c := range map[string]struct {
		set       []api.PolicyEntry
		preferred string
		given     api.Role
		want      string
	}{
		"where the record names none":         {[]api.PolicyEntry{fixing("a", roleA, "team-a")}, "", role(roleA, ""), "team-a"},
		"not in another role":                 {[]api.PolicyEntry{fixing("a", roleA, "team-a")}, "", role(roleB, "own"), "own"},
		"not in the controller's own":         {[]api.PolicyEntry{fixing("a", roleA, "team-a")}, "", role("", ""), ""},
		"that of the policy that admitted it": {[]api.PolicyEntry{fixing("a", roleA, "team-a"), fixing("b", roleA, "team-b")}, "b", role(roleA, ""), "team-b"},
		"that of a policy that allows it":     {[]api.PolicyEntry{fixing("a", roleB, "team-a"), fixing("b", roleA, "team-b")}, "", role(roleA, ""), "team-b"},
		"not of one that does not":            {[]api.PolicyEntry{fixing("a", roleA, "team-a")}, "", role(roleA, "own"), "own"},
		"where no policy allows the record":   {[]api.PolicyEntry{denying(fixing("a", roleB, "no")), denying(fixing("b", roleA, "team-b"))}, "", role(roleA, ""), "team-b"},
	} {
		t.Run(sentence, func(t *testing.T) {
			certificate := *fresh().Spec
			certificate.DNS, certificate.Targets = c.given, []api.Target{{Location: api.Location{Region: place, Role: c.given}}}
			got := FixExternalIDs(&certificate, api.PolicySet{Policies: c.set}, c.preferred)
			if got.DNS.ExternalID != c.want || got.Targets[0].ExternalID != c.want {
				t.Errorf("%q and %q", got.DNS.ExternalID, got.Targets[0].ExternalID)
			}
			if certificate.DNS != c.given || certificate.Targets[0].Role != c.given {
				t.Error("the record was changed")
			}
		})
	}
}

func TestAuthorize_ARoleThatNoPolicyAllowsIsNotEvenReadThrough(t *testing.T) {
	set := api.PolicySet{Policies: []api.PolicyEntry{
		{Name: "a", Policy: &api.Policy{Name: "a", Records: []string{"team-a.*"}, Roles: []api.PolicyRole{{Role: api.Role{RoleARN: roleA, ExternalID: "id"}, FixedExternalID: true}}}},
		{Name: "b", Policy: &api.Policy{Name: "b", Records: []string{"team-b.*"}}},
		{Name: "c"},
	}}
	for sentence, c := range map[string]struct {
		name   string
		role   api.Role
		denied bool
	}{
		"its own":             {"team-a.www", api.Role{RoleARN: roleA}, false},
		"the controller's":    {"team-a.www", api.Role{}, false},
		"another":             {"team-a.www", api.Role{RoleARN: roleB}, true},
		"another external ID": {"team-a.www", api.Role{RoleARN: roleA, ExternalID: "guess"}, true},
		"any, where allowed":  {"team-b.www", api.Role{RoleARN: roleB}, false},
		"of no policy":        {"www", api.Role{RoleARN: roleA}, true},
	} {
		if err := CheckTarget(set, c.name, through(c.role), false); (err != nil) != c.denied || (err != nil && api.ReasonOf(err, "") != api.ReasonPolicyDenied) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if err := CheckTarget(api.PolicySet{}, "www", through(api.Role{RoleARN: roleA}), false); err != nil {
		t.Errorf("without policies: %v", err)
	}
}

func through(r api.Role) api.Target {
	return api.Target{Location: api.Location{Region: place, Role: r}}
}

// anyWorld has policies or not.
var anyWorld = rapid.OneOf(world, world, governed)
