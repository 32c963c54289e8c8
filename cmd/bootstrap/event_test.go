package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

func TestRecognize_AnUnknownEventIsAnErrorThatListsWhatIsAccepted(t *testing.T) {
	for sentence, c := range map[string]struct{ event, want string }{
		"nothing":                     {``, `the event is not a JSON object`},
		"no JSON":                     {`{"action":`, `the event is not a JSON object`},
		"a list":                      {`[1]`, `the event is not a JSON object`},
		"null":                        {`null`, `the event is not a JSON object`},
		"an empty object":             {`{}`, `the event has neither "Records" nor "action"`},
		"an EventBridge event":        {`{"version":"0","source":"aws.acm","detail":{}}`, `neither "Records" nor "action"`},
		"an action in capitals":       {`{"Action":"tick"}`, `neither "Records" nor "action"`},
		"an unknown action":           {`{"action":"renew"}`, `the action "renew" is not known`},
		"an action that is a number":  {`{"action":1}`, `"action" is not a string`},
		"records that are not a list": {`{"Records":{}}`, `"Records" is not a list of records`},
		"no records":                  {`{"Records":[]}`, `"Records" is not a list of records`},
		"records of another service":  {`{"Records":[{"EventSource":"aws:sns"}]}`, `the records are of "aws:sns"`},
		"records of no service":       {`{"Records":["x"]}`, `the records are of ""`},
		"records of two services": {`{"Records":[{"eventSource":"aws:sqs"},{"eventSource":"aws:dynamodb"}]}`,
			`one batch contains records of "aws:sqs" and of "aws:dynamodb"`},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			_, _, err := invoke(t, loop, c.event)
			got := functionError(t, err)
			if got.Type != "InvalidEvent" || !strings.Contains(got.Message, c.want) {
				t.Errorf("%s: %s\nwant %s", got.Type, got.Message, c.want)
			}
			for _, part := range []string{"DynamoDB stream", "SQS queue", `{"action":"resync"}`, `{"action":"tick"}`, `{"action":"probe"}`, `{"action":"check"}`,
				`{"action":"reconcile","names":["…"]}`, `"wait"`, `"require"`, `"force"`, `"dry_run"`, `"records"`, `"placeholder"`} {
				if !strings.Contains(got.Message, part) {
					t.Errorf("the message does not list %s as accepted: %s", part, got.Message)
				}
			}
			if loop.calls() > 0 {
				t.Error("the loop was called")
			}
		})
	}
}

