package sandbox

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"certloop/cmd/certloop/command"
	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
)

// operator runs the command line as an operator does, with credentials and endpoint in the environment.
type operator struct {
	*box
}

func (b *box) operator() operator {
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": b.URL, "AWS_REGION": Region, "AWS_ACCESS_KEY_ID": "user", "AWS_SECRET_ACCESS_KEY": "user", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		b.t.Setenv(name, value)
	}
	return operator{b}
}

// run runs a command with standard input and checks the exit code, and that the output has these texts.
func (o operator) run(wantCode int, stdin, args string, contains ...string) {
	o.t.Helper()
	var out bytes.Buffer
	code := command.Run(o.t.Context(), command.Config{Args: strings.Fields(args), In: strings.NewReader(stdin), Out: &out, Err: &out,
		Environ: append(os.Environ(), "CERTLOOP_TABLE="+Table)})
	if code != wantCode {
		o.t.Fatalf("certloop %s: exit code %d, want %d:\n%s", args, code, wantCode, out.String())
	}
	for _, want := range contains {
		if !strings.Contains(out.String(), want) {
			o.t.Errorf("certloop %s: the output lacks %q:\n%s", args, want, out.String())
		}
	}
}

// An operator plans records that are not in the table, applies them, waits, changes them, and deletes them.
func TestCommandLine_ChangesRecords(t *testing.T) {
	b := start(t, Options{})
	o := b.operator()
	records := string(manifest.Encode([]map[string]any{
		{"name": "shop", "kind": "Certificate", "account": "cli", "domains": []any{"shop.example.com", "*.shop.example.com"},
			"key_type": "EC_prime256v1", "deletion_policy": "Delete", "targets": []any{map[string]any{"region": Region}, map[string]any{"region": "eu-west-1"}}},
		{"name": "cli", "kind": "Account", "directory": b.CA.DirectoryURL, "ca_certificates": b.CA.RootsPEM, "network": "private", "email": "ops@example.com"},
	}))

	o.run(1, records+"---\nname: bad\nkind: Certificate\ndomain: x\n", "apply -f -", "<stdin>:", "domain: is not a known attribute: did you mean domains?")
	if status := b.status("shop"); status != nil {
		t.Errorf("a file with a problem was applied: %s", explain(status))
	}
	o.run(2, records, "plan -f -", "account/cli  registers at the CA", "certificate/shop  orders: 1, imports: 2")
	o.run(2, records, "apply -f - --dry-run", "certificate/shop would be created", "account/cli would be created")
	o.run(0, records, "apply -f - --wait --timeout 6m", "account/cli created\ncertificate/shop created\n", "▸ shop  ", "✓ shop  eu-west-1  imported at ", "Ready")
	b.issued(b.CA, 1, "shop.example.com", "*.shop.example.com")

	before := b.settled("shop")
	o.run(0, records, "apply -f -", "account/cli unchanged\ncertificate/shop unchanged\n")
	o.run(0, "", "plan shop", "nothing to do", "Wait (NotNeeded)")
	o.run(0, "name: shop\nkind: Certificate\ntags: {Team: web}\n", "apply -f -", "certificate/shop configured")
	o.run(0, "", "suspend shop", "certificate/shop suspended")
	b.condition("shop", api.ConditionIssuing, api.ConditionFalse, api.ReasonSuspended)
	o.run(0, "", "suspend shop", "certificate/shop unchanged")
	o.run(0, "", "resume shop", "certificate/shop resumed")
	o.run(0, "", "wait shop --timeout 6m", "Ready")
	if after := b.settled("shop"); after.Serial != before.Serial || after.ACMARN != before.ACMARN {
		t.Errorf("it was %s at %s, and is %s at %s", before.Serial, before.ACMARN, after.Serial, after.ACMARN)
	}
	b.eventually("the tag is in ACM", func() string {
		if c, _ := b.ACM.Certificate(Region, before.ACMARN); c.Tags["Team"] != "web" {
			return "the tags are not"
		}
		return ""
	})

	o.run(3, "", "delete shop", "set --yes")
	o.run(0, "", "delete shop --yes --wait --timeout 6m", before.ACMARN, "It is deleted from ACM", "certificate/shop deleted", "the deletion is finished")
	for _, target := range before.Targets {
		if _, ok := b.ACM.Certificate(target.Region, target.ARN); ok {
			t.Errorf("ACM still has %s", target.ARN)
		}
	}
	o.run(1, "", "delete shop --yes", "not found: shop")
	o.run(0, records, "delete -f - --yes", "certificate/shop does not exist", "account/cli deleted")
}
