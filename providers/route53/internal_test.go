package route53

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNamesAreComparedInOneForm(t *testing.T) {
	for given, want := range map[string]string{
		"example.com": "example.com", "Example.COM.": "example.com", `\052.example.com.`: "*.example.com",
		`\137acme-challenge.example.com`: "_acme-challenge.example.com", `a\134b.example.com`: `a\b.example.com`,
		`a\9z9b`: `a\9z9b`, `a\05`: `a\05`, ".": "", "": "",
	} {
		if got := canonical(given); got != want {
			t.Errorf("%s is %s, want %s", given, got, want)
		}
		if again := canonical(escaped(canonical(given))); again != want {
			t.Errorf("%s is %s after it was escaped", given, again)
		}
	}
	if got := escaped("*.exa mple_x-1.com"); got != `\052.exa\040mple_x-1.com` {
		t.Errorf("escaped is %s", got)
	}
}

// The order of the API Reference: labels reversed, a dot at the end, escapes kept: "*" is \052, after the digits.
func TestNamesStandAsRoute53ListsThem(t *testing.T) {
	want := []string{"com", "a-b.com", "a.com", "0.a.com", "*.a.com", "_acme-challenge.a.com", "b.a.com", "x.b.a.com", "aa.com", "b.com"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(position(a), position(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("they stand as %v, want %v", got, want)
	}
}

func TestANameLiesWithinAZone(t *testing.T) {
	for sentence, c := range map[string]struct {
		name, zone string
		want       bool
	}{
		"itself":            {"example.com", "example.com", true},
		"below":             {"a.b.example.com", "example.com", true},
		"the root has all":  {"example.com", "", true},
		"a longer label":    {"notexample.com", "example.com", false},
		"above":             {"com", "example.com", false},
		"another":           {"example.org", "example.com", false},
		"a part of a label": {"ample.com", "example.com", false},
	} {
		if got := within(c.name, c.zone); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

func TestTextGoesIntoQuotationMarksAndBack(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `""`,
		"plain":                  `"plain"`,
		` two  words `:           `" two  words "`,
		`a "quoted" word`:        `"a \"quoted\" word"`,
		`back\slash`:             `"back\\slash"`,
		"tab\tü":                 `"tab\011\303\274"`,
		strings.Repeat("x", 256): `"` + strings.Repeat("x", 255) + `" "x"`,
	} {
		if got := quote(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
		if got := unquote(want); got != text {
			t.Errorf("%s is read as %q", want, got)
		}
	}
}

func TestTextIsReadAsItIsWrittenElsewhere(t *testing.T) {
	for value, want := range map[string]string{
		`"one" "two"`: "onetwo", `"one"	"two"`: "onetwo", `bare`: "bare", `"octal \101"`: "octal A", `"odd \9"`: "odd 9",
		`"end\`: `end\`, `"open`: "open", `"\052"`: "*", `""`: "",
	} {
		if got := unquote(value); got != want {
			t.Errorf("%s is read as %q, want %q", value, got, want)
		}
	}
}

func TestAZoneIsRememberedForAMinute(t *testing.T) {
	now := time.Now()
	c := zoneCache{now: func() time.Time { return now }}
	if _, ok := c.byName("example.com"); ok {
		t.Error("an empty cache remembers a name")
	}
	zone := hostedZone{id: "Z1", name: "example.com"}
	c.keepNames(map[string][]hostedZone{"example.com": {zone}})
	c.keep(zone)
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{59 * time.Second, true}, {time.Second, false}} {
		now = now.Add(step.after)
		_, byName := c.byName("example.com")
		_, byID := c.byID("Z1")
		if byName != step.want || byID != step.want {
			t.Errorf("by name %v, by ID %v, want %v", byName, byID, step.want)
		}
	}
}
