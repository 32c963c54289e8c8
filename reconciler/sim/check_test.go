package sim

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// checkup returns the lines of a check that are not fine, and fails if it had an effect.
func (w *World) checkup(t *testing.T, names ...string) []string {
	t.Helper()
	before := w.dump()
	w.calls.quiet, w.calls.trace, w.Loop.Concurrency = false, nil, 1
	answer, err := w.Loop.Check(context.Background(), names)
	w.calls.quiet = true
	if err != nil {
		t.Fatal(err)
	}
	may := []string{"table.Get", "table.GetAccount", "table.GetPolicySet", "table.All", "table.ClaimOwner", "acm.Describe", "acm.Find", "dns.Resolve", "dns.ReadCAA", "dns.AskServers",
		"secrets.Key", "kms.Seal", "kms.Open", "ca.ReadDirectory"}
	for _, op := range w.calls.trace {
		if !slices.Contains(may, op) {
			t.Errorf("the check called %s", op)
		}
	}
	if after := w.dump(); after != before {
		t.Errorf("the table was\n%s\nand is\n%s", before, after)
	}
	var lines []string
	for _, c := range answer.Checks {
		if c.State != plan.CheckFine {
			lines = append(lines, fmt.Sprintf("%s %s %s: %s", c.Area, c.Subject, c.State, c.Message))
		}
	}
	return lines
}

func (w *World) expectCheckup(t *testing.T, want ...string) {
	t.Helper()
	got := w.checkup(t)
	if len(got) != len(want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// checked is a world with a certificate at two targets; the loop works on one record at a time, because the world has no locks.
func checked(t *testing.T) *World {
	t.Helper()
	w := New(nil)
	w.Loop.Concurrency = 1
	installedWith("targets", twoTargets())(w)
	w.calls.quiet = true
	w.expectCheckup(t)
	return w
}

func TestCheck_ShowsWhatIsBroken(t *testing.T) {
	for sentence, c := range map[string]struct {
		breaks func(*World)
		want   []string
	}{
		"a delegation": {func(w *World) {
			w.DNS.Broken = &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotDelegated, Message: "example.com is not delegated"}
		}, []string{"Zone www Failed: ZoneNotDelegated: example.com is not delegated"}},
		"a name server that does not answer": {func(w *World) { w.answers("ns2.example.com", api.ServerLame) },
			[]string{"NameServers www Warning: NameServersDiffer: name server ns2.example.com (192.0.2.1) of example.com does not answer for the zone"}},
		"name servers that fail validation": {func(w *World) {
			w.answers("ns1.example.com", api.ServerBogus)
			w.answers("ns2.example.com", api.ServerBogus)
		}, []string{"NameServers www Failed: DNSSECBogus: name server ns1.example.com (192.0.2.1) of example.com fails DNSSEC validation"}},
		"a CA that drops a usage": {func(w *World) {
			w.CA.Usage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
			w.certificate("api", "domains", []any{"api.example.com"})
			w.Run(time.Hour)
			w.CA.Usage = x509.KeyUsageDigitalSignature
			w.certificate("new", "domains", []any{"new.example.com"})
			w.Run(time.Hour)
		}, []string{"Contract api Warning: the next certificate at us-east-1 will have: no KEY_ENCIPHERMENT. That is how account default"}},
		"a target's role": {func(w *World) {
			w.ACM.Blind["ap-northeast-1"] = &api.Error{Kind: api.Terminal, Reason: api.ReasonTargetAccessDenied, Message: "access denied"}
		}, []string{"Target www ap-northeast-1 Failed: TargetAccessDenied: access denied"}},
		"the CA":                   {func(w *World) { w.CA.Directory = "https://ca.test/moved" }, []string{"Account default Failed: CAUnavailable: the server returned HTTP 404"}},
		"the KMS key":              {func(w *World) { w.Vault.Disabled = true }, []string{"KMSKey key of the controller Failed: KeyUnavailable"}},
		"an account":               {func(w *World) { w.Put(map[string]any{"name": "default", "kind": "Account"}) }, []string{"Account default Failed: InvalidSpec: directory: is missing"}},
		"a policy":                 {func(w *World) { w.policy("team", "domian", []any{}) }, []string{"Policy team Failed: InvalidSpec: domian", "Account default Failed: PolicyDenied", "Certificate www Failed: PolicyDenied"}},
		"a record":                 {func(w *World) { w.certificate("api", "domains", []any{}) }, []string{"Certificate api Failed: InvalidSpec: domains"}},
		"a record without account": {func(w *World) { w.certificate("api", "account", "none") }, []string{"Certificate api Failed: AccountNotFound"}},
		"an ARN that is not there": {func(w *World) {
			w.certificate("api", "acm_arn", w.status("www").ACMARN[:60]+"-0000-0000-0000-000000009999")
		}, []string{"Target api"}},
		"a certificate of another":  {func(w *World) { w.certificate("api", "acm_arn", w.status("www").ACMARN) }, []string{"Target api"}},
		"the secret of the account": {func(w *World) { clear(w.Vault.secrets) }, []string{"Account default Failed: AccountKeyLost"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := checked(t)
			c.breaks(w)
			w.expectCheckup(t, c.want...)
		})
	}
}

func TestCheck_ByNames(t *testing.T) {
	w := checked(t)
	w.certificate("api", "domains", []any{})
	w.Put(map[string]any{"name": "other", "kind": "Account"})
	if got := w.checkup(t, "www"); len(got) != 0 {
		t.Errorf("www: %q", got)
	}
	if got := w.checkup(t, "none", "api"); len(got) != 2 || !strings.HasPrefix(got[0], "Certificate api Failed: InvalidSpec") || !strings.HasPrefix(got[1], "Certificate none Failed: there is no") {
		t.Errorf("none and api: %q", got)
	}
}

// TestCheck_IsBounded: there are more certificates than one check reads, all of them broken.
func TestCheck_IsBounded(t *testing.T) {
	w := checked(t)
	w.DNS.Broken = &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no zone"}
	for i := range 450 {
		w.Table.PutRecord(map[string]any{"name": fmt.Sprintf("n%03d", i), "kind": "Certificate", "domains": []any{"www.example.com"}})
	}
	got := w.checkup(t)
	if len(got) > plan.MostChecks || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Certificate 251 certificates Unknown: not checked") }) {
		t.Errorf("%d lines: %q", len(got), got)
	}
}

// TestCheck_StopsInTime: every CA hangs. What there was no time for is in the answer.
func TestCheck_StopsInTime(t *testing.T) {
	w := checked(t)
	for i := range 20 {
		w.Table.PutRecord(map[string]any{"name": fmt.Sprintf("a%02d", i), "kind": "Account", "directory": "https://ca.test/dir"})
	}
	began := w.clock.now
	w.calls.done = func(op string) {
		if op == "ca.ReadDirectory" {
			w.clock.now = w.clock.now.Add(14 * time.Second)
		}
	}
	got := w.checkup(t)
	if took := w.clock.now.Sub(began); took > 90*time.Second {
		t.Errorf("it took %s", took)
	}
	if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "accounts Unknown: not checked") }) {
		t.Errorf("%q", got)
	}
}

// TestCheck_ChangesNothing: in no scenario has a check an effect.
func TestCheck_ChangesNothing(t *testing.T) {
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			n := 0
			drive(s, func(w *World) {
				if n++; n == 2 {
					w.Loop.Concurrency = 1
					w.checkup(t)
					panic(stopped{})
				}
			})
		})
	}
}
