package store

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// FuzzItem reads any item as each kind that the controller writes. It is refused, or it is within bounds and is written
// again as it was read.
func FuzzItem(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"version":1,"generation":-1,"conditions":[{"type":"Ready","status":"True","reason":"x\n","last_transition_time":"2026-11-27T12:00:00Z"}]}`,
		`{"not_after":"9999-12-31T23:59:59-23:59","ari":{"window_start":"0000-01-01T00:00:00+01:00","next_check_at":"soon"},"due_at":1e40}`,
		`{"targets":[{"key":"a","arn":"\u202e","tag_keys":["a","b\u0000"]},null,1],"history":[{"time":"","message":"x"}],"outbox":[{"digest":[{"names":["a"]}]}]}`,
		`{"sealed_key":"AAAA","zones":[{"domain":"a"}],"published":[{"name":"a","value":"b"}],"imports":{"eu-central-1":"2026-11-27T12:00:00Z"}}`,
		`{"policies":[{"name":"a","digest":"x","record":{"name":"policy#a","kind":"Policy","records":["*"]}},[]],"to_wake":["a",1]}`,
		`{"withheld":[{"names":["a"],"count":1}],"mails":["2026-11-27T12:00:00Z"],"withheld_ids":["a"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var record map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if d.Decode(&record) != nil || record == nil || !named(record) {
			return
		}
		it, err := encodeRecord(record)
		if err != nil {
			t.Fatal(err)
		}
		readAndWritten(t, it, func(s *api.CertificateStatus) (item, error) { return encodeStatus("www", s, 1) })
		readAndWritten(t, it, func(s *api.AccountStatus) (item, error) { return encodeAccountStatus("www", s, 1) })
		readAndWritten(t, it, func(s *api.ControllerStatus) (item, error) { return encodeController(s, 1) })
		readAndWritten(t, it, func(i *api.Issuance) (item, error) { return encodeIssuance("www", i, 1) })
		for _, e := range decodePolicySet(it).Policies {
			if e.Policy != nil && api.PolicyPartition(e.Name) != e.Record["name"] {
				t.Errorf("the policy %q is from the record of %v", e.Name, e.Record["name"])
			}
		}
	})
}

// named reports whether every attribute in v has a name: DynamoDB holds no other.
func named(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if !named(e) {
				return false
			}
		}
	case map[string]any:
		for name, e := range v {
			if name == "" || !named(e) {
				return false
			}
		}
	}
	return true
}

func readAndWritten[T any](t *testing.T, it item, write func(*T) (item, error)) {
	t.Helper()
	read, err := decode[T](it)
	if err != nil {
		if message := api.MessageOf(err); api.KindOf(err) != api.Terminal || !api.Clean(message) || len(message) > api.MaxMessage {
			t.Errorf("%d bytes: %q", len(message), message)
		}
		return
	}
	written, err := write(read)
	if err != nil {
		t.Fatal(err)
	}
	if n := sizeOf(t, written); n > api.MaxStatus {
		t.Errorf("%T has %d bytes", read, n)
	}
	again, err := decode[T](written)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	if second, err := write(again); err != nil || !reflect.DeepEqual(second, written) {
		t.Errorf("%v; written again (-first +then):\n%s", err, cmp.Diff(written, second, cmp.Exporter(func(reflect.Type) bool { return true })))
	}
}
