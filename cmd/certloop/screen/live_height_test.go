package screen

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"certloop/cmd/certloop/lang"
)

// TestLive_FitsTheTerminal: a line that has left the terminal cannot be drawn again.
func TestLive_FitsTheTerminal(t *testing.T) {
	var out bytes.Buffer
	s := New(Config{Out: &out, Language: lang.English, Environ: forced, Width: 40})
	s.Live, s.Height = true, 20
	lines := make([]string, 60)
	for i := range lines {
		lines[i] = fmt.Sprint("line ", i)
	}
	live := NewLive(s)
	live.Show(lines)
	if got := strings.Count(out.String(), "\n"); got != 19 || !strings.Contains(out.String(), "… and 42 more lines") {
		t.Errorf("%d lines:\n%s", got, out.String())
	}
	out.Reset()
	live.Show(lines[:3])
	if !strings.Contains(out.String(), "\x1b[19A") {
		t.Errorf("the cursor does not return by 19 lines: %q", out.String())
	}
}

// Elsewhere than on a terminal a line that moves is not news.
func TestLive_WritesOnlyNewLines(t *testing.T) {
	var out bytes.Buffer
	live := NewLive(New(Config{Out: &out, Language: lang.English}))
	live.Show([]string{"a", "b"})
	live.Show([]string{"new", "a", "b"})
	live.Show([]string{"a", "changed"})
	if out.String() != "a\nb\nnew\nchanged\n" {
		t.Errorf("%q", out.String())
	}
}