func TestRecognize_AWrongActionIsAnErrorWithTheField(t *testing.T) {
	for sentence, c := range map[string]struct{ event, want string }{
		"resync with names": {`{"action":"resync","names":["a"]}`,
			`field "names" is not known with action "resync", which accepts no other field`},
		"tick with anything": {`{"action":"tick","x":1}`,
			`field "x" is not known with action "tick", which accepts no other field`},
		"no names": {`{"action":"reconcile"}`,
			`reconcile event: names is missing: list at least one Certificate record`},
		"an empty list of names": {`{"action":"reconcile","names":[]}`,
			`names is empty: list at least one Certificate record`},
		"one name that is not a list": {`{"action":"reconcile","names":"a"}`, `names is "\"a\"": use a list of names`},
		"names that are null":         {`{"action":"reconcile","names":null}`, `names is "null": use a list of names`},
		"a name that is not allowed": {`{"action":"reconcile","names":["ok","Not ok"]}`,
			`name "Not ok" holds 'N': use 1 to 63 of a-z, 0-9, '.' and '-'`},
		"a name twice":         {`{"action":"reconcile","names":["a","a"]}`, `"a" occurs twice: list it once`},
		"a wait in seconds":    {`{"action":"reconcile","names":["a"],"wait":300}`, `wait is "300": use a Go duration from 0s`},
		"a wait without unit":  {`{"action":"reconcile","names":["a"],"wait":"5"}`, `wait is "5": use a Go duration`},
		"a wait of 15 minutes": {`{"action":"reconcile","names":["a"],"wait":"15m"}`, `wait is "15m": use a Go duration from 0s to 14m`},
		"a negative wait":      {`{"action":"reconcile","names":["a"],"wait":"-1s"}`, `wait is "-1s": use a Go duration from 0s`},
		"an unknown condition": {`{"action":"reconcile","names":["a"],"require":"ready"}`,
			`require is "ready": use "Accepted", "Ready" or "Served"`},
		"Issuing, which cannot be required": {`{"action":"reconcile","names":["a"],"require":"Issuing"}`,
			`require is "Issuing": use "Accepted", "Ready" or "Served"`},
		"a condition that is a flag": {`{"action":"reconcile","names":["a"],"require":true}`, `require is "true": use "Acc`},
		"an empty token": {`{"action":"reconcile","names":["a"],"force":""}`,
			`force has 0 bytes: use a token of 1 to 256 bytes, a new one for each new certificate`},
		"a token that is a flag": {`{"action":"reconcile","names":["a"],"force":true}`, `force is "true": use a token of`},
		"a token without end": {`{"action":"reconcile","names":["a"],"force":"` + strings.Repeat("x", 257) + `"}`,
			`force has 257 bytes: use a token of 1 to 256 bytes`},
		"a flag in quotes":         {`{"action":"reconcile","names":["a"],"dry_run":"true"}`, `dry_run is "\"true\"": use true or false`},
		"a rollback of nothing":    {`{"action":"rollback","names":[]}`, `rollback event: names is empty`},
		"a rollback by force":      {`{"action":"rollback","names":["a"],"force":"t"}`, `field "force" is not known: use names, undo, wait`},
		"a flag that is null":      {`{"action":"reconcile","names":["a"],"placeholder":null}`, `placeholder is "null": use true or f`},
		"a field in other letters": {`{"action":"reconcile","Names":["a"],"names":["a"]}`, `field "Names" is not known: use dry_run, force, names, placeholder, records, require, wait`},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			_, _, err := invoke(t, loop, c.event)
			got := functionError(t, err)
			if got.Type != "InvalidEvent" || !strings.Contains(got.Message, c.want) {
				t.Errorf("%s: %s\nwant %s", got.Type, got.Message, c.want)
			}
			if strings.Contains(got.Message, "; ") {
				t.Errorf("one problem is reported several times: %s", got.Message)
			}
			if loop.calls() > 0 {
				t.Error("the loop was called")
			}
		})
	}
}

