package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// queueEvent returns a batch of messages with these bodies and the IDs m1, m2, m3, …
func queueEvent(bodies ...string) string {
	records := make([]string, len(bodies))
	for i, b := range bodies {
		records[i] = fmt.Sprintf(`{"eventSource":"aws:sqs","messageId":"m%d","body":%q,`+
			`"attributes":{"ApproximateReceiveCount":"4"}}`, i+1, b)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func TestQueueBatch_IsWorkedOnOncePerKey(t *testing.T) {
	loop := &fakeLoop{}
	answer, log, err := invoke(t, loop, golden(t, "queue.json"))
	if err != nil || answer != `{"batchItemFailures":[]}` || log != "" {
		t.Errorf("answer %s, %v, log %s", answer, err, log)
	}
	// Two messages have the certificate's name, with three hops and with none: the lower count wins.
	want := []api.Request{{Key: api.Key{Kind: api.KindCertificate, Name: "shop.example.com"}},
		{Key: api.Key{Kind: api.KindAccount, Name: "default"}}}
	if !slices.Equal(loop.worked, want) || loop.calls() != len(want) {
		t.Errorf("worked on %v in %d calls, want %v and nothing else", loop.worked, loop.calls(), want)
	}
}

func TestQueueBatch_OnlyFailedMessagesStayInTheQueue(t *testing.T) {
	loop := &fakeLoop{failures: map[string]error{"b": errors.New("table not found")}}
	answer, log, err := invoke(t, loop, queueEvent(
		`{"kind":"Certificate","name":"a","hops":7}`,
		`{"kind":"Certificate","name":"b"}`,
		`{"kind":"Account","name":"c"}`,
		`{"kind":"Certificate","name":"b","hops":1}`))
	want := `{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m4"}]}`
	if err != nil || answer != want {
		t.Errorf("answer %s, %v, want %s", answer, err, want)
	}
	if len(loop.worked) != 3 || loop.worked[0].Hops != 7 || loop.worked[1].Hops != 0 {
		t.Errorf("worked on %v", loop.worked)
	}
	for _, part := range []string{`"name":"b"`, `"message_id":"m2"`, `"receive_count":"4"`, "table not found"} {
		if !strings.Contains(log, part) {
			t.Errorf("the log does not contain %s: %s", part, log)
		}
	}
}

func TestQueueBatch_AMessageThatCannotBeReadGoesToTheDeadLetterQueue(t *testing.T) {
	for sentence, c := range map[string]struct{ body, want string }{
		"no JSON":          {`hello`, `body \"hello\" is not a request: send {\"kind\":\"Certificate\",\"name\":\"…\"}`},
		"nothing":          {``, `body \"\" is not a request`},
		"another shape":    {`{"kind":1}`, `is not a request`},
		"an unknown kind":  {`{"kind":"CertificateStatus","name":"a"}`, `kind \"CertificateStatus\" is not known: send Certificate, Account or Policy`},
		"no kind":          {`{"name":"a"}`, `kind \"\" is not known`},
		"no name":          {`{"kind":"Account"}`, `name is missing: send the name of a record`},
		"hops below none":  {`{"kind":"Account","name":"a","hops":-1}`, `hops is -1: send 0 or more`},
		"null":             {`null`, `kind \"\" is not known`},
		"a body too large": {strings.Repeat("x", 9999), `x…\" is not a request`},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			answer, log, err := invoke(t, loop, queueEvent(`{"kind":"Certificate","name":"ok"}`, c.body))
			if want := `{"batchItemFailures":[{"itemIdentifier":"m2"}]}`; err != nil || answer != want {
				t.Errorf("answer %s, %v, want %s", answer, err, want)
			}
			if len(loop.worked) != 1 || loop.worked[0].Name != "ok" {
				t.Errorf("worked on %v, want the other message's", loop.worked)
			}
			if !strings.Contains(log, c.want) || len(log) > 1000 {
				t.Errorf("log %s\nwant %s", log, c.want)
			}
		})
	}
}

func TestQueueBatch_WithoutWorkDoesNotReachTheLoop(t *testing.T) {
	loop := &fakeLoop{}
	answer, _, err := invoke(t, loop, queueEvent(`x`, `y`))
	want := `{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}`
	if err != nil || answer != want || loop.calls() != 0 {
		t.Errorf("answer %s, %v, worked on %v", answer, err, loop.worked)
	}
}

func TestQueueBatch_AFieldOfANewerVersionIsIgnored(t *testing.T) {
	loop := &fakeLoop{}
	answer, _, err := invoke(t, loop, queueEvent(`{"kind":"Certificate","name":"a","since":"2026"}`))
	if err != nil || answer != `{"batchItemFailures":[]}` || len(loop.worked) != 1 {
		t.Errorf("answer %s, %v, worked on %v", answer, err, loop.worked)
	}
}

func TestQueueBatch_ARecordThatIsNotAMessageRepeatsTheWholeBatch(t *testing.T) {
	answer, log, err := invoke(t, &fakeLoop{}, `{"Records":[{"eventSource":"aws:sqs","messageId":7}]}`)
	if want := `{"batchItemFailures":[{"itemIdentifier":""}]}`; err != nil || answer != want {
		t.Errorf("answer %s, %v, want %s", answer, err, want)
	}
	if !strings.Contains(log, "read SQS record") {
		t.Errorf("log %s", log)
	}
}
