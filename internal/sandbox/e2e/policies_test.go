//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/pebble"
	"certloop/reconciler/api"
)

// TestTwoTeams runs steps of two teams that share a deployment. Team A has the zone example.com and a CA that accepts
// every account. Team B has the zone example.net, which needs a role, and a CA that requires a single-use credential.
// Each writes with its own IAM policy.
func TestTwoTeams(t *testing.T) {
	// No resync runs during the test: only the change of a policy wakes records.
	b := start(t, time.Hour)
	steps := []struct {
		sentence string
		do       func(*testing.T, *box)
	}{
		{"one apply makes the deployment, a policy for each team and the IAM policies", twoPolicies},
		{"a credential that another team's policy has is not read", credentialOfAnother},
		{"each team gets its account and its certificate", eachItsOwn},
		{"no team uses what is the other's, and a refusal's message has attribute, value and policy", nothingOfTheOther},
		{"the certificate that a deleted record of the other team left is not adopted", leftByAnother},
		{"a direct invocation forces nothing before min_force_interval is over", forcedTooOften},
		{"a changed policy wakes the records that it concerns", changedPolicy},
		{"what the policies refuse is never requested from AWS", neverDenied},
		{"without a policy everything is allowed again", noPolicies},
	}
	for _, s := range steps {
		if !t.Run(s.sentence, func(t *testing.T) { s.do(t, b) }) {
			t.FailNow()
		}
	}
}

// externalID is set for the role by team B's policy; no record sets it.
const externalID = "team-b-external-id"

func twoPolicies(t *testing.T, b *box) {
	b.values.Accounts, b.values.Certificates = map[string]account{}, map[string]certificate{}
	b.values.Policies = map[string]policy{
		"team-a": {
			"records": {"team-a.*"}, "domains": {"**.team-a.example.com", "team-a.example.com"}, "accounts": {"team-a.*"},
			"zones": {b.ZoneIDs["example.com"]}, "roles": {}, "regions": {sandbox.Region}, "acm_arns": {},
			// The CA of the other team is public, its credential is secret.
			"directories": {b.CA.DirectoryURL, b.EABCA.DirectoryURL}, "eab_secrets": {}, "networks": {"private"},
		},
		"team-b": {
			"records": {"team-b.*"}, "domains": {"*.example.net"}, "accounts": {"team-b.*"}, "zones": {b.ZoneIDs["example.net"]},
			"regions": {sandbox.Region}, "acm_arns": {}, "directories": {b.EABCA.DirectoryURL}, "eab_secrets": {b.EABSecretARN},
			"networks": {"private"},
		},
	}
	b.values.MinForceInterval, b.values.MaxCertificates = map[string]string{"team-a": "24h"}, map[string]int{"team-b": 2}
	b.values.FixedExternalID = map[string]map[string]string{"team-b": {dnsRole: externalID}}
	b.tf.set(t, b.values)
	b.tf.apply(t)
	b.hire(t)
	eventually(t, "both policies are accepted", func() string {
		for _, team := range teamNames {
			if c := b.policyCondition(t, team); c.Status != api.ConditionTrue {
				return fmt.Sprintf("%s: %+v", team, c)
			}
		}
		return ""
	})
}

// credentialOfAnother tries to use the other team's credential before that team does.
func credentialOfAnother(t *testing.T, b *box) {
	b.putAccount(t, "team-a", "team-a.thief", b.EABCA, b.EABSecretARN)
	b.refused(t, "team-a.thief", api.KindAccount, "eab_secrets", b.EABSecretARN)
	b.putAccount(t, "team-b", "team-b.thief", b.CA, "")
	b.refused(t, "team-b.thief", api.KindAccount, "directories", b.CA.DirectoryURL)
	if r := b.asked("secretsmanager:GetSecretValue", b.EABSecretARN); r != "" {
		t.Errorf("the credential was read: %s", r)
	}
	if n := len(b.EABCA.Registrations()) + len(b.CA.Registrations()); n > 0 {
		t.Errorf("%d accounts were registered", n)
	}
}

