package command

import (
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
	w.moving.found.Certificates[0].Names = []string{"www", "www.example.com"}
	w.moving.found.Certificates[0].Manager = inventory.Manager{}
	if output, code := (terminal{world: w}).run(t, "adopt", "--all", "--yes"); code != 0 {
		t.Fatalf("exit code %d: %s", code, output)
	}
	written := w.records[len(w.records)-1]
	if written.Key != (api.Key{Kind: api.KindCertificate, Name: "www-2"}) || written.Record["acm_arn"] != w.moving.found.Certificates[0].ARN ||
		written.Record["key_type"] != "RSA_2048" || written.Record["account"] != "default" {
		t.Errorf("written is %+v", written)
	}
}
