package command

import (
	"fmt"
	"strings"
	"testing"

	"certloop/cmd/certloop/inventory"
	"certloop/reconciler/api"
)

func TestGolden_Adopt(t *testing.T) {
	const other = "arn:aws:acm:us-east-1:123456789012:certificate/aaaaaaaa-0000-4000-8000-000000000005"
	jprs := ready().Status.Issuer
	for name, c := range map[string]struct {
		terminal terminal
		issuer   string
		code     int
		args     string
	}{
		"adopt-dry-run":  {terminal{width: 100}, "R11", 1, "adopt --all --dry-run"},
		"adopt-ja":       {terminal{width: 100, environ: japanese}, jprs, 1, "adopt --all --yes"},
		"adopt-tool":     {terminal{width: 100, asked: true, in: "y\n"}, jprs, 0, "adopt " + other + " --account jprs"},
		"adopt-refused":  {terminal{width: 100, asked: true, in: "n\n"}, "", 1, "adopt " + other},
		"adopt-owned":    {terminal{width: 100}, "", 1, "adopt " + arn + "0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"},
		"adopt-amazon":   {terminal{width: 100}, "", 1, "adopt arn:aws:acm:us-east-1:123456789012:certificate/aaaaaaaa-0000-4000-8000-000000000006"},
		"adopt-no-args":  {terminal{}, "", 3, "adopt"},
		"adopt-too-many": {terminal{}, "", 3, "adopt --all " + other},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = crowd()
			c.terminal.world.moving.issuer = c.issuer
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
		})
	}
}

// An adoption writes a record that the controller accepts, under a name that no record has.
func TestAdopt_WritesTheRecord(t *testing.T) {
	w := crowd()
	w.moving.found.Certificates = w.moving.found.Certificates[:1]
	w.moving.found.Certificates[0].Names = []string{"www.example.com"}
	w.records = append(w.records, certificate("www.example.com", map[string]any{"domains": []any{"example.com"}}, nil))
	w.moving.found.Certificates[0].Manager = inventory.Manager{}
	if output, code := (terminal{world: w}).run(t, "adopt", "--all", "--yes"); code != 0 {
		t.Fatalf("exit code %d: %s", code, output)
	}
	written := w.records[len(w.records)-1]
	if written.Key != (api.Key{Kind: api.KindCertificate, Name: "www.example.com-2"}) || written.Record["acm_arn"] != w.moving.found.Certificates[0].ARN ||
		written.Record["key_type"] != "RSA_2048" || written.Record["account"] != "default" {
		t.Errorf("written is %+v", written)
	}
}

// A certificate of ACM may have what no record may have. An adoption writes only records that the controller accepts, and says of
// the others what is wrong with them.
func TestAdopt_WritesNoRecordThatTheControllerRefuses(t *testing.T) {
	many := make([]string, api.MaxDomains+1)
	for i := range many {
		many[i] = fmt.Sprintf("www-%d.example.com", i)
	}
	for sentence, c := range map[string]struct {
		names []string
		args  string
		want  string
	}{
		"a name without a domain": {[]string{"www.example.com", "intranet"}, "", "domains[1]"},
		"too many names":          {many, "", "domains"},
		"no names":                {nil, "", "domains"},
		"an underscore":           {[]string{"_sip.example.com"}, "", "domains[0]"},
		"an account of no name":   {[]string{"www.example.com"}, "--account No_Name", "account"},
		"a role that is no ARN":   {[]string{"www.example.com"}, "", "role_arn"},
	} {
		for _, dry := range []string{"", " --dry-run"} {
			t.Run(sentence+dry, func(t *testing.T) {
				w := crowd()
				w.moving.found.Certificates = w.moving.found.Certificates[:1]
				one := &w.moving.found.Certificates[0]
				one.Names, one.Manager = c.names, inventory.Manager{}
				if c.want == "role_arn" {
					one.Role = api.Role{RoleARN: "audit"}
				}
				before := len(w.records)
				output, code := terminal{world: w, width: 200}.run(t, strings.Fields("adopt --all --yes "+c.args+dry)...)
				if code != ExitFailed || len(w.records) != before || !strings.Contains(output, one.ARN+": no record can adopt it: ") ||
					!strings.Contains(output, c.want+": ") || strings.Contains(output, "acm_arn: ") {
					t.Errorf("exit code %d, %d records written:\n%s", code, len(w.records)-before, output)
				}
			})
		}
	}
}
