// Package screen writes to the operator's terminal, or to whatever takes its place: tables, colours, times and live
// lines. It knows nothing of certificates.
package screen

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"certloop/cmd/certloop/lang"
)

// Screen is where output goes.
type Screen struct {
	lang.Language
	// Width is the number of cells of a terminal's line; 0: there is no limit, as in a file or pipe.
	Width int
	// Height is the number of a terminal's lines; 0: there is no limit.
	Height int
	// Live reports whether lines may be drawn again in place.
	Live bool
	// Now is the time to which relative times refer. Location is the zone of absolute times (default UTC).
	Now      func() time.Time
	Location *time.Location

	out io.Writer
}

// Config configures a Screen.
type Config struct {
	Out      io.Writer
	Language lang.Language
	// Environ is the process's environment. NO_COLOR, TERM and CLICOLOR_FORCE are used as usual (no-color.org).
	Environ []string
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Width replaces the terminal's width.
	Width int
}

// New returns a Screen on out. Colours are omitted unless out is a terminal that has them.
func New(c Config) *Screen {
	s := &Screen{Language: c.Language, Width: c.Width, Now: c.Now, Location: time.UTC}
	if s.Now == nil {
		s.Now = time.Now
	}
	if file, ok := c.Out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		s.Live = true
		if width, height, err := term.GetSize(int(file.Fd())); err == nil {
			s.Width, s.Height = cmp.Or(c.Width, width), height
		}
	}
	s.out = colorprofile.NewWriter(c.Out, c.Environ)
	return s
}

// Write implements io.Writer; escape sequences that the terminal does not have are removed.
func (s *Screen) Write(p []byte) (int, error) { return s.out.Write(p) }

// Line writes text with a line end. Control characters in it, besides the styles of this package, are replaced.
func (s *Screen) Line(text string) { _, _ = fmt.Fprintln(s.out, clean(text)) }

// These are the styles of words.
var (
	Good   = lipgloss.NewStyle().Foreground(lipgloss.Green)
	Bad    = lipgloss.NewStyle().Foreground(lipgloss.Red)
	Warn   = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	Faint  = lipgloss.NewStyle().Faint(true)
	Strong = lipgloss.NewStyle().Bold(true)
)
