package plan

import (
	"maps"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	recordspec "certloop/reconciler/spec"
)

// What a record of team A can ask for that is team B's, as it is written: the records and policies here are raw items.

const (
	secretOfB = "arn:aws:secretsmanager:us-east-1:111122223333:secret:certloop/eab/team-b-AbCdEf"
	roleOfB   = "arn:aws:iam::111122223333:role/team-b"
	roleOfA   = "arn:aws:iam::111122223333:role/team-a"
	arnOfB    = "arn:aws:acm:us-east-1:111122223333:certificate/b"
)

func list(values ...any) []any { return append([]any{}, values...) }

// twoTeams returns the policies of two teams. Team B may use what team A may not.
func twoTeams() api.PolicySet {
	return api.PolicySet{Version: 1, Policies: []api.PolicyEntry{
		decodedEntry("team-a", map[string]any{"name": "policy#team-a", "kind": "Policy", "records": list("team-a.*"),
			"domains": list("team-a.example.com", "**.team-a.example.com"), "accounts": list("team-a.*"), "zones": list("ZCOM"),
			"roles": list(map[string]any{"arn": roleOfA, "external_id": "of-a"}), "regions": list("us-east-1"), "acm_arns": list(),
			"key_types": list("EC_prime256v1"), "deletion_policies": list("Retain"), "min_force_interval": "24h",
			"probe_endpoints": list("lb.team-a.example.com", "**.team-a.example.com:8443"),
			"directories":     list("letsencrypt"), "eab_secrets": list(), "networks": list("public")}),
		decodedEntry("team-b", map[string]any{"name": "policy#team-b", "kind": "Policy", "records": list("team-b.*"),
			"domains": list("**.example.net"), "accounts": list("team-b.*"), "eab_secrets": list(secretOfB), "directories": list("jprs")}),
	}}
}

