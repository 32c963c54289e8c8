package api

import "testing"

func TestEnumerate(t *testing.T) {
	for want, all := range map[string][]KeyType{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := Enumerate(all, "or"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
