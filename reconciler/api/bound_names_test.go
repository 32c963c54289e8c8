package api

import (
	"reflect"
	"testing"
)

// TestBound_NamesStoredFields: a bound under the name of a removed field would bound nothing.
func TestBound_NamesStoredFields(t *testing.T) {
	stored := map[string]bool{}
	var collect func(reflect.Type)
	collect = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			collect(typ.Elem())
		case reflect.Struct:
			if typ == timeType {
				return
			}
			for _, f := range fieldsOf(typ) {
				stored[f.name] = true
				collect(typ.Field(f.index).Type)
			}
		}
	}
	for _, s := range []any{CertificateStatus{}, AccountStatus{}, ControllerStatus{}, PolicyStatus{}, ServedStatus{}, Issuance{}} {
		collect(reflect.TypeOf(s))
	}
	for name := range mostOf {
		if !stored[name] {
			t.Errorf("mostOf has %q, which is no stored field", name)
		}
	}
	for name := range messages {
		if !stored[name] {
			t.Errorf("messages has %q, which is no stored field", name)
		}
	}
}