func eachItsOwn(t *testing.T, b *box) {
	b.putAccount(t, "team-a", "team-a.ca", b.CA, "")
	b.putAccount(t, "team-b", "team-b.ca", b.EABCA, b.EABSecretARN)
	b.putAs(t, "team-a", "team-a.www", sandbox.Record{"domains": []string{"team-a.example.com", "*.team-a.example.com"}})
	b.putAs(t, "team-b", "team-b.shop", sandbox.Record{"domains": []string{"shop.example.net"}, "dns": map[string]string{"role_arn": dnsRole}})
	b.putAs(t, "team-b", "team-b.left", sandbox.Record{"domains": []string{"left.example.net"}, "dns": map[string]string{"role_arn": dnsRole}})
	b.ready(t, "team-a.www", b.CA.Serials, "team-a.example.com", "*.team-a.example.com")
	b.ready(t, "team-b.shop", b.EABCA.Serials, "shop.example.net")
	b.ready(t, "team-b.left", b.EABCA.Serials, "left.example.net")
	if ids := b.notices.externalIDs(dnsRole); !slices.Equal(ids, []string{externalID}) {
		t.Errorf("the role was assumed with the external IDs %q, want that of the policy", ids)
	}
}

// nothingOfTheOther makes each team ask for what belongs to the other, one thing in each record.
func nothingOfTheOther(t *testing.T, b *box) {
	net := b.ZoneIDs["example.net"]
	asks := []struct {
		name, attribute, value string
		record                 sandbox.Record
	}{
		{"team-a.domain", "domains", "shop.example.net", sandbox.Record{"domains": []string{"shop.example.net"}}},
		{"team-a.mixed", "domains", "x.example.net", sandbox.Record{"domains": []string{"x.team-a.example.com", "x.example.net"}}},
		{"team-a.beside", "domains", "team-b.example.com", sandbox.Record{"domains": []string{"team-b.example.com"}}},
		{"team-a.account", "accounts", "team-b.ca", sandbox.Record{"account": "team-b.ca"}},
		{"team-a.zone", "zones", net, sandbox.Record{"zone": net}},
		{"team-a.dns", "roles", dnsRole, sandbox.Record{"dns": map[string]string{"role_arn": dnsRole, "external_id": externalID}}},
		{"team-a.target", "roles", dnsRole, sandbox.Record{"targets": []any{map[string]string{"region": sandbox.Region, "role_arn": dnsRole}}}},
		{"team-a.region", "regions", "eu-west-1", sandbox.Record{"region": "eu-west-1"}},
		{"team-b.wildcard", "domains", "*.team-a.example.com", sandbox.Record{"domains": []string{"*.team-a.example.com"}}},
		{"team-b.account", "accounts", "team-a.ca", sandbox.Record{"domains": []string{"y.example.net"}, "account": "team-a.ca"}},
		{"team-b.external", "external_id", dnsRole, sandbox.Record{"domains": []string{"y.example.net"},
			"dns": map[string]string{"role_arn": dnsRole, "external_id": "another"}}},
		// Both certificates that its policy allows exist.
		{"team-b.third", "max_certificates", "2", sandbox.Record{"domains": []string{"third.example.net"}, "dns": map[string]string{"role_arn": dnsRole}}},
	}
	orders := b.CA.Count(pebble.NewOrder) + b.EABCA.Count(pebble.NewOrder)
	imports := len(b.ACM.All())
	for _, ask := range asks {
		team, _, _ := strings.Cut(ask.name, ".")
		record := sandbox.Record{"domains": []string{strings.TrimPrefix(ask.name, "team-a.") + ".team-a.example.com"}}
		maps.Copy(record, ask.record)
		b.putAs(t, team, ask.name, record)
	}
	for _, ask := range asks {
		t.Run(ask.name+" "+ask.attribute, func(t *testing.T) { b.refused(t, ask.name, api.KindCertificate, ask.attribute, ask.value) })
		code, body := b.invokeAs(t, "user", `{"action":"reconcile","names":["`+ask.name+`"],"dry_run":true}`)
		if code != http.StatusOK || !strings.Contains(body, string(api.ReasonPolicyDenied)) {
			t.Errorf("%s: dry_run returned %d %s", ask.name, code, body)
		}
		// The invocation may fail or not. It must have no effect, which is checked below.
		b.invokeAs(t, "user", `{"action":"reconcile","names":["`+ask.name+`"],"placeholder":true,"force":"now"}`)
	}
	if n := b.CA.Count(pebble.NewOrder) + b.EABCA.Count(pebble.NewOrder); n != orders {
		t.Errorf("%d orders were made", n-orders)
	}
	if n := len(b.ACM.All()); n != imports {
		t.Errorf("ACM has %d certificates, want %d as before", n, imports)
	}
	if ids := b.notices.externalIDs(dnsRole); !slices.Equal(ids, []string{externalID}) {
		t.Errorf("the role was assumed with the external IDs %q", ids)
	}
	// A team may write neither the other team's names nor a policy.
	a := b.With("team-a")
	denied(t, "a record of the other team", a.Put(t.Context(), sandbox.Record{"name": "team-b.x", "kind": "Certificate"}))
	denied(t, "a policy", a.Put(t.Context(), sandbox.Record{"name": "policy#team-a", "kind": "Policy", "records": []string{"*"}}))
	denied(t, "deletion of a policy", a.Delete(t.Context(), "policy#team-a", api.KindPolicy))
	denied(t, "deletion of the set of policies", a.Delete(t.Context(), "policyset#", api.KindPolicySet))
}

