package sandbox

import (
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/faults"
	"certloop/internal/sandbox/setup"
)

func TestBody(t *testing.T) {
	for sentence, c := range map[string]struct {
		environment string
		options     Options
		want        Body
		wrong       string
	}{
		"without a choice":                  {want: Own},
		"of the environment":                {environment: "moto", want: Moto},
		"an option is stronger":             {environment: "moto", options: Options{Cloud: Own}, want: Own},
		"a bare sandbox is on moto":         {environment: "own", options: Options{Bare: true}, want: Moto},
		"a bare sandbox is not on our own":  {options: Options{Bare: true, Cloud: Own}, wrong: "bare"},
		"another one than there is refused": {environment: "localstack", wrong: `CLOUD is "localstack": set it to own or moto`},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Setenv("CLOUD", c.environment)
			got, err := c.options.body()
			if got != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestSandbox_NeedsNoOtherProgram starts where no Python, no Java and no tool is found. The archive was built before.
func TestSandbox_NeedsNoOtherProgram(t *testing.T) {
	if _, err := setup.Archive("../.."); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "")
	t.Setenv("CERTLOOP_PYTHON", "none")
	b := start(t, Options{Cloud: Own})
	b.certificate("alone", []string{"alone.example.com"})
	b.installed("alone", b.CA, "alone.example.com")
}

// TestSandbox_UnderFaultsAndRates: whatever AWS does to single requests, each record gets one certificate, and no mail is
// sent about a fault that passes.
func TestSandbox_UnderFaultsAndRates(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Cloud: Own, Faults: faults.Config{Latency: 2 * time.Millisecond, Rates: faults.AWS(), Share: 0.03, Seed: 1},
		Env: []string{"CERTLOOP_EFFECT_TIMEOUT=10s", "CERTLOOP_CLOCK_SKEW=1s", "CERTLOOP_IMPORT_GRACE=5s"}})
	names := []string{"shaken-1", "shaken-2", "shaken-3", "shaken-4"}
	for _, name := range names {
		b.certificate(name, []string{name + ".example.com"}, "targets", []map[string]any{{"region": Region}, {"region": "eu-west-1"}})
	}
	for _, name := range names {
		b.installed(name, b.CA, name+".example.com")
		b.one(name)
		for _, m := range b.mailOf(name) {
			if strings.Contains(m.Subject, "FAILED") {
				t.Errorf("a mail about %s: %s", name, m.Subject)
			}
		}
	}
}
