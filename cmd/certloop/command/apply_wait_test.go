package command

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
)

func TestApply_Waits(t *testing.T) {
	www := api.Key{Kind: api.KindCertificate, Name: "www"}
	const same = "name: www\nkind: Certificate\ndomains: [www.example.com, example.com, '*.shop.example.com']\n"
	for sentence, c := range map[string]struct {
		in   string
		code int
		want string
	}{
		"a certificate that is Ready ends the wait":                 {same, 0, "✓ www  Ready, the certificate expires at"},
		"the status of the record before the change is not enough":  {same + "renew_before: 30d\n", 2, "Not done after"},
		"a suspended certificate is not waited for":                 {same + "suspend: true\n", 0, "certificate/www configured\n"},
		"an account is not waited for":                              {"name: new\nkind: Account\ndirectory: letsencrypt\n", 0, "account/new created\n"},
		"a record that must change first ends the wait":             {"name: typo\nkind: Certificate\nacount: null\ndomains: [a.example.com]\n", 2, "Not done after"},
		"nothing is waited for where a record could not be written": {"name: other\nkind: Certificate\n", 1, "domains: is missing"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := sample()
			out, code := terminal{world: w, in: c.in}.run(t, "apply", "-f", "-", "--wait", "--timeout", "20ms")
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("code %d, want %d and %q:\n%s", code, c.code, c.want, out)
			}
			if w.index(www) < 0 {
				t.Error("www is lost")
			}
		})
	}
}
