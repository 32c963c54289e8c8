package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/internal/sandbox/moto"
	"certloop/reconciler/api"
	"certloop/store"
)

var www = api.Key{Kind: api.KindCertificate, Name: "www"}

// whole has an attribute of each type.
func whole() map[string]any {
	return map[string]any{
		"name": "www", "kind": "Certificate", "domains": []string{"b.example.com", "a.example.com"}, "suspend": true, "number": json.Number("50"),
		"targets": []any{map[string]any{"region": "eu-west-1", "tags": map[string]any{}}, nil}, "null": nil, "binary": []byte{1, 2},
		"numbers": []json.Number{"2", "1"}, "status": "reserved word",
	}
}

func TestChangeRecord(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"on DynamoDB Local": func(t *testing.T) string { return dynamodblocal.ForTest(t).URL },
		"on moto":           func(t *testing.T) string { return moto.ForTest(t).URL },
	} {
		t.Run(name, func(t *testing.T) { changes(t, client(url(t))) })
	}
}

func changes(t *testing.T, db *dynamodb.Client) {
	var tables atomic.Int32
	for sentence, c := range map[string]struct {
		// there is what the table has; nil: nothing. foreign is what another writer does after the read.
		there   map[string]any
		foreign func(s *store.Store) error
		change  store.RecordChange
		want    map[string]any
		refused bool
	}{
		"creates": {change: store.RecordChange{Set: map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"a"}}},
			want: map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"a"}}},
		"creates a record with a key only": {change: store.RecordChange{}, want: map[string]any{"name": "www", "kind": "Certificate"}},
		"does not create over another": {change: store.RecordChange{Set: map[string]any{"domains": []any{"a"}}}, refused: true,
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), whole()) }, want: whole()},
		"sets and removes, and leaves the rest": {there: whole(),
			change: store.RecordChange{Set: map[string]any{"suspend": false, "zone": "Z1"}, Remove: []string{"null", "absent"}},
			want:   with(whole(), "suspend", false, "zone", "Z1", "null", removed)},
		"of each type is compared with what was read": {there: whole(), change: store.RecordChange{Set: map[string]any{"zone": "Z1"},
			Watched: []string{"domains", "suspend", "number", "targets", "null", "binary", "numbers", "status", "account"}}, want: with(whole(), "zone", "Z1")},
		"does not overwrite a change of the same attribute": {there: whole(), refused: true,
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), with(whole(), "suspend", false)) },
			change:  store.RecordChange{Set: map[string]any{"suspend": "x"}}, want: with(whole(), "suspend", false)},
		"does not overwrite an attribute that another added": {there: whole(), refused: true,
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), with(whole(), "zone", "Z2")) },
			change:  store.RecordChange{Set: map[string]any{"zone": "Z1"}}, want: with(whole(), "zone", "Z2")},
		"does not change a record whose watched attribute another added": {there: whole(), refused: true,
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), with(whole(), "region", "x")) },
			change:  store.RecordChange{Set: map[string]any{"zone": "Z1"}, Watched: []string{"region"}}, want: with(whole(), "region", "x")},
		"does not remove what another changed": {there: whole(), refused: true,
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), with(whole(), "targets", []any{})) },
			change:  store.RecordChange{Remove: []string{"targets"}}, want: with(whole(), "targets", []any{})},
		"does not bring a deleted record back": {there: whole(), refused: true,
			foreign: func(s *store.Store) error { return s.DeleteRecord(t.Context(), www) },
			change:  store.RecordChange{Set: map[string]any{"zone": "Z1"}}},
		"is independent of a change of another attribute": {there: whole(),
			foreign: func(s *store.Store) error { return s.PutRecord(t.Context(), with(whole(), "suspend", false)) },
			change:  store.RecordChange{Set: map[string]any{"zone": "Z1"}}, want: with(whole(), "zone", "Z1", "suspend", false)},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := tableOf(t, db, fmt.Sprintf("changes-%d", tables.Add(1)))
			if c.there != nil {
				check(t, s.PutRecord(t.Context(), c.there))
			}
			c.change.Key, c.change.Read = www, recordIn(t, s)
			if c.foreign != nil {
				check(t, c.foreign(s))
			}
			err := s.ChangeRecord(t.Context(), c.change)
			var kind *api.Error
			if errors.As(err, &kind) && kind.Kind == api.Conflict != c.refused || (err != nil) != c.refused {
				t.Errorf("the error is %v, want a conflict: %v", err, c.refused)
			}
			want := map[string]any(nil)
			if c.want != nil {
				other := tableOf(t, db, fmt.Sprintf("changes-%d", tables.Add(1)))
				check(t, other.PutRecord(t.Context(), c.want))
				want = recordIn(t, other)
			}
			if diff := cmp.Diff(want, recordIn(t, s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("one of several writers at a time", func(t *testing.T) { oneWins(t, tableOf(t, db, "changes-race")) })
	t.Run("a deletion of what was read", func(t *testing.T) { removal(t, tableOf(t, db, "changes-removal")) })
}

func oneWins(t *testing.T, s *store.Store) {
	check(t, s.PutRecord(t.Context(), whole()))
	read := recordIn(t, s)
	var group sync.WaitGroup
	var won atomic.Int32
	for i := range 8 {
		group.Go(func() {
			c := store.RecordChange{Key: www, Read: read, Set: map[string]any{"zone": fmt.Sprint(i)}}
			if s.ChangeRecord(t.Context(), c) == nil {
				won.Add(1)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of the changes were made, want 1", won.Load())
	}
}

func removal(t *testing.T, s *store.Store) {
	check(t, s.PutRecord(t.Context(), whole()))
	read := recordIn(t, s)
	check(t, s.PutRecord(t.Context(), with(whole(), "deletion_policy", "Delete")))
	var kind *api.Error
	watched := []string{"deletion_policy", "suspend"}
	if err := s.RemoveRecord(t.Context(), store.RecordChange{Key: www, Read: read, Watched: watched}); !errors.As(err, &kind) || kind.Kind != api.Conflict {
		t.Errorf("the error is %v, want a conflict", err)
	}
	check(t, s.RemoveRecord(t.Context(), store.RecordChange{Key: www, Read: recordIn(t, s), Watched: watched}))
	if left := recordIn(t, s); left != nil {
		t.Errorf("%v is left", left)
	}
}

func TestChangeRecord_ALostReplyIsNotAConflict(t *testing.T) {
	url := moto.ForTest(t).URL
	s := tableOf(t, client(url), "changes-lost")
	check(t, s.PutRecord(t.Context(), whole()))
	lossy := &loseReply{}
	there := store.New(store.Config{Table: "changes-lost", Client: client(url, func(o *dynamodb.Options) {
		o.HTTPClient, o.Retryer = lossy, retry{}
	})})
	c := store.RecordChange{Key: www, Read: recordIn(t, s), Set: map[string]any{"zone": "Z1"}, Remove: []string{"suspend"}}
	if err := there.ChangeRecord(t.Context(), c); err != nil || lossy.calls.Load() < 2 {
		t.Errorf("after %d calls: %v", lossy.calls.Load(), err)
	}
}

type nothing struct{}

// removed is a value of with that removes the attribute.
var removed = nothing{}

func with(record map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == any(removed) {
			delete(record, pairs[i].(string))
			continue
		}
		record[pairs[i].(string)] = pairs[i+1]
	}
	return record
}

func tableOf(t *testing.T, db *dynamodb.Client, name string) *store.Store {
	t.Helper()
	var exists *types.ResourceInUseException
	if _, err := db.CreateTable(t.Context(), store.TableDefinition(name)); err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	return store.New(store.Config{Client: db, Table: name})
}

func recordIn(t *testing.T, s *store.Store) map[string]any {
	t.Helper()
	o, err := s.Get(t.Context(), "www")
	check(t, err)
	return o.Record
}
