package command

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"certloop/cmd/certloop/doctor"
	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/plain"
	"certloop/reconciler/api"
)

// hostileTexts are values with which their writer would take over a terminal, or change what a line seems to say.
var hostileTexts = []string{
	"\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;https://evil.example\x1b\\www\x1b]8;;\x1b\\", "\x1b[31mred\x1b[0m",
	"\u009b31m", "\u0085", "a\rb", "a\bb", "\u202etxt.exe", "\u2066x\u2069", "\u200f", "\u061c", "\x00", "\x7f", "two\nlines", "a\tb", "x\u2028y", "certloopEscaped000000Y",
}

// hostileWorld has the text wherever text comes from outside.
func hostileWorld(text string) *world {
	w := crowd()
	w.records = nil
	for _, l := range sample().records {
		for _, attribute := range []string{"account", "profile", "email", "directory", "records"} {
			if l.Record != nil {
				l.Record[attribute] = "x" + text
			}
		}
		if l.Record != nil {
			l.Record["x"+text] = map[string]any{"y" + text: []any{text, "z" + text}}
			l.Record["domains"] = []any{text, "=" + text}
		}
		if s := l.Status; s != nil {
			s.Issuer, s.LastError, s.Account, s.Serial = text, text, text, text
			s.History = append(s.History, api.HistoryEntry{Time: in(-1), Reason: api.Reason(text), Message: text})
			for i := range s.Conditions {
				s.Conditions[i].Message = text
			}
		}
		if s := l.AccountStatus; s != nil {
			s.URI, s.Directory = "https://"+text, text
		}
		w.records = append(w.records, l)
	}
	w.records = append(w.records, certificate("bad"+text, map[string]any{}, nil))
	for i := range w.moving.found.Certificates {
		c := &w.moving.found.Certificates[i]
		c.Names = []string{text, "=" + text}
		c.Users = []string{text}
		c.Manager.Name = text
		if c.Manager.Kind == inventory.Tagged {
			c.Manager.Name = "x" + text
		}
	}
	w.moving.issuer = text
	w.facts = doctor.Facts{}
	w.invoke = func(event map[string]any) (any, error) {
		if event["action"] == "check" {
			return map[string]any{"version": text, "checks": []any{map[string]any{"area": "Table", "subject": text, "state": "Bad", "message": text, "remedy": text}}}, nil
		}
		return map[string]any{"certificates": []any{map[string]any{"name": "x" + text, "acm_arn": text,
			"decision": map[string]any{"action": "Wait", "reason": text, "message": text, "target": text}}}}, nil
	}
	return w
}

// TestOutput_HasNoControlCharacterOfAnybodyElse: all output but line ends is printable, whatever a record, a tag or a CA says.
// A terminal may show a tab.
func TestOutput_HasNoControlCharacterOfAnybodyElse(t *testing.T) {
	for _, args := range []string{
		"get", "get -o wide", "get -o json", "get -o yaml", "get -o name", "get accounts", "get accounts -o json", "get accounts -o yaml", "get accounts -o name",
		"get policies", "get policies -o json", "get policies -o yaml", "get policies -o name", "describe www", "events", "account get jprs",
		"plan www", "plan -o json", "plan -o yaml", "doctor --all", "doctor -o json", "doctor -o yaml", "forecast", "forecast -o json", "forecast -o yaml",
		"discover", "discover -o wide", "discover -o json", "discover -o yaml", "discover -o name", "adopt --all --dry-run", "report", "report --format csv",
	} {
		t.Run(args, func(t *testing.T) {
			for _, text := range hostileTexts {
				for _, environ := range [][]string{nil, japanese} {
					output, _ := terminal{world: hostileWorld(text), environ: environ}.run(t, strings.Fields(args)...)
					for _, r := range output {
						if r != '\n' && (r != '\t' || strings.Contains(args, " -o ") && !strings.HasSuffix(args, "wide")) && plain.IsControl(r) {
							t.Fatalf("%q writes %q:\n%q", text, r, output)
						}
					}
				}
			}
		})
	}
}

// TestEncode_KeepsTheValue: what a program reads is what the table has.
func TestEncode_KeepsTheValue(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom(hostileTexts), rapid.StringMatching(`[a-z0-9:"'\\ {}\[\]#&*!|>%@,-]{0,8}`))
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 1, 3).Draw(t, "parts"), "x") })
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{"list": []any{text.Draw(t, "a"), map[string]any{"k" + text.Draw(t, "key"): text.Draw(t, "b")}}, "text": text.Draw(t, "c")}
		for form, decode := range map[string]func([]byte, any) error{outputJSON: json.Unmarshal, outputYAML: func(body []byte, v any) error { return yaml.Unmarshal(body, v) }} {
			var out strings.Builder
			a := newApp(Config{Out: &out})
			if err := a.encodeValue(form, value); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsFunc(out.String(), isEscaped) {
				t.Errorf("%s has a control character: %q", form, out.String())
			}
			var got map[string]any
			if err := decode([]byte(out.String()), &got); err != nil {
				t.Fatalf("%v in\n%s", err, out.String())
			}
			if diff := cmp.Diff(value, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", form, diff, out.String())
			}
		}
	})
}