// ofTeamA returns the input of a record of team A that differs from an allowed one in these attributes.
func ofTeamA(t *testing.T, more map[string]any) Input {
	t.Helper()
	record := map[string]any{"name": "team-a.www", "kind": "Certificate", "domains": list("www.team-a.example.com"),
		"account": "team-a.main", "key_type": "EC_prime256v1", "zone": "ZCOM"}
	maps.Copy(record, more)
	maps.DeleteFunc(record, func(_ string, v any) bool { return v == nil })
	c, err := recordspec.DecodeCertificate(record, recordspec.Defaults{Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	return fresh(func(in *Input) {
		in.Name, in.Spec, in.Policies = c.Name, c, twoTeams()
		in.Account.Name = c.Account
		in.Targets = nil
		for _, target := range c.Targets {
			in.Targets = append(in.Targets, Target{Target: target, Wanted: true, Stored: api.TargetStatus{Key: target.Key(), Location: target.Location}})
		}
	})
}

// stopped fails where the record gets further than a condition that names attribute and value.
func stopped(t *testing.T, sentence string, in Input, attribute, value string) {
	t.Helper()
	p := Decide(in)
	if p.Action != Wait || p.Reason != api.ReasonPolicyDenied {
		t.Errorf("%s: decided %+v", sentence, p)
		return
	}
	c, _ := api.GetCondition(Settle(in, p, Outcome{}).Status.Conditions, api.ConditionAccepted)
	for _, text := range []string{attribute, value, "team-a"} {
		if c.Status != api.ConditionFalse || c.Reason != api.ReasonPolicyDenied || !strings.Contains(c.Message, text) {
			t.Errorf("%s: the condition does not name %s: %+v", sentence, text, c)
		}
	}
}

// TestDenial_TheAttacksBeginWithAnAllowedRecord: what is refused below is refused for what it asks, not for anything else.
func TestDenial_TheAttacksBeginWithAnAllowedRecord(t *testing.T) {
	if p := Decide(ofTeamA(t, nil)); p.Reason == api.ReasonPolicyDenied || p.Action == Wait {
		t.Errorf("decided %+v", p)
	}
}

func TestAttack_AnotherTeamsDomain(t *testing.T) {
	for sentence, domains := range map[string][]any{
		"of the other team":           list("shop.example.net"),
		"beside an own one":           list("www.team-a.example.com", "shop.example.net"),
		"that only ends like an own":  list("www.xteam-a.example.com"),
		"the parent":                  list("example.com"),
		"a wildcard above":            list("*.example.com"),
		"in upper case, with a dot":   list("SHOP.example.NET."),
		"with another full stop":      list("shop。example．net"),
		"in letters that fold to one": list("ſhop.example.net"),
	} {
		stopped(t, sentence, ofTeamA(t, map[string]any{"domains": domains}), "domains", ".")
	}
}

func TestAttack_AnotherTeamsAccount(t *testing.T) {
	stopped(t, "by name", ofTeamA(t, map[string]any{"account": "team-b.main"}), "accounts", "team-b.main")
	stopped(t, "the default", ofTeamA(t, map[string]any{"account": nil}), "accounts", "default")
}

func TestAttack_AnotherTeamsZone(t *testing.T) {
	stopped(t, "by its ID", ofTeamA(t, map[string]any{"zone": "ZNET"}), "zones", "ZNET")
	stopped(t, "with its prefix", ofTeamA(t, map[string]any{"zone": "/hostedzone/ZNET"}), "zones", "ZNET")
	in := ofTeamA(t, map[string]any{"zone": nil})
	in.Zones = []api.ChallengeZone{{Domain: "www.team-a.example.com", FQDN: "www.validation.example.net", Zone: "ZNET"}}
	stopped(t, "by a CNAME", in, "zones", "ZNET")
}

func TestAttack_AnotherTeamsRole(t *testing.T) {
	at := func(role, id string) map[string]any {
		return map[string]any{"region": "us-east-1", "role_arn": role, "external_id": id}
	}
	stopped(t, "for its zone", ofTeamA(t, map[string]any{"dns": map[string]any{"role_arn": roleOfB}}), "roles", roleOfB)
	stopped(t, "for its ACM", ofTeamA(t, map[string]any{"targets": list(at(roleOfB, "of-b"))}), "roles", roleOfB)
	stopped(t, "beside an own target", ofTeamA(t, map[string]any{"targets": list(at(roleOfA, "of-a"), at(roleOfB, "of-b"))}), "roles", roleOfB)
	stopped(t, "an own role with the other's external ID", ofTeamA(t, map[string]any{"targets": list(at(roleOfA, "of-b"))}), "external_id", roleOfA)
	if err := CheckTarget(twoTeams(), "team-a.www", api.Target{Location: api.Location{Role: api.Role{RoleARN: roleOfB}}}, false); api.ReasonOf(err, "") != api.ReasonPolicyDenied {
		t.Errorf("the role may be used to observe: %v", err)
	}
}

func TestAttack_AnotherTeamsCertificate(t *testing.T) {
	stopped(t, "by acm_arn", ofTeamA(t, map[string]any{"acm_arn": arnOfB}), "acm_arns", arnOfB)
	stopped(t, "in a target", ofTeamA(t, map[string]any{"targets": list(map[string]any{"acm_arn": arnOfB})}), "acm_arns", arnOfB)
	in := ofTeamA(t, map[string]any{"acm_arn": arnOfB})
	in.Targets[0].ClaimedBy, in.Targets[0].ClaimGone = "team-b.left", true
	stopped(t, "left by a deleted record", in, "acm_arns", arnOfB)
}

func TestAttack_AnotherTeamsCredential(t *testing.T) {
	for sentence, c := range map[string]struct {
		more             map[string]any
		attribute, value string
	}{
		"its secret":        {map[string]any{"eab_secret_arn": secretOfB}, "eab_secrets", secretOfB},
		"its directory":     {map[string]any{"directory": "jprs"}, "directories", "jprs"},
		"a private network": {map[string]any{"network": "private"}, "networks", "private"},
	} {
		record := map[string]any{"name": "team-a.main", "kind": "Account", "directory": "letsencrypt"}
		maps.Copy(record, c.more)
		spec, err := recordspec.DecodeAccount(record)
		if err != nil {
			t.Fatal(err)
		}
		in := newAccount(func(in *AccountInput) { in.Name, in.Spec, in.Policies = spec.Name, spec, twoTeams() })
		p := DecideAccount(in)
		if p.Action != Wait || p.Reason != api.ReasonPolicyDenied {
			t.Errorf("%s: decided %+v", sentence, p)
		}
		if why := AccountRefusal(twoTeams(), spec); !strings.Contains(why, c.attribute) || !strings.Contains(why, c.value) {
			t.Errorf("%s: refused with %q", sentence, why)
		}
	}
}

// TestAttack_ProbesElsewhere: certloop is asked to connect to a host or port that is not the team's.
func TestAttack_ProbesElsewhere(t *testing.T) {
	at := func(endpoint map[string]any) map[string]any {
		return map[string]any{"probe": map[string]any{"endpoints": list(map[string]any{"host": "lb.team-a.example.com", "sni": "www.team-a.example.com"}, endpoint)}}
	}
	for sentence, c := range map[string]struct {
		endpoint map[string]any
		value    string
	}{
		"the other team's host":    {map[string]any{"host": "shop.example.net", "sni": "www.team-a.example.com"}, "shop.example.net:443"},
		"a host inside":            {map[string]any{"host": "db.internal", "sni": "www.team-a.example.com"}, "db.internal:443"},
		"another port of its name": {map[string]any{"host": "www.team-a.example.com", "port": 22}, "www.team-a.example.com:22"},
		"the port of a protocol":   {map[string]any{"host": "www.team-a.example.com", "protocol": "postgres"}, "www.team-a.example.com:5432"},
	} {
		in := ofTeamA(t, at(c.endpoint))
		stopped(t, sentence, in, "probe_endpoints", c.value)
		placed := kept(func(k *Input) { k.Name, k.Spec, k.Policies = in.Name, in.Spec, in.Policies })
		if why := WhyUnprobed(ProbeInput{Now: now, Name: in.Name, HasRecord: true, Spec: in.Spec, Policies: in.Policies, Status: &placed.Stored}); why.Why == "" || why.Forget {
			t.Errorf("%s: it is probed, or forgotten: %+v", sentence, why)
		}
	}
}

// TestAttack_TwoHalvesOfPolicies: what no policy allows as a whole is not put together from two.
func TestAttack_TwoHalvesOfPolicies(t *testing.T) {
	in := ofTeamA(t, map[string]any{"domains": list("shop.example.net"), "account": "team-a.main"})
	in.Policies.Policies[1] = decodedEntry("team-b", map[string]any{"name": "policy#team-b", "kind": "Policy", "records": list("*"),
		"domains": list("**.example.net"), "accounts": list("team-b.*")})
	stopped(t, "domain of one, account of the other", in, "domains", "shop.example.net")
}

// TestAttack_ForgedAdmission: a status that names another policy, or claims a place in one, allows nothing.
func TestAttack_ForgedAdmission(t *testing.T) {
	in := ofTeamA(t, map[string]any{"domains": list("shop.example.net")})
	in.HasStatus = true
	in.Stored.Policy, in.Stored.PolicyDigest, in.Stored.PolicyCounted = "team-b", policiesDigest(in.Policies, in.Name), policiesDigest(in.Policies, in.Name)
	in.Stored.Conditions = api.SetCondition(nil, api.Condition{Type: api.ConditionAccepted, Status: api.ConditionTrue, Reason: api.ReasonAccepted}, began)
	stopped(t, "of the other team's policy", in, "domains", "shop.example.net")
}

// TestAttack_BrokenPolicy: a policy that is made invalid, or lost from the set in part, opens nothing.
func TestAttack_BrokenPolicy(t *testing.T) {
	in := ofTeamA(t, nil)
	in.Policies.Policies[0] = decodedEntry("team-a", map[string]any{"name": "policy#team-a", "kind": "Policy", "records": list("team-a.*"), "domain": list()})
	stopped(t, "an unknown attribute", in, "not valid", "team-a")
	in.Policies.Policies = in.Policies.Policies[1:]
	if p := Decide(in); p.Action != Wait || p.Reason != api.ReasonPolicyDenied {
		t.Errorf("without its own policy: decided %+v", p)
	}
}

// TestAttack_ForcedTooOften: neither a direct invocation nor renew_token forces a certificate before min_force_interval
// is over.
func TestAttack_ForcedTooOften(t *testing.T) {
	in := ofTeamA(t, nil)
	in.HasStatus, in.Force = true, "again"
	in.Stored.Issued = &api.IssuedStatus{LastForcedAt: now.Add(-time.Hour)}
	if why := ForceRefused(in); !strings.Contains(why, "min_force_interval") || !strings.Contains(why, string(api.ReasonPolicyDenied)) {
		t.Errorf("refused with %q", why)
	}
	in.Stored.Issued.LastForcedAt = now.Add(-25 * time.Hour)
	if why := ForceRefused(in); why != "" {
		t.Errorf("refused a day later: %q", why)
	}
}