func TestRecognize_AllProblemsOfAReconcileEventAreReportedAtOnce(t *testing.T) {
	_, _, err := invoke(t, &fakeLoop{}, `{"action":"reconcile","names":["a","-b","C"],"wait":"1h","require":"x","forse":"y"}`)
	got := functionError(t, err).Message
	for _, want := range []string{`field "forse"`, `name "-b"`, `name "C"`, `wait is "1h"`, `require is "x"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

func TestInvoke_AMessageNeverRepeatsAWholeEvent(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, event := range []string{
		`{"action":"` + long + `"}`,
		`{"action":"tick","` + long + `":1}`,
		`{"Records":[{"eventSource":"` + long + `"}]}`,
		`{"action":"reconcile","names":["a"],"wait":"` + long + `"}`,
		`{"action":"reconcile","names":{"a":"` + long + `"}}`,
	} {
		_, _, err := invoke(t, &fakeLoop{}, event)
		if got := functionError(t, err).Message; len(got) > 1000 {
			t.Errorf("%.40s… gives a message of %d bytes", event, len(got))
		}
	}
}

func TestInvoke_TheSchedulesReachTheLoop(t *testing.T) {
	loop := &fakeLoop{}
	for range 2 {
		if answer, _, err := invoke(t, loop, `{"action":"tick"}`); err != nil || answer != "{}" {
			t.Errorf("the answer to tick is %s, %v", answer, err)
		}
	}
	if answer, _, err := invoke(t, loop, `{ "action" : "resync" }`); err != nil || answer != "{}" {
		t.Errorf("the answer to resync is %s, %v", answer, err)
	}
	if answer, _, err := invoke(t, loop, `{"action":"probe"}`); err != nil || answer != "{}" {
		t.Errorf("the answer to probe is %s, %v", answer, err)
	}
	if loop.ticks != 2 || loop.resyncs != 1 || loop.probes != 1 || loop.calls() != 4 {
		t.Errorf("%d ticks, %d resyncs, %d probes, %d calls", loop.ticks, loop.resyncs, loop.probes, loop.calls())
	}
}

func TestInvoke_AnErrorOfTheLoopIsAFunctionErrorWithItsReason(t *testing.T) {
	known := &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no public zone holds example.com"}
	for sentence, c := range map[string]struct {
		event, kind, message string
		err                  error
	}{
		"a resync": {`{"action":"resync"}`, "ResyncFailed", "list records: boom", errors.New("list records: boom")},
		"a tick":   {`{"action":"tick"}`, "TickFailed", "boom", errors.New("boom")},
		"a reconcile whose error has no reason": {`{"action":"reconcile","names":["a"]}`, "ReconcileFailed", "boom",
			errors.New("boom")},
		"a reconcile whose error has one": {`{"action":"reconcile","names":["a"],"require":"Ready"}`, "ZoneNotFound",
			"no public zone holds example.com", known},
	} {
		t.Run(sentence, func(t *testing.T) {
			answer, _, err := invoke(t, &fakeLoop{err: c.err}, c.event)
			got := functionError(t, err)
			if got.Type != c.kind || got.Message != c.message || got.ShouldExit || answer != "" {
				t.Errorf("got %q and %+v, want %s: %s", answer, got, c.kind, c.message)
			}
		})
	}
}

func TestInvoke_AReconcileEventReachesTheLoopWithEveryField(t *testing.T) {
	for sentence, c := range map[string]struct {
		event string
		want  reconciler.Invocation
	}{
		"names only": {`{"action":"reconcile","names":["shop.example.com"]}`,
			reconciler.Invocation{Names: []string{"shop.example.com"}}},
		"everything": {`{"action":"reconcile","names":["a","b"],"wait":"5m","require":"Ready","force":"t-1",` +
			`"dry_run":true,"placeholder":true}`,
			reconciler.Invocation{Names: []string{"a", "b"}, Wait: 5 * time.Minute, Require: api.ConditionReady,
				Force: "t-1", DryRun: true, Placeholder: true}},
		"the defaults, spelt out": {`{"action":"reconcile","names":["a"],"wait":"0s","dry_run":false,"placeholder":false}`,
			reconciler.Invocation{Names: []string{"a"}}},
		"a rollback": {`{"action":"rollback","names":["a"],"wait":"2m"}`,
			reconciler.Invocation{Names: []string{"a"}, Wait: 2 * time.Minute, RollBack: true}},
		"a rollback that is undone": {`{"action":"rollback","names":["a"],"undo":true}`,
			reconciler.Invocation{Names: []string{"a"}, RollOutAgain: true}},
		"the longest wait": {`{"action":"reconcile","names":["a"],"wait":"14m","require":"Accepted"}`,
			reconciler.Invocation{Names: []string{"a"}, Wait: 14 * time.Minute, Require: api.ConditionAccepted}},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{answer: reconciler.Answer{Certificates: []reconciler.CertificateAnswer{
				{Name: "a", ACMARN: "arn:aws:acm:x"}}}}
			answer, _, err := invoke(t, loop, c.event)
			if want := `{"certificates":[{"name":"a","acm_arn":"arn:aws:acm:x"}]}`; err != nil || answer != want {
				t.Errorf("answer %s, %v, want %s", answer, err, want)
			}
			if !reflect.DeepEqual(loop.invocations, []reconciler.Invocation{c.want}) {
				t.Errorf("it asks for (-want +got):\n%s", cmp.Diff([]reconciler.Invocation{c.want}, loop.invocations))
			}
		})
	}
}
