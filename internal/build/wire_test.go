package build

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"certloop/cmd/certloop/view"
	"certloop/reconciler"
)

// TestPlan_HasTheFieldsOfTheAnswer: the command line decodes the answer to a dry run into types of its own.
func TestPlan_HasTheFieldsOfTheAnswer(t *testing.T) {
	if got, want := wireFields(view.Plan{}), wireFields(reconciler.Answer{}); !maps.Equal(got, want) {
		t.Errorf("a plan has %v, and an answer %v", got, want)
	}
	want := wireFields(reconciler.CertificateAnswer{})
	maps.Copy(want, wireFields(reconciler.AccountAnswer{}))
	delete(want, "status")
	if got := wireFields(view.Planned{}); !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) || got["decision"] != want["decision"] {
		t.Errorf("a planned record has %v, and the answers %v", got, want)
	}
}

// wireFields returns the JSON fields of a struct with their types. Lists have the type list, because their entries are compared
// by themselves.
func wireFields(v any) map[string]string {
	out := map[string]string{}
	for f := range reflect.TypeOf(v).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if out[name] = strings.TrimPrefix(f.Type.String(), "*"); f.Type.Kind() == reflect.Slice {
			out[name] = "list"
		}
	}
	return out
}
