//go:build e2e

package e2e

import (
	"maps"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox"
	"certloop/reconciler/api"
)

// TestTerraform runs steps in order; each builds on the ones before it.
func TestTerraform(t *testing.T) {
	b := start(t, 2*time.Second)
	steps := []struct {
		sentence string
		do       func(*testing.T, *box)
		readOnly bool
	}{
		{"one apply makes module, accounts and certificates, and gives the ARN", firstApply, false},
		{"the controller converges with its own triggers", converge, false},
		{"visitors get a renewal at one edge after the other, and a wait for them ends", visited, false},
		{"a renewal goes from wave to wave, and one whose first wave breaks is rolled back", rolledOut, false},
		{"a team writes its own records only, and what it forges changes nothing of others", attacks, false},
		{"whatever else records ask for is done under the deployed policy", scenarios, false},
		{"a plan afterwards says No changes", noChanges, true},
		{"a spec that was edited by hand shows as drift", drift, false},
		{"a bad record fails the apply with its reason, and delays no other", secondApply, false},
		{"a spec that was changed in Terraform is reissued, and the status survives", reissued, false},
		{"the real certificate comes under the placeholder's ARN", replaced, false},
		{"a deleted record's certificate is deleted or kept, as its deletion policy requires", removed, false},
		{"a second plan says No changes", noChanges, true},
		{"no secret is in the state", noSecrets, true},
		{"the role's policy allows what the code does, no more, no less", agreement, true},
		{"everything else is denied", denials, true},
		{"a destroy of a protected table is refused", protected, false},
		{"a destroy leaves nothing behind", destroyed, false},
	}
	for _, s := range steps {
		// The steps after a read-only step do not depend on it.
		if ok := t.Run(s.sentence, func(t *testing.T) { s.do(t, b) }); !ok && !s.readOnly {
			t.FailNow()
		}
	}
}

// firstApply deploys everything. The CA of the placeholder's account does not answer yet, so that the placeholder is
// not replaced too soon.
func firstApply(t *testing.T, b *box) {
	b.values.Accounts = map[string]account{
		"default": accountOf(b.CA.DirectoryURL, b.CA.RootsPEM, ""),
		"bound":   accountOf(b.EABCA.DirectoryURL, b.EABCA.RootsPEM, b.EABSecretARN),
		"late":    accountOf("https://127.0.0.1:1/directory", b.CA.RootsPEM, ""),
	}
	b.values.Certificates = map[string]certificate{
		"waited":      {Account: "default", Domains: []string{"waited.example.com"}, Wait: "2m"},
		"bound":       {Account: "bound", Domains: []string{"bound.example.com"}, Wait: "2m"},
		"plain":       {Account: "default", Domains: []string{"plain.example.com"}, DeletionPolicy: "Delete"},
		"kept":        {Account: "default", Domains: []string{"kept.example.com"}},
		"placeholder": {Account: "late", Domains: []string{"placeholder.example.com"}, Placeholder: true},
		"visited":     b.behindDistribution(t),
		"rolled":      b.inWaves(t, "rolled"),
		"broken":      b.inWaves(t, "broken"),
	}
	// This policy allows everything and counts certificates. TestTwoTeams has restrictive ones.
	b.values.Policies, b.values.MaxCertificates = map[string]policy{"everybody": {"records": {"*"}}}, map[string]int{"everybody": 100}
	b.tf.set(t, b.values)
	b.tf.apply(t)
	out := b.tf.outputs(t)
	for name, issued := range map[string]func(...string) []string{"waited": b.CA.Serials, "bound": b.EABCA.Serials} {
		serials := issued(name + ".example.com")
		held, ok := b.ACM.Certificate(sandbox.Region, out.ACMARNs[name])
		if len(serials) != 1 || !ok || held.X509.SerialNumber.Text(16) != serials[0] {
			t.Errorf("%s: the output is %q, where ACM holds %v; the CA issued %v", name, out.ACMARNs[name], held.X509, serials)
		}
	}
	held, ok := b.ACM.Certificate(sandbox.Region, out.ACMARNs["placeholder"])
	if !ok || held.X509.Issuer.String() != held.X509.Subject.String() {
		t.Errorf("the placeholder's output is %q, where ACM holds %v, want a self-signed certificate", out.ACMARNs["placeholder"], held.X509)
	}
}

func converge(t *testing.T, b *box) {
	for _, name := range []string{"plain", "kept"} {
		b.ready(t, name, b.CA.Serials, name+".example.com")
	}
}

func noChanges(t *testing.T, b *box) {
	if out, changes := b.tf.plan(t); changes || !strings.Contains(out, "No changes.") {
		t.Errorf("terraform plan printed:\n%s", out)
	}
}

