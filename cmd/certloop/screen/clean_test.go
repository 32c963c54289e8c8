package screen

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/cmd/certloop/lang"
)

// forced is an environment in which colours are written to a buffer too.
var forced = []string{"CLICOLOR_FORCE=1", "TERM=xterm-256color"}

// hostile are texts with which the writer of a record would take over the terminal of an operator.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;https://evil.example\x1b\\www\x1b]8;;\x1b\\", "\x1b[8mhidden",
	"\x1bP1$r\x1b\\", "\u009b31m", "a\rb", "a\bb", "\u202etxt.exe", "\u2066x\u2069", "\x00", "\x7f",
}

// allowed matches the styles of the screen.
var allowed = regexp.MustCompile(`\x1b\[(0?|1|2|31|32|33)m`)

func TestScreen_WritesNoControlCharacterOfAnybodyElse(t *testing.T) {
	write := map[string]func(s *Screen, text string){
		"a line": func(s *Screen, text string) { s.Line(text) },
		"a table": func(s *Screen, text string) {
			s.Table([]Column{{Title: "A", Shrinks: true}, {Title: "B"}}, [][]string{{text, text}})
		},
		"fields":      func(s *Screen, text string) { s.Fields([][2]string{{"Name", text}}) },
		"a paragraph": func(s *Screen, text string) { s.Wrapped(text, 2) },
		"live lines":  func(s *Screen, text string) { NewLive(s).Show([]string{text}) },
	}
	for what, write := range write {
		t.Run(what, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(t, "text")
				var out bytes.Buffer
				write(New(Config{Out: &out, Language: lang.English, Environ: forced, Now: time.Now, Width: 40}), "x"+text+Good.Render("y"))
				for _, r := range allowed.ReplaceAllString(out.String(), "") {
					if printable(r) != r {
						t.Fatalf("%q writes %q", text, out.String())
					}
				}
			})
		})
	}
}

func TestTable_ACellIsOneLine(t *testing.T) {
	var out bytes.Buffer
	New(Config{Out: &out}).Table([]Column{{Title: "NAME"}, {Title: "READY"}}, [][]string{{"www\nfake  True", "False"}})
	if lines := strings.Count(out.String(), "\n"); lines != 2 {
		t.Errorf("%d lines:\n%s", lines, out.String())
	}
}