// leftByAnother deletes a record of team B, whose certificate stays. Then team A tries to adopt that certificate.
func leftByAnother(t *testing.T, b *box) {
	left := b.status(t, "team-b.left").ACMARN
	must(t, "a team deletes its record", b.With("team-b").Delete(t.Context(), "team-b.left", api.KindCertificate))
	b.forgotten(t, "team-b.left")
	w := b.watch(t, left)
	b.putAs(t, "team-a", "team-a.left", sandbox.Record{"domains": []string{"left.team-a.example.com"}, "acm_arn": left})
	b.refused(t, "team-a.left", api.KindCertificate, "acm_arns", left)
	w.untouched(t)
}

func forcedTooOften(t *testing.T, b *box) {
	code, body := b.invokeAs(t, "team-a", `{"action":"reconcile","names":["team-a.www"],"force":"by the team"}`)
	if code != http.StatusBadRequest || !strings.Contains(body, "AccessDenied") {
		t.Errorf("a team invokes the function: %d %s", code, body)
	}
	before := b.status(t, "team-a.www").Serial
	eventually(t, "the first force makes a certificate", func() string {
		_, err := b.Invoke(t.Context(), `{"action":"reconcile","names":["team-a.www"],"force":"one","wait":"30s","require":"Ready"}`)
		if err != nil && !strings.Contains(err.Error(), "team-a.www is not Ready") {
			t.Fatal(err)
		}
		if err != nil {
			return err.Error()
		}
		return ""
	})
	first := b.status(t, "team-a.www").Serial
	if first == before {
		t.Fatal("the first force made no certificate")
	}
	answer, err := b.Invoke(t.Context(), `{"action":"reconcile","names":["team-a.www"],"force":"two","wait":"10s"}`)
	if text := fmt.Sprintf("%+v %v", answer, err); !strings.Contains(text, "min_force_interval") {
		t.Errorf("the second force is not refused: %s", text)
	}
	b.putAs(t, "team-a", "team-a.www", sandbox.Record{"domains": []string{"team-a.example.com", "*.team-a.example.com"}, "renew_token": "baseline"})
	b.wake(t, "team-a.www")
	b.putAs(t, "team-a", "team-a.www", sandbox.Record{"domains": []string{"team-a.example.com", "*.team-a.example.com"}, "renew_token": "three"})
	b.wake(t, "team-a.www")
	if s := b.status(t, "team-a.www"); s.Serial != first || !api.IsTrue(s.Conditions, api.ConditionReady) {
		t.Errorf("a renewal was forced meanwhile, from %s to %s: %s", first, s.Serial, explain(s))
	}
}

// changedPolicy allows team A a name that it was refused, and forbids team B one that it has.
func changedPolicy(t *testing.T, b *box) {
	kept := b.status(t, "team-b.shop")
	b.values.Policies["team-a"]["domains"] = append(b.values.Policies["team-a"]["domains"], "team-b.example.com")
	b.values.Policies["team-b"]["domains"] = []string{"third.example.net"}
	b.values.MaxCertificates["team-b"] = 3
	b.tf.set(t, b.values)
	b.tf.apply(t)
	b.ready(t, "team-a.beside", b.CA.Serials, "team-b.example.com")
	b.ready(t, "team-b.third", b.EABCA.Serials, "third.example.net")
	b.refused(t, "team-b.shop", api.KindCertificate, "domains", "shop.example.net")
	if held, ok := b.ACM.Certificate(sandbox.Region, kept.ACMARN); !ok || held.X509.SerialNumber.Text(16) != kept.Serial {
		t.Errorf("the certificate in place was removed: %v", held.X509)
	}
	if out, changes := b.tf.plan(t); changes {
		t.Errorf("terraform plan printed:\n%s", out)
	}
}

