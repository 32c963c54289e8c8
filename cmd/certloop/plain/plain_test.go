package plain

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"a b": "a b", "": "", "証明書": "証明書", "a\nb\tc\rd": "a b c d", "\x1b[2J": "\ufffd[2J", "\u009b31m": "\ufffd31m", "\x7f": "\ufffd", "\x00": "\ufffd",
		"\u202ex": "\ufffdx", "\u2028": "\ufffd", "👍🏽": "👍🏽",
	} {
		if got := Line(text); got != want {
			t.Errorf("Line(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestEscaped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]string{rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value")}
		body, err := json.MarshalIndent(value, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		escaped := Escaped(string(body))
		for _, r := range escaped {
			if isInside(r) {
				t.Errorf("%q has %q", escaped, r)
			}
		}
		var got map[string]string
		if err := json.Unmarshal([]byte(escaped), &got); err != nil {
			t.Fatal(err)
		}
		for key, text := range value {
			if got[key] != text {
				t.Errorf("%q became %q", value, got)
			}
		}
	})
}
