package main

import (
	"reflect"
	"strings"
	"testing"

	"certloop/reconciler"
	"certloop/reconciler/plan"
)

func TestCheck_TheAnswerHasVersionVariablesAndChecks(t *testing.T) {
	loop := &fakeLoop{checks: reconciler.Checks{Checks: []plan.Check{
		{Area: plan.AreaZone, Subject: "www", State: plan.CheckFailed, Message: "ZoneNotFound: no zone", Remedy: "Create the hosted zone."},
		{Area: plan.AreaKey, Subject: "key", State: plan.CheckFine, Message: "encrypts and decrypts"}}}}
	answer, _, err := invoke(t, loop, `{"action":"check"}`)
	const want = `{"version":"dev","variables":{"CERTLOOP_TABLE":"certloop"},"checks":[` +
		`{"area":"Zone","subject":"www","state":"Failed","message":"ZoneNotFound: no zone","remedy":"Create the hosted zone."},` +
		`{"area":"KMSKey","subject":"key","state":"Fine","message":"encrypts and decrypts"}]}`
	if err != nil || answer != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, answer, want)
	}
	if _, _, err := invoke(t, loop, `{"action":"check","names":["www","api"]}`); err != nil {
		t.Error(err)
	}
	if want := [][]string{nil, {"www", "api"}}; !reflect.DeepEqual(loop.checked, want) {
		t.Errorf("the loop checked %q, want %q", loop.checked, want)
	}
}

func TestCheck_AWrongEventIsAnError(t *testing.T) {
	for event, want := range map[string]string{
		`{"action":"check","dry_run":true}`:            `field "dry_run" is not known with action "check": use names, or no other field`,
		`{"action":"check","names":[]}`:                `names is empty: list at least one Certificate record, or leave it out`,
		`{"action":"check","names":null}`:              `names is "null": use a list of names`,
		`{"action":"check","names":["A"],"records":1}`: `field "records" is not known`,
		`{"action":"check","names":["A"],"force":"x"}`: `name "A" holds 'A'`,
	} {
		loop := &fakeLoop{}
		_, _, err := invoke(t, loop, event)
		if got := functionError(t, err); got.Type != "InvalidEvent" || !strings.Contains(got.Message, want) || loop.calls() > 0 {
			t.Errorf("%s: %s: %s\nwant %s", event, got.Type, got.Message, want)
		}
	}
}

func TestSetVariables_HaveNoSecret(t *testing.T) {
	got := setVariables([]string{"AWS_REGION=eu-central-1", "AWS_SESSION_TOKEN=secret", "AWS_LAMBDA_LOG_STREAM_NAME=x", "CERTLOOP_TABLE=certloop",
		"CERTLOOP_DOCS_URL=https://user:secret@docs.example.com/", "CERTLOOP_TOPIC_ARN=", "CERTLOOP_OTHER=secret"})
	want := map[string]string{"AWS_REGION": "eu-central-1", "CERTLOOP_TABLE": "certloop", "CERTLOOP_DOCS_URL": "https://user:xxxxx@docs.example.com/"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
