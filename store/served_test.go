package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/reconciler/api"
)

// TestServed_AnyDamageIsWrittenAnew: whatever the item has become, a reader gets a status that the next write replaces.
func TestServed_AnyDamageIsWrittenAnew(t *testing.T) {
	s := subject(t, client(dynamodblocal.ForTest(t).URL), "served")
	for sentence, item := range map[string]map[string]any{
		"no version":                    {"due": "probe", "due_at": json.Number("7")},
		"a version that is text":        {"version": "seven"},
		"a version that is a list":      {"version": []any{"1"}},
		"a fraction":                    {"version": json.Number("1.5")},
		"a version of zero":             {"version": json.Number("0")},
		"a version below zero":          {"version": json.Number("-5")},
		"a version that would overflow": {"version": json.Number("9223372036854775807")},
		"endpoints that are text":       {"version": json.Number("3"), "endpoints": "none"},
		"everything of another type":    {"version": true, "checked_at": json.Number("5"), "endpoints": map[string]any{}, "frontends": "x"},
		"nothing at all":                {},
	} {
		t.Run(sentence, func(t *testing.T) {
			item["name"], item["kind"] = api.StatusPartition("www"), string(api.KindServedStatus)
			s.PutItem(item)
			o, err := s.Get(t.Context(), "www")
			if err != nil || o.Served == nil {
				t.Fatalf("read as %+v, %v", o.Served, err)
			}
			next := *o.Served
			next.CheckedAt = time.Unix(1_800_000_000, 0).UTC()
			if err := s.WriteServed(t.Context(), "www", &next); err != nil {
				t.Fatal(err)
			}
			if o, err = s.Get(t.Context(), "www"); err != nil || o.Served.Version != next.Version || o.Served.Version < 1 || !o.Served.CheckedAt.Equal(next.CheckedAt) {
				t.Errorf("then it is %+v, %v", o.Served, err)
			}
			s.PutItem(item)
			if o, err = s.Get(t.Context(), "www"); err != nil {
				t.Fatal(err)
			}
			if err := s.ForgetServed(t.Context(), "www", o.Served.Version); err != nil {
				t.Errorf("it is not forgotten: %v", err)
			}
		})
	}
}
