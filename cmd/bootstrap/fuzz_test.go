package main

import (
	"encoding/json"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// FuzzEvent invokes the function with any bytes. The answer is JSON, or an error that fits into a message, and the loop
// receives only what its contract allows.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[1]`, `{}`, `{"action":"resync"}`, `{"action":"tick","x":1}`, `{"Records":[]}`, `{"Records":[{},null,1]}`,
		`{"action":"reconcile","names":["a","b"],"wait":"5m","require":"Ready","force":"t","dry_run":true,"placeholder":false}`,
		`{"action":"reconcile","names":["a","a","A"],"wait":"15m","require":"Issuing","force":"","dry_run":null,"x":[[[[]]]]}`,
		`{"action":"reconcile","dry_run":true,"records":[{"name":"a","kind":"Certificate","domains":["a.example"],"tags":{"x":"1"}},{"name":"a","kind":"Account","n":1e9}]}`,
		`{"action":"reconcile","dry_run":true,"names":[],"records":[{"name":"policy#a","kind":"Policy"},[[[[]]]],{"name":"a","name":"b"}]}`,
		`{"action":"check"}`, `{"action":"check","names":["a","a"],"x":null}`,
		`{"Records":[{"eventSource":"aws:sqs","messageId":"1","body":"{\"kind\":\"Account\",\"name\":\"default\",\"hops\":-1}"},{"eventSource":"aws:sqs","body":"x"}]}`,
		`{"Records":[{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{"name":{"S":"policy#a"},"kind":{"S":"Policy"}}}},{"eventSource":"aws:dynamodb"}]}`,
		`{"detail-type":"AWS API Call via CloudTrail","source":"aws.acm","detail":{"requestParameters":{"certificateArn":"arn:aws:acm:eu-central-1:123456789012:certificate/a"}}}`,
		`{"detail-type":"","source":"aws.ec2\u202e","resources":[1]}`,
	} {
		f.Add([]byte(seed))
	}
	for _, file := range []string{"queue.json", "stream.json"} {
		f.Add([]byte(golden(f, file)))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		loop, began := &fakeLoop{}, time.Now()
		answer, _, err := invoke(t, loop, string(payload))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%d bytes take %s", len(payload), took)
		}
		switch {
		case err == nil && !json.Valid([]byte(answer)):
			t.Errorf("the answer is %q", answer)
		case err != nil:
			e := functionError(t, err)
			if e.Type == "" || e.Message != api.Message(e.Message) {
				t.Errorf("%d bytes of %q: %q", len(e.Message), e.Type, e.Message)
			}
		}
		checkRequests(t, loop)
		for _, i := range loop.invocations {
			checkInvocation(t, i)
		}
		for _, names := range loop.checked {
			checkNames(t, names)
		}
	})
}

func checkRequests(t *testing.T, loop *fakeLoop) {
	t.Helper()
	asked := map[api.Key]int{}
	for _, key := range loop.enqueued {
		asked[key]++
	}
	for _, r := range loop.worked {
		asked[r.Key]++
		if r.Hops < 0 {
			t.Errorf("%+v", r)
		}
	}
	for key, n := range asked {
		if !isWork(key.Kind) || key.Name == "" || n != 1 {
			t.Errorf("%+v is asked for %d times", key, n)
		}
	}
	if len(loop.woken) > mostARNs {
		t.Errorf("%d ARNs of one event", len(loop.woken))
	}
}

func checkInvocation(t *testing.T, i reconciler.Invocation) {
	t.Helper()
	if len(i.Names) == 0 && len(i.Records) == 0 || len(i.Records) > 0 && !i.DryRun || len(i.Records) > mostRecords || i.Wait < 0 || i.Wait > longestWait || len(i.Force) > longestForce {
		t.Errorf("%+v", i)
	}
	planned := map[api.Key]bool{}
	for _, r := range i.Records {
		if r.Item["name"] != r.Key.Name || r.Item["kind"] != string(r.Key.Kind) || api.ValidateName(r.Key.Name) != nil || planned[r.Key] {
			t.Errorf("%+v of %d records", r, len(i.Records))
		}
		planned[r.Key] = true
	}
	checkNames(t, i.Names)
}

func checkNames(t *testing.T, names []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range names {
		if api.ValidateName(name) != nil || seen[name] {
			t.Errorf("%q of %q", name, names)
		}
		seen[name] = true
	}
}
