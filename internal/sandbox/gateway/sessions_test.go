package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>` +
	`<Arn>arn:aws:sts::222222222222:assumed-role/there/certloop</Arn></AssumedRoleUser><Credentials>` +
	`<AccessKeyId>ASIA1</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>`

func TestGateway_ReportsTheAccountOfAnAssumedRole(t *testing.T) {
	for sentence, c := range map[string]struct {
		service, answer, account string
	}{
		"an assumed role":                      {"sts", assumed, "222222222222"},
		"another service, whatever it answers": {"sqs", assumed, ""},
		"an error response":                    {"sts", "<ErrorResponse/>", ""},
		"an answer without a key":              {"sts", strings.ReplaceAll(assumed, "ASIA1", ""), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, c.answer) }))
			t.Cleanup(emulator.Close)
			accounts := map[string]string{}
			s, err := Start(Config{Emulator: emulator.URL, Assumed: func(key, account string) { accounts[key] = account }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=key/20261124/us-east-1/"+c.service+"/aws4_request, Signature=0")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if body, err := io.ReadAll(answer.Body); err != nil || string(body) != c.answer {
				t.Errorf("the client received %q, %v", body, err)
			}
			if accounts["ASIA1"] != c.account {
				t.Errorf("the accounts are %v, want %q", accounts, c.account)
			}
		})
	}
}
