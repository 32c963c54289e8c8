package api_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func TestMessage_IsShortAndOnOneLine(t *testing.T) {
	link := "https://portal.ca.example/unpause?jwt=" + strings.Repeat("a", 360)
	long := strings.Repeat("several words of no interest ", 100)
	for sentence, c := range map[string]struct {
		given  string
		want   string // the whole message
		holds  []string
		misses []string
	}{
		"a good message stays as it is":             {given: "the CA refuses *.example.com: see https://ca.example/x", want: "the CA refuses *.example.com: see https://ca.example/x"},
		"line breaks become spaces":                 {given: "one\r\n\ttwo\u2028three\u0085four", want: "one two three four"},
		"controls go":                               {given: "a\x00b\x1b[31mc\x7f", want: "a b [31mc"},
		"bidirectional and zero-width controls go":  {given: "a\u202eb\u200bc\u2066d\ufeffe\u00adf", want: "abcdef"},
		"bytes that are no text are marked":         {given: "a\xff\xfeb", want: "a\ufffd\ufffdb"},
		"an empty one stays empty":                  {given: " \n ", want: ""},
		"a link at the end is kept whole":           {given: long + link, holds: []string{"several words", "…", link}},
		"a link in the middle is kept whole":        {given: long + link + " " + long, holds: []string{"several words", link}},
		"a link that does not fit is left out":      {given: "see https://ca.example/" + strings.Repeat("a", 2000) + " and ask", want: "see … and ask"},
		"links that do not fit together are fewer":  {given: link + " " + link + " " + strings.Replace(link, "portal", "third", 1), holds: []string{link, "…"}, misses: []string{"third"}},
		"a link in quotation marks ends with them":  {given: long + `"` + link + `" ` + long, holds: []string{link + "…"}},
		"a cut falls between two characters":        {given: strings.Repeat("世", 1000), holds: []string{strings.Repeat("世", 300), "…"}},
		"a cut keeps a link whole that is just cut": {given: strings.Repeat("x", 1000) + " https://ca.example/0123456789012345678901234567890123456789", holds: []string{"https://ca.example/0123456789012345678901234567890123456789"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := api.Message(c.given)
			if c.want != "" && got != c.want || c.want == "" && c.holds == nil && got != "" {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			for _, part := range c.holds {
				if !strings.Contains(got, part) {
					t.Errorf("%q does not hold %q", got, part)
				}
			}
			for _, part := range c.misses {
				if strings.Contains(got, part) {
					t.Errorf("%q holds %q", got, part)
				}
			}
			checkMessage(t, c.given, got)
		})
	}
}

// fatal is a *testing.T or a *rapid.T.
type fatal interface{ Errorf(string, ...any) }

// checkMessage checks what is true of every message.
func checkMessage(t fatal, given, got string) {
	if len(got) > api.MaxMessage || !utf8.ValidString(got) || !api.Clean(got) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	if again := api.Message(got); again != got {
		t.Errorf("a second time gives %q of %q", again, got)
	}
	// Links in got are whole links of given; in a text that is not clean the characters differ.
	if !api.Clean(given) {
		return
	}
	for _, word := range strings.FieldsFunc(got, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'<>`…", r) }) {
		if i := strings.Index(word, "https://"); i >= 0 && !strings.Contains(given+" ", word[i:]) {
			t.Errorf("%q is no link of %q", word[i:], given)
		}
	}
}

func TestMessage_OfAnyText(t *testing.T) {
	part := rapid.OneOf(
		rapid.String(), rapid.StringN(0, 3000, -1), rapid.StringOf(rapid.Rune()),
		rapid.SampledFrom([]string{"https://", "http://ca.example/", " ", "…", "\n", "\xff", "\u202e", "👩‍👩‍👧", strings.Repeat("b", 700), "https://ca.example/" + strings.Repeat("c", 600) + " "}),
	)
	rapid.Check(t, func(t *rapid.T) {
		given := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "")
		got := api.Message(given)
		if len(got) > api.MaxMessage || !api.Clean(got) {
			t.Fatalf("%d bytes: %q", len(got), got)
		}
		if again := api.Message(got); again != got {
			t.Fatalf("a second time gives %q of %q", again, got)
		}
	})
}

// slow is more time than processing one text may take on a busy machine.
const slow = 2 * time.Second

// FuzzMessage: any text becomes a message, and a message stays unchanged.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{"", "it refuses", "a\nb\x00", "see https://ca.example/" + strings.Repeat("x", 1200), strings.Repeat("世", 700), "\xff\u202e", " https://… http://"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) { checkMessage(t, given, api.Message(given)) })
}

// A message of many links was once searched as often as it has links.
func TestMessage_OfLinksOnlyIsShortenedFast(t *testing.T) {
	began := time.Now()
	given := strings.Repeat("http://a ", 200_000)
	if got := api.Message(given); len(got) > api.MaxMessage || time.Since(began) > slow {
		t.Errorf("%d bytes after %s", len(got), time.Since(began))
	}
}
