package screen

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Live shows lines that change: in place on a terminal, elsewhere each new or changed line once.
type Live struct {
	screen *Screen
	shown  []string
}

// NewLive returns a Live that has shown nothing.
func NewLive(s *Screen) *Live { return &Live{screen: s} }

// To returns a Screen with the same language, width and clock that writes to out, with all escape sequences.
func (s *Screen) To(out io.Writer) *Screen {
	there := *s
	there.out = out
	return &there
}

// Show replaces the lines of the last call.
func (l *Live) Show(lines []string) {
	for i, line := range lines {
		lines[i] = clean(line)
	}
	if !l.screen.Live {
		l.append(lines)
		return
	}
	lines = l.fitting(lines)
	var out strings.Builder
	if len(l.shown) > 0 {
		out.WriteString(ansi.CursorUp(len(l.shown)))
	}
	for _, line := range lines {
		if l.screen.Width > 0 {
			// A line that wraps would count as two.
			line = ansi.Truncate(line, l.screen.Width, "…")
		}
		out.WriteString("\r" + ansi.EraseEntireLine + line + "\n")
	}
	out.WriteString(ansi.EraseScreenBelow)
	_, _ = fmt.Fprint(l.screen, out.String())
	l.shown = lines
}

// fitting returns the lines for which the terminal has room: the cursor cannot return to a line that has left it.
func (l *Live) fitting(lines []string) []string {
	room := l.screen.Height - 1
	if l.screen.Height == 0 || len(lines) <= room || room < 2 {
		return lines
	}
	return append(slices.Clone(lines[:room-1]), l.screen.F("… and %d more lines", len(lines)-room+1))
}

// append writes the lines that were not among those before. Their place says nothing: a line above may be new.
func (l *Live) append(lines []string) {
	for _, line := range lines {
		if !slices.Contains(l.shown, line) {
			l.screen.Line(line)
		}
	}
	l.shown = lines
}

// End leaves the lines as they are.
func (l *Live) End() { l.shown = nil }
