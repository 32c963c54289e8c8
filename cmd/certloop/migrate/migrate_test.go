package migrate

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// document returns a domains.json with one certificate that has these fields beside the required ones.
func document(fields string) string {
	if fields != "" {
		fields = ",\n" + fields
	}
	return `{"version": "1.0", "certificates": [{"id": "www", "domains": ["www.example.com"], "acmeProvider": "letsencrypt"` + fields + `}]}`
}

func run(body string, pem string) Result {
	return Import([]File{{Path: "in", Body: []byte(body)}}, Options{ReadCertificate: func(string, string) ([]byte, error) {
		if pem == "" {
			return nil, errors.New("no such file")
		}
		return []byte(pem), nil
	}})
}

func TestAcmeToACM_Fields(t *testing.T) {
	for sentence, c := range map[string]struct {
		fields, attribute string
		want              any
	}{
		"an RSA key without a size has 2048 bits": {`"keyType": "rsa"`, "key_type", "RSA_2048"},
		"an RSA key of 4096 bits":                 {`"keyType": "rsa", "rsaKeySize": 4096`, "key_type", "RSA_4096"},
		"a size alone":                            {`"rsaKeySize": 4096`, "key_type", "RSA_4096"},
		"ecdsa is P-256":                          {`"keyType": "ecdsa"`, "key_type", "EC_prime256v1"},
		"no key type stays none":                  {``, "key_type", nil},
		"days before expiry":                      {`"renewDaysBeforeExpiry": 21`, "renew_before", "21d"},
		"disabled":                                {`"enabled": false`, "suspend", true},
		"enabled":                                 {`"enabled": true`, "suspend", nil},
		"a zone":                                  {`"route53HostedZoneId": "/hostedzone/Z1D633PJN98FT9"`, "zone", "Z1D633PJN98FT9"},
		"null is the same as absent":              {`"route53HostedZoneId": null`, "zone", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := run(document(c.fields), "")
			if len(r.Records) != 2 || r.Has(Problem) {
				t.Fatalf("the result is %+v", r)
			}
			if got := r.Records[1][c.attribute]; got != c.want {
				t.Errorf("%s is %v, want %v", c.attribute, got, c.want)
			}
		})
	}
}

// Each problem of the input has its line and its JSON path.
func TestAcmeToACM_ProblemsHaveTheirPlace(t *testing.T) {
	for sentence, c := range map[string]struct{ fields, at, text string }{
		"a wrong type":        {`"keyType": 7`, "in:2 certificates[0].keyType", "a string"},
		"a wrong number":      {`"renewDaysBeforeExpiry": "30"`, "in:2 certificates[0].renewDaysBeforeExpiry", "whole number"},
		"a fraction":          {`"renewDaysBeforeExpiry": 1.5`, "in:2 certificates[0].renewDaysBeforeExpiry", "whole number"},
		"out of range":        {`"renewDaysBeforeExpiry": 9999`, "in:2 certificates[0].renewDaysBeforeExpiry", "out of range"},
		"a key size":          {`"rsaKeySize": 1024`, "in:2 certificates[0].rsaKeySize", "not a key size"},
		"a key type":          {`"keyType": "dsa"`, "in:2 certificates[0].keyType", "not a key type"},
		"enabled as a string": {`"enabled": "no"`, "in:2 certificates[0].enabled", "true or false"},
		"a misspelled field":  {`"keytype": "rsa"`, "in:2 certificates[0].keytype", "did you mean keyType"},
		"an ARN of IAM":       {`"acmCertificateArn": "arn:aws:iam::123456789012:server-certificate/x"`, "in:2 certificates[0].acmCertificateArn", "not the ARN"},
		"a field twice":       {`"enabled": true, "enabled": false`, "in:2 certificates[0].enabled", "twice"},
		"a zone that is none": {`"route53HostedZoneId": "example.com"`, "in:1 certificates[0]", "zone"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := run(document(c.fields), "")
			if !slices.ContainsFunc(r.Notes, func(n Note) bool {
				return n.Level == Problem && n.At == c.at && strings.Contains(n.Text, c.text)
			}) {
				t.Errorf("no problem at %s with %q: %+v", c.at, c.text, r.Notes)
			}
		})
	}
}

func TestAcmeToACM_DocumentsThatAreNone(t *testing.T) {
	for sentence, body := range map[string]string{
		"cut off":                "{\n\"certificates\": [",
		"more after the end":     "{\"certificates\": []} {}",
		"no certificates":        "{\"domains\": []}",
		"certificates as object": "{\"certificates\": {}}",
		"deeply nested":          "{\"certificates\": " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}",
		"an entry that is none":  "{\"certificates\": [7]}",
		"no provider":            "{\"certificates\": [{\"id\": \"a\", \"domains\": [\"a.example.com\"]}]}",
		"custom without a URL":   "{\"certificates\": [{\"id\": \"a\", \"domains\": [\"a.example.com\"], \"acmeProvider\": \"custom\"}]}",
	} {
		t.Run(sentence, func(t *testing.T) {
			r := run(body, "")
			if !r.Has(Problem) || len(r.Records) > 0 {
				t.Errorf("the result is %+v", r)
			}
		})
	}
}

