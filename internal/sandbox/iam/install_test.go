package iam_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"certloop/internal/sandbox/iam"
)

// TestAllows_TheFunctionWritesNoPolicy checks the policy in docs/guides/install.md. A test of the module holds that it
// is the module's.
func TestAllows_TheFunctionWritesNoPolicy(t *testing.T) {
	text, err := os.ReadFile("../../../docs/guides/install.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)--policy-name certloop --policy-document '(\{.*?\n\})'\n`).FindSubmatch(text)
	if found == nil {
		t.Fatal("docs/guides/install.md has no policy")
	}
	policy, err := iam.Parse(strings.NewReplacer("'$region'", "us-east-1", "'$account'", "123456789012", "'$zone'", "Z1",
		"'$key'", "arn:aws:kms:us-east-1:123456789012:key/1").Replace(string(found[1])))
	if err != nil {
		t.Fatal(err)
	}
	for partition, write := range map[string]bool{
		"policy#team-a": false, "policy#": false, "policy#A b": false,
		"policyset#": true, "policyset#team-a": true, "status#policy#team-a": true, "status#www": true, "issuance#www": true, "arn#x": true,
	} {
		for action, want := range map[string]bool{"GetItem": true, "PutItem": write, "UpdateItem": write, "DeleteItem": write, "BatchWriteItem": false} {
			request := iam.Request{Action: "dynamodb:" + action, Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/certloop",
				Context: map[string][]string{"dynamodb:LeadingKeys": {partition}, "aws:SecureTransport": {"true"}}}
			if got, err := iam.Allows([]iam.Policy{policy}, request, false); err != nil || got != want {
				t.Errorf("%s of %s: allowed %v, want %v, %v", action, partition, got, want, err)
			}
		}
	}
}
