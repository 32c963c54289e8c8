package lang

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/spec"
)

// words matches text of a sentence, as opposed to a list of names.
var words = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,}`)

// otherTexts are texts of package spec that are no problem of one attribute.
var otherTexts = []string{"; and 1 more problem", "; and %d more problems", "and others", "deletion policy", "name differs from the item's"}

// pieces returns what is between the verbs of a text and has words.
func pieces(text string) (all []string) {
	for _, piece := range regexp.MustCompile(`%(?:\[\d+\])?[a-zA-Z]`).Split(text, -1) {
		if words.MatchString(piece) {
			all = append(all, strings.TrimSpace(piece))
		}
	}
	return all
}

// TestProblem_HasEachTextOfTheDecoders checks that each text of package spec is recognized, and no other.
func TestProblem_HasEachTextOfTheDecoders(t *testing.T) {
	const folder = "../../../reconciler/spec"
	set, packages := parsed(t, folder)
	var source, catalogued []string
	for _, files := range packages {
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				text, ok := n.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING {
					return true
				}
				s, _ := literal(text, nil)
				if strings.HasSuffix(set.Position(n.Pos()).Filename, "keytype.go") && !strings.Contains(s, "%") || slices.Contains(otherTexts, s) {
					return true // the other names of key types
				}
				source = append(source, pieces(s)...)
				return true
			})
		}
	}
	for _, e := range recordProblems {
		catalogued = append(catalogued, pieces(e.english)...)
		for _, problem := range problems(e.english, e.japanese, true) {
			t.Errorf("%q: the Japanese %s: %q", e.english, problem, e.japanese)
		}
	}
	for _, s := range source {
		if !slices.ContainsFunc(catalogued, func(c string) bool { return strings.Contains(c, s) }) {
			t.Errorf("package spec has the text %q: add it to cmd/certloop/lang/ja_problems.go", s)
		}
	}
	if len(source) < 80 {
		t.Errorf("only %d texts were read", len(source))
	}
}

// TestProblem_TranslatesWhatDecodersReport decodes records with many problems.
func TestProblem_TranslatesWhatDecodersReport(t *testing.T) {
	for _, record := range []map[string]any{
		{},
		{"name": "", "kind": "certificate", "domain": []any{}, "domains": "example.com", "suspend": "yes", "tags": []any{}, "zone": "x", "region": "moon"},
		{"name": ".a", "kind": "Certificate", "domains": []any{"a.example.com"}},
		{"name": "UP", "kind": "Certificate", "domains": []any{"exa mple.com", "a_b.example.com", "*.com", "w*.example.com", "https://x.example/y", "10.0.0.1",
			"a@example.com", "www", "x.example.com:443", "-a.example.com", "ab--c.example.com", "a..b", 7.0, "", "e.x1.12"}},
		{"name": "a", "kind": "Certificate", "domains": []any{"a.example.com", "A.example.com", "*.example.com"}, "renew_before": "1y", "key_type": "rsa",
			"deletion_policy": "Drop", "external_id": "x", "acm_arn": "arn:aws:iam::123456789012:role/x", "targets": []any{"us-east-1"}},
		{"name": "a", "kind": "Certificate", "domains": []any{}, "renew_before": "9999d", "dns": map[string]any{"external_id": "x", "role_arn": "r"}},
	} {
		_, err := spec.DecodeCertificate(record, spec.Defaults{})
		checkProblems(t, err)
	}
	for _, record := range []map[string]any{
		{"name": "a", "kind": "Account"},
		{"name": "a", "kind": "Account", "directory": "letsencrpt", "email": "x", "eab_secret_arn": "hmac", "network": "home", "ca_certificates": "x"},
		{"name": "a", "kind": "Account", "directory": "http://ca.example/", "email": "a@b", "key_type": "DSA"},
		{"name": "a", "kind": "Account", "directory": "https://a:b@ca.example/#x", "profile": " x "},
	} {
		_, err := spec.DecodeAccount(record)
		checkProblems(t, err)
	}
}

func checkProblems(t *testing.T, err error) {
	t.Helper()
	found := spec.Problems(err)
	if len(found) == 0 {
		t.Fatalf("no problem was found: %v", err)
	}
	for _, p := range found {
		if got := Japanese.Problem(p.Text); !kanaOrKanji.MatchString(got) {
			t.Errorf("%s: %q stays English", p.Attribute, got)
		}
		if English.Problem(p.Text) != p.Text {
			t.Errorf("%q is changed in English", p.Text)
		}
	}
}