// neverDenied checks that IAM denied the function's role nothing: the policies alone keep the teams apart.
func neverDenied(t *testing.T, b *box) {
	if problems := append(b.Guard.Problems(), b.Deployed.Problems()...); len(problems) > 0 {
		t.Error("could not be decided or run:", strings.Join(problems, "; "))
	}
	for _, r := range b.Guard.Denied() {
		t.Errorf("the role of the function was denied %s", r)
	}
}

func noPolicies(t *testing.T, b *box) {
	b.values.Policies = map[string]policy{}
	b.tf.set(t, b.values)
	b.tf.apply(t)
	eventually(t, "the certificate is accepted again", func() string {
		if c := b.accepted(t, "team-b.shop", api.KindCertificate); c.Status != api.ConditionTrue {
			return fmt.Sprintf("%+v", c)
		}
		return ""
	})
	b.ready(t, "team-b.shop", b.EABCA.Serials, "shop.example.net")
	eventually(t, "the account that was refused is registered", func() string {
		if s := b.accountStatus(t, "team-b.thief"); !api.IsTrue(s.Conditions, api.ConditionReady) {
			return fmt.Sprintf("%+v", s.Conditions)
		}
		return ""
	})
}

// putAccount creates an account of that CA, as the team.
func (b *box) putAccount(t *testing.T, team, name string, ca *pebble.CA, secret string) {
	t.Helper()
	r := sandbox.Record{"name": name, "kind": "Account", "directory": ca.DirectoryURL, "ca_certificates": ca.RootsPEM, "network": "private"}
	if secret != "" {
		r["eab_secret_arn"] = secret
	}
	must(t, "an account of "+team, b.With(team).Put(t.Context(), r))
}

// putAs creates a certificate, as the team. If the record sets no account, it gets the team's.
func (b *box) putAs(t *testing.T, team, name string, more sandbox.Record) {
	t.Helper()
	r := sandbox.Record{"name": name, "kind": "Certificate", "account": team + ".ca", "key_type": "EC_prime256v1"}
	maps.Copy(r, more)
	must(t, "a certificate of "+team, b.With(team).Put(t.Context(), r))
}

// refused waits until no policy allows the record. It checks that the message contains attribute, value and policy.
func (b *box) refused(t *testing.T, name string, kind api.Kind, attribute, value string) {
	t.Helper()
	team, _, _ := strings.Cut(name, ".")
	eventually(t, name+" is refused", func() string {
		c := b.accepted(t, name, kind)
		if c.Status != api.ConditionFalse || c.Reason != api.ReasonPolicyDenied {
			return fmt.Sprintf("%+v", c)
		}
		for _, text := range []string{attribute, value, team} {
			if !strings.Contains(c.Message, text) {
				return fmt.Sprintf("the message does not contain %s: %s", text, c.Message)
			}
		}
		return ""
	})
}

// accepted returns the record's condition Accepted.
func (b *box) accepted(t *testing.T, name string, kind api.Kind) (c api.Condition) {
	t.Helper()
	if kind == api.KindAccount {
		c, _ = api.GetCondition(b.accountStatus(t, name).Conditions, api.ConditionAccepted)
	} else if s := b.status(t, name); s != nil {
		c, _ = api.GetCondition(s.Conditions, api.ConditionAccepted)
	}
	return c
}

func (b *box) accountStatus(t *testing.T, name string) *api.AccountStatus {
	t.Helper()
	s, err := b.AccountStatus(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return &api.AccountStatus{}
	}
	return s
}

// policyCondition returns the policy's condition Accepted.
func (b *box) policyCondition(t *testing.T, name string) api.Condition {
	t.Helper()
	body, err := b.Item(t.Context(), api.PolicyStatusPartition(name), api.KindPolicyStatus)
	if err != nil {
		t.Fatal(err)
	}
	var s api.PolicyStatus
	if body != nil {
		if err := json.Unmarshal(body, &s); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := api.GetCondition(s.Conditions, api.ConditionAccepted)
	return c
}

// asked returns the function's request of that action on that resource, or "".
func (b *box) asked(action, resource string) string {
	for _, r := range b.Guard.Requests() {
		if r.Action == action && r.Resource == resource {
			return r.String()
		}
	}
	return ""
}
