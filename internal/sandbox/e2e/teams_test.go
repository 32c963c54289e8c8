//go:build e2e

package e2e

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/iam"
)

// teamNames are the teams of the deployment. Each may write the records <team>.* and no others.
var teamNames = []string{"team-a", "team-b"}

// teams enforce the IAM policies that modules/record-access rendered. The access key of a team is its name.
type teams struct {
	guards map[string]*iam.Guard
	// policies are the documents, set after the apply.
	policies map[string]string
}

func newTeams() *teams {
	all := &teams{guards: map[string]*iam.Guard{}}
	for _, name := range teamNames {
		all.guards[name] = &iam.Guard{AccessKey: name, Policies: func() ([]iam.Policy, error) {
			p, err := iam.Parse(all.policies[name])
			return []iam.Policy{p}, err
		}}
	}
	return all
}

func (all *teams) intercept(next http.Handler) http.Handler {
	for _, g := range all.guards {
		next = g.Intercept(next)
	}
	return next
}

// hire gives the teams the policies that were rendered.
func (b *box) hire(t *testing.T) {
	t.Helper()
	b.teams.policies = b.tf.outputs(t).Access
	for _, name := range teamNames {
		if b.teams.policies[name] == "" {
			t.Fatalf("no policy was rendered for %s", name)
		}
		b.teams.guards[name].Account = b.Account()
	}
}

// must fails the test if the team's call fails.
func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// denied fails the test unless IAM denied the call.
func denied(t *testing.T, what string, err error) {
	t.Helper()
	var refusal smithy.APIError
	if !errors.As(err, &refusal) || refusal.ErrorCode() != "AccessDeniedException" {
		t.Errorf("%s: the error is %v, want AccessDeniedException", what, err)
	}
}

// invokeAs invokes the function with the access key of a team and returns the HTTP status and body.
func (b *box) invokeAs(t *testing.T, team, event string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL+"/2015-03-31/functions/"+sandbox.Table+"/invocations", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+team+"/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
