package api_test

import (
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

const tableARN = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/certloop"

func TestParseOwner_IsTheInverseOfOwner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?`).Draw(t, "name")
		table := rapid.StringMatching(`arn:aws(-cn|-us-gov)?:dynamodb:[a-z]{2}-[a-z]+-1:[0-9]{12}:table/[a-zA-Z0-9_.-]{3,40}`).
			Draw(t, "table")
		gotTable, gotName, ok := api.ParseOwner(api.Owner(table, name))
		if !ok || gotTable != table || gotName != name {
			t.Fatalf("%q became %q, %q, %v", api.Owner(table, name), gotTable, gotName, ok)
		}
	})
}

func TestParseOwner_RefusesWhatCertloopDidNotWrite(t *testing.T) {
	tests := map[string]string{
		"nothing":                        "",
		"no slash":                       "certloop",
		"a table without a name":         tableARN,
		"an empty name":                  tableARN + "/",
		"a name that no record can bear": tableARN + "/Web Site",
		"no ARN":                         "certloop/www",
		"the ARN of something else":      "arn:aws:s3:::bucket/table/www",
		"a table without its own name":   "arn:aws:dynamodb:eu-west-1:123456789012:table//www",
		"another cloud's partition":      "arn:cloud:dynamodb:eu-west-1:123456789012:table/certloop/www",
	}
	for name, owner := range tests {
		t.Run(name, func(t *testing.T) {
			if table, name, ok := api.ParseOwner(owner); ok || table != "" || name != "" {
				t.Errorf("ParseOwner(%q) is %q, %q, %v", owner, table, name, ok)
			}
		})
	}
}
