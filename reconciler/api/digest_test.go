package api_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func digestInput() api.DigestInput {
	return api.DigestInput{
		Names:          []string{"www.example.com", "example.com"},
		KeyType:        api.RSA2048,
		Account:        "default",
		Directory:      "https://acme-v02.api.letsencrypt.org/directory",
		Profile:        "classic",
		PreferredChain: "ISRG Root X1",
		Force:          "2026-11-23",
	}
}

// The digests are stored: other digests for the same input would reissue every certificate after an upgrade.
func TestDigests_NeverChange(t *testing.T) {
	record := map[string]any{
		"name": "www", "kind": "Certificate", "suspend": false, "number": json.Number("30"), "nothing": nil,
		"domains": []any{"example.com", "www.example.com"}, "tags": map[string]any{"a": "b"}, "set": []string{"y", "x"},
	}
	tests := map[string]struct{ got, want string }{
		"issuance":       {api.IssuanceDigest(digestInput()), "060f57ccc455ee3bdd1bb6d48212e8e0"},
		"empty issuance": {api.IssuanceDigest(api.DigestInput{}), "c57de14ae2fd1c4c7effe08215c98fbd"},
		"spec":           {api.SpecDigest(record), "0e0c6fa352a18fd94c374f31f5e62793"},
		"no spec":        {api.SpecDigest(nil), "bc680260d1583b835c276df5c4cdcb66"},
		"account key": {
			api.AccountKeyID("default", "https://acme-v02.api.letsencrypt.org/directory"), "default/5e76d31517ecd664",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("the digest is %s, it was %s", tc.got, tc.want)
			}
		})
	}
}

func TestIssuanceDigest_ChangesWithWhatACertificateDependsOn(t *testing.T) {
	changes := map[string]func(*api.DigestInput){
		"a name more":              func(d *api.DigestInput) { d.Names = append(d.Names, "api.example.com") },
		"a name less":              func(d *api.DigestInput) { d.Names = d.Names[:1] },
		"another name":             func(d *api.DigestInput) { d.Names[0] = "web.example.com" },
		"two names run into one":   func(d *api.DigestInput) { d.Names = []string{"www.example.comexample.com"} },
		"another key type":         func(d *api.DigestInput) { d.KeyType = api.EC256 },
		"another account":          func(d *api.DigestInput) { d.Account = "jprs" },
		"another directory":        func(d *api.DigestInput) { d.Directory += "2" },
		"another profile":          func(d *api.DigestInput) { d.Profile = "tlsserver" },
		"another root":             func(d *api.DigestInput) { d.PreferredChain = "ISRG Root X2" },
		"a force token":            func(d *api.DigestInput) { d.Force = "again" },
		"profile and root swapped": func(d *api.DigestInput) { d.Profile, d.PreferredChain = d.PreferredChain, d.Profile },
		"a letter moved over":      func(d *api.DigestInput) { d.Profile, d.PreferredChain = "classi", "c"+d.PreferredChain },
	}
	seen := map[string]string{api.IssuanceDigest(digestInput()): "the original"}
	for name, change := range changes {
		in := digestInput()
		change(&in)
		got := api.IssuanceDigest(in)
		if before, ok := seen[got]; ok {
			t.Errorf("%s has the digest of %s", name, before)
		}
		seen[got] = name
	}
}

func TestIssuanceDigest_TreatsNamesAsASet(t *testing.T) {
	want := api.IssuanceDigest(digestInput())
	for name, names := range map[string][]string{
		"in another order": {"example.com", "www.example.com"},
		"in upper case":    {"WWW.example.com", "Example.com"},
		"one twice":        {"www.example.com", "example.com", "example.com"},
	} {
		in := digestInput()
		in.Names = names
		if got := api.IssuanceDigest(in); got != want {
			t.Errorf("names %s: %s, not %s", name, got, want)
		}
	}
}

func TestIssuanceDigest_IsShortLowerCaseHex(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{32}$`)
	rapid.Check(t, func(t *rapid.T) {
		in := api.DigestInput{Names: rapid.SliceOf(rapid.String()).Draw(t, "names"), Force: rapid.String().Draw(t, "force")}
		if got := api.IssuanceDigest(in); !form.MatchString(got) {
			t.Fatalf("IssuanceDigest is %q", got)
		}
	})
}

func TestSpecDigest_DistinguishesValues(t *testing.T) {
	values := map[string]any{
		"no value": nil, "an empty string": "", "a string": "1", "a number": json.Number("1"), "another number": json.Number("2"),
		"true": true, "the string true": "true", "an empty list": []any{}, "an empty map": map[string]any{},
		"a list": []any{"1", "2"}, "the list turned round": []any{"2", "1"}, "a list in a list": []any{[]any{"1", "2"}},
		"a list of one": []any{"12"}, "a set": []string{"1", "2"}, "a set of one": []string{"12"},
		"a map": map[string]any{"1": "2"}, "the map turned round": map[string]any{"2": "1"}, "binary": []byte("1"),
	}
	seen := map[string]string{api.SpecDigest(map[string]any{}): "an absent attribute"}
	for name, v := range values {
		got := api.SpecDigest(map[string]any{"x": v})
		if before, ok := seen[got]; ok {
			t.Errorf("%s has the digest of %s", name, before)
		}
		seen[got] = name
	}
}

func TestSpecDigest_IsTheSameForTheSameRecord(t *testing.T) {
	tests := map[string]struct{ a, b any }{
		"a set in another order":                     {[]string{"b", "a", "c"}, []string{"c", "b", "a"}},
		"a number from the table and a YAML integer": {json.Number("30"), 30},
		"a number from the table and a JSON float":   {json.Number("30"), 30.0},
		"a large number":                             {json.Number("1000000000000000000000"), 1e21},
		"a number set in another order":              {[]json.Number{"2", "1"}, []json.Number{"1", "2"}},
		"a binary set in another order":              {[][]byte{{2}, {1}}, [][]byte{{1}, {2}}},
		"a fraction":                                 {json.Number("0.1"), 0.1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			a, b := api.SpecDigest(map[string]any{"x": tc.a}), api.SpecDigest(map[string]any{"x": tc.b})
			if a != b {
				t.Errorf("%v has %s, %v has %s", tc.a, a, tc.b, b)
			}
		})
	}
}

func TestAccountKeyID_DiffersByDirectory(t *testing.T) {
	a, b := api.AccountKeyID("default", "https://one.example/dir"), api.AccountKeyID("default", "https://two.example/dir")
	if a == b {
		t.Errorf("two directories share the key %s", a)
	}
}
