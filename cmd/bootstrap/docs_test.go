package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"certloop/reconciler"
)

var documentedVariable = regexp.MustCompile("(?m)^\\| `(CERTLOOP_[A-Z_]+)` \\| .* \\| (.*) \\|$")

// TestDocs_HaveExactlyTheVariables checks the table of docs/guides/install.md: the variables, which of them are
// required, and the defaults.
func TestDocs_HaveExactlyTheVariables(t *testing.T) {
	text, err := os.ReadFile("../../docs/guides/install.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range documentedVariable.FindAllStringSubmatch(string(text), -1) {
		documented[row[1]] = strings.Trim(row[2], "`")
	}
	loop := reconciler.New(reconciler.Config{})
	ofTheLoop := map[string]time.Duration{
		"CERTLOOP_EFFECT_TIMEOUT": loop.EffectTimeout, "CERTLOOP_CLOCK_SKEW": loop.ClockSkew, "CERTLOOP_IMPORT_GRACE": loop.ImportGrace,
		"CERTLOOP_MIN_ISSUANCE_INTERVAL": loop.MinInterval,
	}
	for _, v := range variables {
		if !strings.HasPrefix(v.name, prefix) {
			continue // set by Lambda
		}
		text, ok := documented[v.name]
		delete(documented, v.name)
		switch {
		case !ok:
			t.Errorf("%s is not in the docs", v.name)
		case v.required != (text == "required"):
			t.Errorf("%s: required is %v, and in the docs %q", v.name, v.required, text)
		case v.fallback != "" && v.fallback != text:
			t.Errorf("%s: the default is %q, and in the docs %q", v.name, v.fallback, text)
		}
		if d, ok := ofTheLoop[v.name]; ok {
			if got, err := time.ParseDuration(text); err != nil || got != d {
				t.Errorf("%s: the default is %s, and in the docs %q", v.name, d, text)
			}
		}
	}
	for name := range documented {
		t.Errorf("%s is in the docs only", name)
	}
}

// TestDocs_DeployAFunctionThatStarts uses the environment of the command in docs/guides/install.md.
func TestDocs_DeployAFunctionThatStarts(t *testing.T) {
	text, err := os.ReadFile("../../docs/guides/install.md")
	if err != nil {
		t.Fatal(err)
	}
	environ := []string{"AWS_REGION=eu-central-1"}
	shell := strings.NewReplacer("'$region'", "eu-central-1", "'$account'", "123456789012",
		"'$queue'", "https://sqs.eu-central-1.amazonaws.com/123456789012/certloop",
		"'$key'", "arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012")
	for _, pair := range regexp.MustCompile(`"(CERTLOOP_[A-Z_]+)": "(.*)"`).FindAllStringSubmatch(string(text), -1) {
		environ = append(environ, pair[1]+"="+shell.Replace(pair[2]))
	}
	if len(environ) < 2 {
		t.Fatal("the docs set no variable")
	}
	if _, err := loadConfig(environ); err != nil {
		t.Error(err)
	}
}
