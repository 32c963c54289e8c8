package sim

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// within runs f, and fails if that takes longer by the simulated clock.
func (w *World) within(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	began := w.clock.now
	if f(); w.clock.now.Sub(began) > d {
		t.Errorf("it took %s", w.clock.now.Sub(began))
	}
}

func ended(t *testing.T, w *World, issued int) {
	t.Helper()
	if len(w.CA.Issued) != issued || len(w.Violations) > 0 {
		t.Errorf("%d certificates; %v", len(w.CA.Issued), w.Violations)
	}
}

func TestPolicy_AnInvocationIsRefusedATokenThatComesTooSoon(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.policy("team", "min_force_interval", "24h")
	w.AllowedCertificates = 2
	if err := w.force("one", 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	w.within(t, 5*time.Second, func() {
		errorSays(t, w.force("two", 10*time.Minute), "certificate www was not forced: PolicyDenied: force: the policies allow another forced certificate at 2026-03-02T")
	})
	if err := w.force("one", time.Minute); err != nil {
		t.Errorf("the token that was stored: %v", err)
	}
	answer, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Force: "two", DryRun: true})
	if d := answer.Certificates[0].Decision; err != nil || d.Action != "Wait" || d.Reason != api.ReasonPolicyDenied {
		t.Errorf("a dry run: %+v, %v", d, err)
	}
	ended(t, w, 2)
	w.Run(day)
	w.AllowedCertificates = 3
	if err := w.force("two", 10*time.Minute); err != nil {
		t.Errorf("a day later: %v", err)
	}
	ended(t, w, 3)
}

func TestPolicy_AnInvocationGetsNothingForADeniedRecord(t *testing.T) {
	w := New(nil)
	registered(w)
	w.policy("team", "domains", []any{"**.team.example.com"})
	w.forbid("www")
	w.certificate("www")
	ctx := context.Background()
	answer, err := w.Loop.Invoke(ctx, reconciler.Invocation{Names: []string{"www"}, DryRun: true})
	if d := answer.Certificates[0].Decision; err != nil || d.Action != "Wait" || d.Reason != api.ReasonPolicyDenied || d.Message == "" {
		t.Errorf("a dry run: %+v, %v", d, err)
	}
	w.within(t, policyLag, func() {
		_, err = w.Loop.Invoke(ctx, reconciler.Invocation{Names: []string{"www"}, Require: api.ConditionReady, Force: "now", Wait: 10 * time.Minute})
		errorSays(t, err, `PolicyDenied: no policy allows the record: policy team does not allow domains "www.example.com"`)
	})
	w.within(t, policyLag, func() {
		_, err = w.Loop.Invoke(ctx, reconciler.Invocation{Names: []string{"www"}, Placeholder: true, Wait: 10 * time.Minute})
		errorSays(t, err, "has no placeholder", "PolicyDenied")
	})
	if len(w.ACM.certs) != 0 {
		t.Errorf("%d certificates in ACM", len(w.ACM.certs))
	}
	ended(t, w, 0)
}

// policyLag is a little more than an invocation waits for a policy that may have been written together with the record.
const policyLag = 40 * time.Second

// watched records the roles through which ACM and Route 53 are used.
type watched struct {
	worldPorts
	roles map[api.Role]int
}

func (p watched) Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error) {
	p.roles[at.Role]++
	return p.worldPorts.Describe(ctx, at, arn)
}

func (p watched) Find(ctx context.Context, at api.Location, owner, target string) ([]string, error) {
	p.roles[at.Role]++
	return p.worldPorts.Find(ctx, at, owner, target)
}

func (p watched) Import(ctx context.Context, at api.Location, r api.ImportRequest) (string, error) {
	p.roles[at.Role]++
	return p.worldPorts.Import(ctx, at, r)
}

func (p watched) Resolve(ctx context.Context, r api.Role, domains []string, zone string) ([]api.ChallengeZone, error) {
	p.roles[r]++
	return p.worldPorts.Resolve(ctx, r, domains, zone)
}

func (p watched) Publish(ctx context.Context, r api.Role, zone string, values []api.TXT) (string, error) {
	p.roles[r]++
	return p.worldPorts.Publish(ctx, r, zone, values)
}

func TestPolicy_ARoleIsUsedOnlyAsThePolicySetsIt(t *testing.T) {
	const role, others = "arn:aws:iam::111111111111:role/team-a", "arn:aws:iam::222222222222:role/team-b"
	target := func(arn, id string) []any {
		m := map[string]any{"region": "us-east-1", "role_arn": arn}
		if id != "" {
			m["external_id"] = id
		}
		return []any{"targets", []any{m}, "dns", map[string]any{"role_arn": arn}}
	}
	for sentence, c := range map[string]struct {
		record []any
		issued int
	}{
		"the external ID that the policy sets": {target(role, ""), 1},
		"the same, set by the record":          {target(role, "team-a"), 1},
		"another one":                          {target(role, "guess"), 0},
		"another team's role":                  {target(others, "team-b"), 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			registered(w)
			w.policy("team", "roles", []any{map[string]any{"arn": role, "external_id": "team-a"}})
			roles := map[api.Role]int{}
			w.Loop.ACM, w.Loop.DNS = watched{worldPorts{w}, roles}, watched{worldPorts{w}, roles}
			w.AllowedCertificates = c.issued
			w.certificate("www", c.record...)
			w.Run(time.Hour)
			w.Remove(certificateKey("www"))
			w.Run(time.Hour)
			ended(t, w, c.issued)
			if only := roles[api.Role{RoleARN: role, ExternalID: "team-a"}]; len(roles) != c.issued || (c.issued > 0 && only == 0) {
				t.Errorf("the used roles are %v", roles)
			}
		})
	}
}

// TestPolicy_MoreRecordsThanItsMaximum: as many records as the maximum are served, in any order, and another one when
// one leaves.
func TestPolicy_MoreRecordsThanItsMaximum(t *testing.T) {
	w := New(nil)
	registered(w)
	w.policy("team", "max_certificates", json.Number("2"))
	w.AllowedCertificates = 2
	names := []string{"one", "two", "three", "four"}
	for _, name := range names {
		w.certificate(name, "domains", []any{name + ".example.com"})
	}
	w.Run(time.Hour)
	ready := 0
	for _, name := range names {
		if w.ready(name) {
			ready++
		} else if !w.says(name, api.ReasonPolicyDenied) {
			t.Errorf("%s: %s", name, w.Explain(name))
		}
	}
	if ready != 2 {
		t.Errorf("%d are ready", ready)
	}
	w.AllowedCertificates = 3
	w.policy("team", "max_certificates", json.Number("3"))
	w.Run(10 * time.Minute) // before they would be retried on their own
	ended(t, w, 3)
}
