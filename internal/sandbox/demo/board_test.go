package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/screen"
	"certloop/internal/sandbox"
	"certloop/reconciler/api"
)

// full is a row that is longer than the table in every column.
func full() row {
	at := time.Date(2027, 2, 25, 0, 0, 0, 0, time.UTC)
	s := &api.CertificateStatus{NotAfter: at, RenewAt: at}
	s.ACMARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
	s.Conditions = []api.Condition{{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: "AReasonThatIsLongerThanAnyOther"}}
	return rowOf(wanted{record: sandbox.Record{"name": "a-name-that-is-longer-than-the-column",
		"domains": []string{"ドメイン名が長い証明書.example", "www.example.com"}}}, s)
}

func TestBoard_LinesFitTheirColumnsAndAHundredCells(t *testing.T) {
	lines := map[string]string{"a full row": full().String(), "the heading": heading.String(),
		"a row without status": rowOf(wanted{record: sandbox.Record{"name": "www", "domains": []string{"www.example.com"}}}, nil).String()}
	for sentence, line := range lines {
		if n := ansi.StringWidth(line); n > mostCells || strings.Contains(line, "\n") {
			t.Errorf("%s has %d cells: %s", sentence, n, line)
		}
	}
	plain := ansi.Strip(full().String())
	for _, want := range []string{"True", "2027-02-25", "0f7b3c56", "…"} {
		if !strings.Contains(plain, want) {
			t.Errorf("%s lacks %s", plain, want)
		}
	}
	// The column after one with wide characters begins in the same cell as in the heading.
	before, _, _ := strings.Cut(plain, "2027-02-25")
	title, _, _ := strings.Cut(ansi.Strip(heading.String()), "EXPIRES")
	if ansi.StringWidth(before) != ansi.StringWidth(title) {
		t.Errorf("EXPIRES is at cell %d, and its title at %d", ansi.StringWidth(before), ansi.StringWidth(title))
	}
}

func TestBoard_AppendsWhatChangedWhereThereIsNoTerminal(t *testing.T) {
	var out bytes.Buffer
	b := newBoard(&out, nil)
	waiting := rowOf(wanted{record: sandbox.Record{"name": "www"}}, nil)
	b.show([]row{waiting, full()})
	b.show([]row{waiting, full()})
	b.leave()
	waiting.reason = "Ordering"
	b.show([]row{waiting, full()})
	if n := strings.Count(out.String(), "\n"); n != 4 || strings.Contains(out.String(), "\x1b") {
		t.Errorf("%d lines, want the heading, two rows and the row that changed, without escape sequences: %q", n, out.String())
	}
}

func TestBoard_RedrawsInPlaceOnATerminal(t *testing.T) {
	var out bytes.Buffer
	s := screen.New(screen.Config{Out: &bytes.Buffer{}, Width: 60}).To(&out)
	s.Live = true
	b := &board{screen.NewLive(s), true}
	b.show([]row{full()})
	if strings.Contains(out.String(), ansi.CursorUp(2)) {
		t.Errorf("the first table goes up: %q", out.String())
	}
	b.show([]row{full()})
	if !strings.Contains(out.String(), ansi.CursorUp(2)) {
		t.Errorf("the second table does not go up by two lines: %q", out.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := ansi.StringWidth(strings.TrimRight(line, "\n")); n > 60 {
			t.Errorf("a line has %d cells on a terminal of 60: %q", n, line)
		}
	}
	before := out.Len()
	b.leave()
	b.show([]row{full()})
	if strings.Contains(out.String()[before:], ansi.CursorUp(2)) {
		t.Error("after the end of a step, the table of before is overwritten")
	}
}

func TestBoard_HasNoColoursWhereTheyAreUnwanted(t *testing.T) {
	for sentence, c := range map[string]struct {
		environ []string
		colours bool
	}{
		"a terminal with colours": {[]string{"TERM=xterm-256color", "TTY_FORCE=1", "CLICOLOR_FORCE=1"}, true},
		"NO_COLOR":                {[]string{"TERM=xterm-256color", "TTY_FORCE=1", "NO_COLOR=1"}, false},
		"a file":                  {[]string{"TERM=xterm-256color"}, false},
	} {
		var out bytes.Buffer
		newBoard(&out, c.environ).show([]row{full()})
		if got := strings.Contains(out.String(), "\x1b[32m"); got != c.colours {
			t.Errorf("%s: colours are %v: %q", sentence, got, out.String())
		}
	}
}
