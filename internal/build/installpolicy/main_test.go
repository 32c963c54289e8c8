package main

import (
	"strings"
	"testing"
)

func TestReplaced_HasThePolicyWithShellVariables(t *testing.T) {
	const policy = `{"Statement":[{"Action":["a:B"],"Effect":"Allow","Resource":"arn:aws:sqs:eu-central-1:123456789012:certloop","Sid":"Enqueue"}],"Version":"2012-10-17"}`
	const text = "one\naws iam put-role-policy --policy-name certloop --policy-document '{\n  \"old\": 1\n}'\n```\ntwo\n"
	got, err := replaced(text, policy)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one\n", "'\n```\ntwo\n", `"Sid": "Enqueue"`, `arn:aws:sqs:'$region':'$account':certloop`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Errorf("the old policy is still in\n%s", got)
	}
	again, err := replaced(got, policy)
	if err != nil || again != got {
		t.Errorf("a second time gives %v\n%s", err, again)
	}
	if _, err := replaced("nothing", policy); err == nil {
		t.Error("a document without a policy is no error")
	}
}

func TestPlanned_FindsThePolicy(t *testing.T) {
	lines := "{\"@message\":\"x\"}\n{\"test_plan\":{\"output_changes\":{\"function_policy_json\":{\"after\":\"{}\"}}}}\n"
	if got := planned([]byte(lines)); got != "{}" {
		t.Errorf("found %q", got)
	}
	if got := planned([]byte("{}\nno JSON\n")); got != "" {
		t.Errorf("found %q where there is none", got)
	}
}
