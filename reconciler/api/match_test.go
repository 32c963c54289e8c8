package api_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func TestMatchesName(t *testing.T) {
	for pattern, names := range map[string]string{
		"*": "www team-a.www a", "team-a.*": "team-a.www team-a.x.y !team-a !team-ab !team-b.www !x.team-a.www",
		"www": "www !www.x !ww", "team*": "team team-a teams !tea",
	} {
		for name := range strings.FieldsSeq(names) {
			name, not := strings.CutPrefix(name, "!")
			if api.MatchesName(pattern, name) == not {
				t.Errorf("%s and %s: %v", pattern, name, !not)
			}
		}
	}
}

func TestMatchesDomain(t *testing.T) {
	for pattern, names := range map[string]string{
		"example.com":      "example.com !www.example.com !*.example.com !xexample.com !example.com.evil.net",
		"*.example.com":    "www.example.com *.example.com !example.com !a.b.example.com !*.b.example.com !wwwexample.com",
		"**.example.com":   "www.example.com *.example.com a.b.example.com *.b.example.com !example.com !*.com !notexample.com !example.com.evil.net",
		"**.com":           "example.com *.example.com !com",
		"*.a.example.com":  "x.a.example.com *.a.example.com !*.example.com !a.example.com",
		"**.a.example.com": "*.x.a.example.com !*.example.com",
	} {
		for name := range strings.FieldsSeq(names) {
			name, not := strings.CutPrefix(name, "!")
			if api.MatchesDomain(pattern, name) == not {
				t.Errorf("%s and %s: %v", pattern, name, !not)
			}
		}
	}
}

// A wildcard is within a pattern exactly if every name that it stands for is.
func TestMatchesDomain_AWildcardMatchesIfAllItsNamesDo(t *testing.T) {
	label := rapid.SampledFrom([]string{"a", "b", "example", "com", "aexample"})
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(label, 2, 4).Draw(t, "labels"), ".")
	})
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom([]string{"", "*.", "**."}).Draw(t, "prefix") + name.Draw(t, "pattern")
		base := name.Draw(t, "base")
		all := true
		for _, l := range []string{"a", "b", "example", "com", "zzz"} {
			all = all && api.MatchesDomain(pattern, l+"."+base)
		}
		if got := api.MatchesDomain(pattern, "*."+base); got != all {
			t.Fatalf("%s and *.%s: %v", pattern, base, got)
		}
	})
}

func TestMatchesARN(t *testing.T) {
	const id = "certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
	for _, c := range []struct {
		pattern, arn string
		want         bool
	}{
		{"arn:aws:acm:*:123456789012:certificate/*", "arn:aws:acm:us-east-1:123456789012:" + id, true},
		{"arn:aws:acm:*:123456789012:certificate/*", "arn:aws:acm:us-east-1:999999999999:" + id, false},
		{"arn:aws:acm:eu-*:*:certificate/*", "arn:aws:acm:eu-west-1:999999999999:" + id, true},
		{"arn:aws:acm:eu-*:*:certificate/*", "arn:aws:acm:us-east-1:999999999999:" + id, false},
		{"arn:aws:acm:us-east-1:123456789012:" + id, "arn:aws:acm:us-east-1:123456789012:" + id, true},
		{"arn:aws:acm:us-east-1:123456789012:" + id, "arn:aws:acm:us-east-1:123456789012:" + id + "1", false},
		{"arn:aws:acm:*:123456789012:certificate/*", "arn:aws-cn:acm:cn-north-1:123456789012:" + id, false},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/*", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/jprs-AbCdEf", true},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/*", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-b/jprs-AbCdEf", false},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/*", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-ab/x", false},
		{"arn:aws:acm:*:123456789012:certificate/*", "", false},
	} {
		if got := api.MatchesARN(c.pattern, c.arn); got != c.want {
			t.Errorf("%s and %s: %v", c.pattern, c.arn, got)
		}
	}
}
