package spec_test

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

func accountWith(network any) map[string]any {
	record := map[string]any{"name": "main", "kind": "Account", "directory": "https://ca.test/dir?b=2&a=1"}
	if network != nil {
		record["network"] = network
	}
	return record
}

func TestDecodeAccount_Network(t *testing.T) {
	for given, want := range map[any]api.Network{nil: api.NetworkPublic, "public": api.NetworkPublic, "private": api.NetworkPrivate} {
		if a, err := spec.DecodeAccount(accountWith(given)); err != nil || a.Network != want || a.Directory != "https://ca.test/dir?b=2&a=1" {
			t.Errorf("%v is read as %+v, %v", given, a, err)
		}
	}
	for _, given := range []any{"Private", "internal", "", " private", true, []any{"private"}, 1} {
		if _, err := spec.DecodeAccount(accountWith(given)); err == nil || !strings.Contains(err.Error(), "network: ") {
			t.Errorf("%v: %v", given, err)
		}
	}
}
