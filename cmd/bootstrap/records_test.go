package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

func TestRecords_ReachTheLoopAsTheTableHasThem(t *testing.T) {
	loop := &fakeLoop{}
	_, _, err := invoke(t, loop, `{"action":"reconcile","dry_run":true,"records":[
		{"name":"www","kind":"Certificate","domains":["www.example.com"],"suspend":true,"tags":{"team":"web"},"x":1.50,"zone":null},
		{"name":"default","kind":"Account","directory":"letsencrypt"}]}`)
	want := []reconciler.Invocation{{DryRun: true, Records: []reconciler.Record{
		{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Item: map[string]any{"name": "www", "kind": "Certificate",
			"domains": []any{"www.example.com"}, "suspend": true, "tags": map[string]any{"team": "web"}, "x": json.Number("1.50"), "zone": nil}},
		{Key: api.Key{Kind: api.KindAccount, Name: "default"}, Item: map[string]any{"name": "default", "kind": "Account", "directory": "letsencrypt"}},
	}}}
	if diff := cmp.Diff(want, loop.invocations, cmp.AllowUnexported(reconciler.Invocation{})); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRecords_AWrongOneIsAnErrorThatNamesIt(t *testing.T) {
	const www = `{"name":"www","kind":"Certificate"}`
	for sentence, c := range map[string]struct{ records, want string }{
		"not a list":             {www, `records is "{\"name\":\"www\",\"kind\":\"Certificate\"}": use a list of records as JSON objects`},
		"null":                   {`null`, `records is "null": use a list of records`},
		"no record":              {`[]`, `names is missing: list at least one Certificate record`},
		"a text":                 {`["www"]`, `record 1 is "\"www\"": use a JSON object`},
		"no name":                {`[{"kind":"Certificate"}]`, `record 1 has no name: set name to the name of the record`},
		"a name that is a list":  {`[{"name":["www"],"kind":"Certificate"}]`, `record 1 has no name`},
		"a wrong name":           {`[` + www + `,{"name":"W","kind":"Account"}]`, `record 2 name "W" holds 'W'`},
		"no kind":                {`[{"name":"www"}]`, `record 1 has the kind "": use Certificate or Account`},
		"a kind of ours":         {`[{"name":"www","kind":"CertificateStatus"}]`, `record 1 has the kind "CertificateStatus": use Certificate or Account`},
		"a policy":               {`[{"name":"policy#a","kind":"Policy"}]`, `record 1 is a Policy, which a dry run does not accept`},
		"one record twice":       {`[` + www + `,` + www + `]`, `record 2 is a second record Certificate/www: list it once`},
		"an attribute twice":     {`[{"name":"www","kind":"Certificate","zone":"Z1","zone":"Z2"}]`, `record 1 has the attribute "zone" twice: set it once`},
		"a nested one twice":     {`[{"name":"www","kind":"Certificate","dns":{"role_arn":"a","role_arn":"b"}}]`, `record 1 has the attribute "role_arn" twice`},
		"a nesting without end":  {`[` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `]`, `record 1 is nested more than 32 levels deep`},
		"too many":               {`[` + strings.Repeat(www+",", 100) + www + `]`, `records has 101 records: use at most 100, and several invocations`},
		"too large":              {`["` + strings.Repeat("x", 1<<20) + `"]`, `bytes: use at most 1048576, and several invocations`},
		"a record without names": {`[]`, `names is missing`},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			_, _, err := invoke(t, loop, `{"action":"reconcile","dry_run":true,"records":`+c.records+`}`)
			got := functionError(t, err)
			if got.Type != "InvalidEvent" || !strings.Contains(got.Message, c.want) || len(got.Message) > 1000 || loop.calls() > 0 {
				t.Errorf("%s: %s\nwant %s", got.Type, got.Message, c.want)
			}
		})
	}
}

func TestRecords_AllProblemsAreReportedAtOnce(t *testing.T) {
	_, _, err := invoke(t, &fakeLoop{}, `{"action":"reconcile","names":["A"],"records":[{"name":"-","kind":"Certificate"},{"name":"b","kind":"Pod"},{"kind":"Account"}]}`)
	got := functionError(t, err).Message
	for _, want := range []string{`name "A"`, `record 1 name "-"`, `record 2 has the kind "Pod"`, "record 3 has no name", "records is for a dry run only: set dry_run to true"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}
