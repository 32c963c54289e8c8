package api_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func TestSameNames(t *testing.T) {
	tests := map[string]struct {
		a, b []string
		want bool
	}{
		"no names are the same as none":            {nil, []string{}, true},
		"the order does not count":                 {[]string{"a.jp", "b.jp"}, []string{"b.jp", "a.jp"}, true},
		"upper case does not count":                {[]string{"A.jp"}, []string{"a.JP"}, true},
		"a repeated name does not count":           {[]string{"a.jp", "A.jp"}, []string{"a.jp"}, true},
		"a name less is another set":               {[]string{"a.jp", "b.jp"}, []string{"a.jp"}, false},
		"a name more is another set":               {[]string{"a.jp"}, []string{"a.jp", "b.jp"}, false},
		"a wildcard is not the name it covers":     {[]string{"*.a.jp"}, []string{"www.a.jp"}, false},
		"as many names, other ones":                {[]string{"a.jp", "b.jp"}, []string{"a.jp", "c.jp"}, false},
		"repetition does not make up for a name":   {[]string{"a.jp", "a.jp"}, []string{"a.jp", "b.jp"}, false},
		"none is not the same as one":              {nil, []string{"a.jp"}, false},
		"one empty name is not the same as no one": {[]string{""}, nil, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := api.SameNames(tc.a, tc.b); got != tc.want {
				t.Errorf("SameNames(%q, %q) is %v", tc.a, tc.b, got)
			}
			if got := api.SameNames(tc.b, tc.a); got != tc.want {
				t.Errorf("SameNames(%q, %q) is %v", tc.b, tc.a, got)
			}
		})
	}
}

func TestSameNames_DoesNotChangeItsArguments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[a-cA-C]{1,3}`)).Draw(t, "names")
		before := slices.Clone(names)
		mixed := rapid.Permutation(names).Draw(t, "mixed")
		for i := range mixed {
			mixed[i] = strings.ToUpper(mixed[i])
		}
		if !api.SameNames(names, mixed) {
			t.Fatalf("%q and %q are not the same names", names, mixed)
		}
		if !slices.Equal(before, names) {
			t.Fatalf("%q became %q", before, names)
		}
	})
}