func drift(t *testing.T, b *box) {
	err := b.Put(t.Context(), sandbox.Record{"name": "kept", "kind": "Certificate", "account": "default",
		"key_type": "EC_prime256v1", "domains": []string{"kept.example.com", "byhand.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	out, changes := b.tf.plan(t)
	if !changes || !strings.Contains(out, `module.certificate["kept"].aws_dynamodb_table_item.this`) ||
		!strings.Contains(out, "byhand.example.com") {
		t.Errorf("terraform plan printed:\n%s", out)
	}
	b.ready(t, "kept", b.CA.Serials, "kept.example.com", "byhand.example.com")
}

// secondApply changes a spec, reverts what was edited by hand, and gives an account its CA. It adds two records that
// are refused: one's zone does not exist; the other's account does not exist, and it asks for a placeholder.
func secondApply(t *testing.T, b *box) {
	b.probed(t, "bound")
	b.before, b.untouched = b.status(t, "waited"), b.item(t, "bound")
	b.useByFrontends(t, b.before.ACMARN)
	b.values.Accounts["late"] = b.values.Accounts["default"]
	changed := b.values.Certificates["waited"]
	changed.Domains = append(changed.Domains, "second.example.com")
	b.values.Certificates["waited"] = changed
	b.values.Certificates["bad"] = certificate{Account: "default", Domains: []string{"www.example.org"}, Wait: "1m"}
	b.values.Certificates["unknown"] = certificate{Account: "nowhere", Domains: []string{"unknown.example.com"}, Placeholder: true}
	b.tf.set(t, b.values)
	out, err := b.tf.run(t, "apply", "-auto-approve")
	if err == nil {
		t.Error("the apply succeeded")
	}
	s := b.status(t, "bad")
	if s == nil {
		t.Fatalf("the bad record has no status; terraform printed:\n%s", out)
	}
	if n := strings.Count(out, "Error: "); n != 2 || !strings.Contains(out, "AccountNotFound") {
		t.Errorf("terraform printed %d errors, want one for each refused record:\n%s", n, out)
	}
	output := strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(out)), " ")
	for _, c := range s.Conditions {
		if c.Type == api.ConditionReady && (!strings.Contains(output, string(c.Reason)) || !strings.Contains(output, c.Message)) {
			t.Errorf("terraform did not print %s: %s\nbut:\n%s", c.Reason, c.Message, out)
		}
	}
}

func reissued(t *testing.T, b *box) {
	before := b.before
	after := b.ready(t, "waited", b.CA.Serials, "waited.example.com", "second.example.com")
	if after.ACMARN != before.ACMARN || after.Serial == before.Serial || after.Version <= before.Version {
		t.Errorf("before %s %s version %d, after %s %s version %d", before.ACMARN, before.Serial, before.Version,
			after.ACMARN, after.Serial, after.Version)
	}
	if len(after.History) <= len(before.History) || len(before.History) == 0 {
		t.Fatalf("before %v, after %v", before.History, after.History)
	}
	kept := map[string]bool{}
	for _, h := range after.History {
		kept[h.Time.String()+string(h.Reason)] = true
	}
	for _, h := range before.History {
		if !kept[h.Time.String()+string(h.Reason)] {
			t.Errorf("history lost %v", h)
		}
	}
	b.probedAtFrontends(t, "waited")
	if now := b.item(t, "bound"); now != b.untouched || now == "" {
		t.Errorf("the status of a record that was not changed was\n%s\nand is\n%s", b.untouched, now)
	}
	if out := b.tf.outputs(t); out.ACMARNs["waited"] != after.ACMARN {
		t.Errorf("the output is %q, want %q", out.ACMARNs["waited"], after.ACMARN)
	}
}

func replaced(t *testing.T, b *box) {
	first := b.tf.outputs(t).ACMARNs["placeholder"]
	if s := b.ready(t, "placeholder", b.CA.Serials, "placeholder.example.com"); s.ACMARN != first {
		t.Errorf("the certificate is under %s, the placeholder was under %s", s.ACMARN, first)
	}
}

func removed(t *testing.T, b *box) {
	deleted, kept := b.status(t, "plain").ACMARN, b.status(t, "kept").ACMARN
	b.values.Certificates = maps.Clone(b.values.Certificates)
	for _, name := range []string{"plain", "kept", "bad", "unknown"} {
		delete(b.values.Certificates, name)
	}
	b.tf.set(t, b.values)
	b.tf.apply(t)
	for _, name := range []string{"plain", "kept", "bad", "unknown"} {
		b.forgotten(t, name)
	}
	if _, there := b.ACM.Certificate(sandbox.Region, deleted); there {
		t.Errorf("%s still exists, although its record's policy was Delete", deleted)
	}
	if _, there := b.ACM.Certificate(sandbox.Region, kept); !there {
		t.Errorf("%s was deleted, although its record's policy was Retain", kept)
	}
}

// protected destroys only what blocks the table's deletion: the rest takes a minute.
func protected(t *testing.T, b *box) {
	for what, l := range listings {
		if !b.ours(t, l) {
			t.Errorf("%s: the module has none, so the check cannot find it missing", what)
		}
	}
	out, err := b.tf.run(t, "destroy", "-auto-approve", "-target=module.certloop.aws_dynamodb_table.records")
	if err == nil || !strings.Contains(out, "DeletionProtectionEnabled") {
		t.Errorf("the destroy ended with %v:\n%s", err, out)
	}
	if !b.ours(t, listings["tables"]) {
		t.Error("the table was deleted")
	}
}

func destroyed(t *testing.T, b *box) {
	b.values.DeletionProtection = false
	b.tf.set(t, b.values)
	b.tf.apply(t, "-target=module.certloop.aws_dynamodb_table.records")
	if out, err := b.tf.run(t, "destroy", "-auto-approve"); err != nil {
		t.Fatalf("terraform destroy: %v\n%s", err, out)
	}
	for what, l := range listings {
		if b.ours(t, l) {
			t.Errorf("%s of the module are left", what)
		}
	}
	if state := b.tf.state(t); strings.Contains(state, `"mode": "managed"`) {
		t.Errorf("the state holds\n%s", state)
	}
}