// An account is one directory with one contact: two certificates of different contacts have two accounts.
func TestAcmeToACM_AccountsByDirectoryAndContact(t *testing.T) {
	r := run(`{"defaults": {"acmeProvider": "jprs", "email": "a@example.jp"}, "certificates": [
		{"id": "one", "domains": ["one.example.jp"]},
		{"id": "two", "domains": ["two.example.jp"], "email": "b@example.jp"},
		{"id": "one", "domains": ["three.example.jp"], "email": "a@example.jp"}]}`, "")
	var accounts, certificates []string
	for _, record := range r.Records {
		if record["kind"] == "Account" {
			accounts = append(accounts, record["name"].(string)+" "+record["email"].(string))
		} else {
			certificates = append(certificates, record["name"].(string)+" "+record["account"].(string))
		}
	}
	if want := []string{"jprs a@example.jp", "jprs-2 b@example.jp"}; !slices.Equal(accounts, want) {
		t.Errorf("the accounts are %q, want %q", accounts, want)
	}
	if want := []string{"one jprs", "two jprs-2", "one-2 jprs"}; !slices.Equal(certificates, want) {
		t.Errorf("the certificates are %q, want %q", certificates, want)
	}
	eab := 0
	for _, n := range r.Notes {
		if n.Level == Lost && strings.Contains(n.Text, "EAB") {
			eab++
		}
	}
	if eab != 2 {
		t.Errorf("%d notes are about EAB credentials, want one for each account", eab)
	}
}

func TestCertbot_Options(t *testing.T) {
	leaf := testca.New(testca.Options{Name: "R11"}).Issue(testca.Leaf{Names: []string{"b.example.com", "a.example.com"}, KeyType: api.RSA4096})
	r := run(`cert = /etc/letsencrypt/live/in/cert.pem
renew_before_expiry = 6 weeks
[renewalparams]
authenticator = dns-route53
preferred_chain = "ISRG Root X1"  # a comment
renew_hook = 'aws acm import-certificate --certificate-arn "arn:aws:acm:us-east-1:123456789012:certificate/1a2b" --region us-east-1'
`, leaf.Leaf)
	want := []Record{
		{"name": "letsencrypt", "kind": "Account", "directory": "letsencrypt"},
		{"name": "in", "kind": "Certificate", "account": "letsencrypt", "domains": []any{"b.example.com", "a.example.com"}, "key_type": "RSA_4096",
			"preferred_chain": "ISRG Root X1", "renew_before": "42d", "acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1a2b"},
	}
	if diff := cmp.Diff(want, r.Records); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Has(Problem) {
		t.Errorf("there are problems: %+v", r.Notes)
	}
}

func TestCertbot_KeyTypes(t *testing.T) {
	for options, want := range map[string]any{
		"key_type = rsa":                                  "RSA_2048",
		"key_type = rsa\nrsa_key_size = 3072":             "RSA_3072",
		"key_type = ecdsa":                                "EC_prime256v1",
		"key_type = ecdsa\nelliptic_curve = secp384r1":    "EC_secp384r1",
		"key_type = ecdsa\nelliptic_curve = secp521r1":    nil,
		"key_type = rsa\nrsa_key_size = 1024":             nil,
		"key_type = ed25519":                              nil,
		"elliptic_curve = secp384r1\nrsa_key_size = 4096": nil,
	} {
		r := run("[renewalparams]\n"+options, "")
		if got := r.Records[1]["key_type"]; got != want {
			t.Errorf("%q: key_type is %v, want %v", options, got, want)
		}
	}
}

func TestINI_Values(t *testing.T) {
	for text, want := range map[string][]string{
		`plain`:                 {"plain"},
		`"a, b"`:                {"a, b"},
		`'it # stays' # a note`: {"it # stays"},
		`dns-01,`:               {"dns-01"},
		`a, "b", c`:             {"a", "b", "c"},
		``:                      nil,
		`# only a comment`:      nil,
	} {
		if got, err := parseValues(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`"no end`, `"a" b`, `"""many`} {
		if got, err := parseValues(text); err == nil {
			t.Errorf("%s is accepted as %q", text, got)
		}
	}
}

func TestNamer_NamesAreValidAndUnique(t *testing.T) {
	var n Namer
	long := strings.Repeat("a", 62) + ".example.com"
	for _, c := range [][2]string{
		{"www.example.com", "www.example.com"}, {"www.example.com", "www.example.com-2"}, {"*.example.com", "wildcard.example.com"},
		{"Shop_1", "shop-1"}, {"", "certificate"}, {"日本", "certificate-2"}, {long, strings.Repeat("a", 62)},
		{long, strings.Repeat("a", 61) + "-2"},
	} {
		got := n.Name(c[0])
		if got != c[1] || api.ValidateName(got) != nil {
			t.Errorf("the name for %q is %q, want %q", c[0], got, c[1])
		}
	}
}
