package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// streamEvent returns a batch of these keys, with the sequence numbers 1, 2, 3, …
func streamEvent(keys ...string) string {
	records := make([]string, len(keys))
	for i, k := range keys {
		records[i] = fmt.Sprintf(`{"eventID":"e%d","eventSource":"aws:dynamodb","dynamodb":{"Keys":%s,"SequenceNumber":"%d"}}`,
			i+1, k, i+1)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func key(kind api.Kind, name string) string {
	return fmt.Sprintf(`{"kind":{"S":%q},"name":{"S":%q}}`, kind, name)
}

func TestStreamBatch_QueuesItsKeysOnceEach(t *testing.T) {
	loop := &fakeLoop{}
	answer, log, err := invoke(t, loop, golden(t, "stream.json"))
	if err != nil || answer != `{"batchItemFailures":[]}` || log != "" {
		t.Errorf("answer %s, %v, log %s", answer, err, log)
	}
	want := []api.Key{{Kind: api.KindCertificate, Name: "shop.example.com"}, {Kind: api.KindAccount, Name: "default"}}
	if !slices.Equal(loop.enqueued, want) || loop.calls() != len(want) {
		t.Errorf("queued %v and %d calls, want %v and nothing else", loop.enqueued, loop.calls(), want)
	}
}

func TestStreamBatch_ThatCannotBeQueuedIsRepeatedFromItsFirstRecord(t *testing.T) {
	answer, log, err := invoke(t, &fakeLoop{err: errors.New("queue not found")}, golden(t, "stream.json"))
	want := `{"batchItemFailures":[{"itemIdentifier":"100000000000000000001"}]}`
	if err != nil || answer != want {
		t.Errorf("answer %s, %v, want %s", answer, err, want)
	}
	if !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "queue not found") {
		t.Errorf("log %s", log)
	}
}

func TestStreamBatch_ThatBeginsWithAnUnreadableRecordIsRepeatedWhole(t *testing.T) {
	event := `{"Records":[{"eventSource":"aws:dynamodb","dynamodb":7},` +
		strings.TrimPrefix(streamEvent(key("Certificate", "a")), `{"Records":[`)
	answer, _, err := invoke(t, &fakeLoop{err: errors.New("queue not found")}, event)
	if want := `{"batchItemFailures":[{"itemIdentifier":""}]}`; err != nil || answer != want {
		t.Errorf("answer %s, %v, want %s", answer, err, want)
	}
}

func TestStreamBatch_SkipsAMalformedRecordWithoutDelayingOthers(t *testing.T) {
	for sentence, c := range map[string]struct{ keys, want string }{
		"no keys":               {`{}`, `the key has no string \"name\"`},
		"keys that are null":    {`null`, `the key has no string \"name\"`},
		"a name of bytes":       {`{"kind":{"S":"Certificate"},"name":{"B":"YQ=="}}`, `the key has no string \"name\"`},
		"an empty name":         {`{"kind":{"S":"Certificate"},"name":{"S":""}}`, `the key has no string \"name\"`},
		"no kind":               {`{"name":{"S":"a"}}`, `the key has no string \"kind\"`},
		"keys of another shape": {`[1,2]`, `read stream record: `},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			answer, log, err := invoke(t, loop, streamEvent(key("Certificate", "a"), c.keys, key("Certificate", "b")))
			if err != nil || answer != `{"batchItemFailures":[]}` {
				t.Errorf("answer %s, %v", answer, err)
			}
			want := []api.Key{{Kind: api.KindCertificate, Name: "a"}, {Kind: api.KindCertificate, Name: "b"}}
			if !slices.Equal(loop.enqueued, want) {
				t.Errorf("queued %v, want %v", loop.enqueued, want)
			}
			if !strings.Contains(log, c.want) || !strings.Contains(log, `"event_id":"e2"`) {
				t.Errorf("log %s\nwant %s of e2", log, c.want)
			}
		})
	}
}

func TestStreamBatch_TheControllersOwnWritesNeverWakeIt(t *testing.T) {
	loop := &fakeLoop{}
	answer, log, err := invoke(t, loop, streamEvent(key(api.KindCertificateStatus, "a"), key(api.KindAccountStatus, "b"),
		key(api.KindIssuance, "issuance#a"), key(api.KindClaim, "arn#x"), key("Secret", "a")))
	if err != nil || answer != `{"batchItemFailures":[]}` || loop.calls() != 0 {
		t.Errorf("answer %s, %v, queued %v", answer, err, loop.enqueued)
	}
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, "filter the event source mapping") ||
		!strings.Contains(log, `"records":5`) {
		t.Errorf("log %s, want one line about the missing filter", log)
	}
}

func TestStreamBatch_ANameThatIsNotAllowedReachesTheLoopWhichReportsIt(t *testing.T) {
	loop := &fakeLoop{}
	_, _, err := invoke(t, loop, streamEvent(key("Certificate", "Not Allowed")))
	if err != nil || len(loop.enqueued) != 1 || loop.enqueued[0].Name != "Not Allowed" {
		t.Errorf("queued %v, %v", loop.enqueued, err)
	}
}
