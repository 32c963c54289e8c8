package command

import (
	"errors"
	"strings"
	"testing"
)

// migrated is an installation that has some of the records that example.com.conf makes.
func migrated() *world {
	w := sample()
	w.records = append(w.records,
		certificate("example.com", map[string]any{"domains": []any{"example.com"}, "account": "letsencrypt"}, nil),
		certificate("other", map[string]any{"domains": []any{"x.example.com"},
			"acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"}, nil))
	present := account()
	present.Key.Name, present.Record = "letsencrypt", map[string]any{"name": "letsencrypt", "kind": "Account", "directory": "letsencrypt"}
	w.records = append(w.records, present)
	return w
}

// What is imported twice, or has the name of something else, is reported before anybody applies it.
func TestGolden_ImportConfigComparesWithTheTable(t *testing.T) {
	const conf = "import-config ../migrate/testdata/renewal/example.com.conf"
	goldens(t, migrated, map[string]recording{
		"import-config-exists":    {terminal{width: 100}, 1, conf},
		"import-config-exists-60": {terminal{width: 60}, 1, conf},
		"import-config-exists-ja": {terminal{environ: japanese}, 1, conf},
		"import-config-offline":   {terminal{}, 0, conf + " --offline"},
	})
}

func TestImportConfig_AgainReportsThatNothingChanges(t *testing.T) {
	w := sample()
	w.records = append(w.records, certificate("example.com", map[string]any{
		"domains": []any{"example.com", "www.example.com"}, "account": "letsencrypt", "key_type": "RSA_4096", "renew_before": "14d",
		"preferred_chain": "ISRG Root X1", "acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"}, nil))
	out, code := terminal{world: w}.run(t, "import-config", "../migrate/testdata/renewal/example.com.conf")
	if want := "certificate/example.com: exists in the table and differs: certloop apply would change renew_before"; code != 0 || !strings.Contains(out, want) {
		t.Errorf("code %d, want 0 and %q:\n%s", code, want, out)
	}
	w.records[len(w.records)-1].Record["renew_before"] = "30d"
	out, _ = terminal{world: w}.run(t, "import-config", "../migrate/testdata/renewal/example.com.conf")
	if want := "exists in the table with these values"; !strings.Contains(out, want) {
		t.Errorf("no %q:\n%s", want, out)
	}
}

// Records are made without access to the table, and the report has why nothing was compared.
func TestImportConfig_WithoutTheTable(t *testing.T) {
	w := sample()
	w.fails = errors.New("AWS denies dynamodb:Scan")
	out, code := terminal{world: w}.run(t, "import-config", "../migrate/testdata/renewal/example.com.conf")
	if want := "not compared with those of the table, so names may be in use already: AWS denies dynamodb:Scan"; code != 0 || !strings.Contains(out, want) {
		t.Errorf("code %d, want 0 and %q:\n%s", code, want, out)
	}
}
