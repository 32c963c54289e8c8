package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"certloop/cmd/certloop/screen"
)

// ProgressLines returns the lines about the certificates for which an operator waits. On a terminal they have room above the
// line of the cursor: if there are too many, the targets are counted in the line of their certificate; if there are still too
// many, the certificates of which least is to be said are counted in the last line.
func ProgressLines(s *screen.Screen, list []Progress) []string {
	if !s.Live {
		return all(list, func(p Progress) []string { return p.plain(s) })
	}
	room := s.Height - 1
	lines := all(list, func(p Progress) []string { return p.tree(s, namesWidth(list)) })
	if s.Height == 0 || len(lines) <= room {
		return lines
	}
	lines = all(list, func(p Progress) []string { return []string{p.folded(s, namesWidth(list))} })
	if len(lines) <= room || room < 2 {
		return lines
	}
	return counted(s, list, room)
}

func all(list []Progress, of func(Progress) []string) (lines []string) {
	for _, p := range list {
		lines = append(lines, of(p)...)
	}
	return lines
}

// namesWidth returns the width of the longest name, so that the steps of all certificates are below each other.
func namesWidth(list []Progress) (width int) {
	for _, p := range list {
		width = max(width, ansi.StringWidth(p.Name))
	}
	return min(width, 24)
}

// tree returns the lines of a certificate on a terminal.
func (p Progress) tree(s *screen.Screen, width int) []string {
	switch {
	case p.isOver() && !p.Watched, !p.Open && !p.isOver():
		return []string{p.headline(s)}
	case p.isOver():
		return append([]string{p.headline(s)}, branches(s, p.Issuance)...)
	}
	return tree(s, p.Issuance, p.title(0), p.title(width)+"  ")
}

// title returns the mark and the name, filled up to a width.
func (p Progress) title(width int) string {
	return mark(p.Standing) + " " + screen.Strong.Render(padded(p.Name, width))
}

// folded returns one line for the certificate with all its targets. Where there is no room for all steps, it has the number of the
// present one.
func (p Progress) folded(s *screen.Screen, width int) string {
	if p.isOver() || !p.Open {
		return p.headline(s)
	}
	line := p.title(width) + "  " + stepLine(s, p.Issuance)
	if !fits(s, line) {
		line = p.title(width) + "  " + fmt.Sprintf("%d/%d ", int(p.Stage)+1, stages) + stageNames(s)[p.Stage]
	}
	if len(p.Targets) > 1 {
		line += fmt.Sprintf(" %d/%d", p.imported(), len(p.Targets))
	}
	if text := because(s, p.Point, s.Both); text != "" {
		line += "  " + screen.Faint.Render(text)
	}
	return line
}

// imported returns how many targets have the certificate.
func (p Progress) imported() (n int) {
	for _, t := range p.Targets {
		if t.Standing == Done {
			n++
		}
	}
	return n
}

// plain returns the lines of a certificate elsewhere.
func (p Progress) plain(s *screen.Screen) []string {
	switch {
	case p.isOver() && p.Watched:
		lines := []string{}
		for _, t := range p.Targets {
			lines = append(lines, plainTarget(s, p.Name, t))
		}
		return append(lines, p.headline(s))
	case p.isOver() || !p.Open:
		return []string{p.headline(s)}
	}
	return changes(s, p.Name, p.Issuance)
}

// counted returns as many certificates as there is room for, those first of which most is to be said, and how many others are
// how far.
func counted(s *screen.Screen, list []Progress, room int) []string {
	byNeed := slices.Clone(list)
	slices.SortStableFunc(byNeed, func(x, y Progress) int { return x.rank() - y.rank() })
	lines := all(byNeed[:room-1], func(p Progress) []string { return []string{p.folded(s, namesWidth(list))} })
	var counts [rankDone + 1]int
	for _, p := range byNeed[room-1:] {
		counts[p.rank()]++
	}
	names := [...]string{s.T("failed"), s.T("under way"), s.T("waiting"), s.T("done")}
	var parts []string
	for rank, n := range counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", names[rank], n))
		}
	}
	return append(lines, s.F("… and %d more certificates (%s)", len(list)-room+1, strings.Join(parts, ", ")))
}

// These are the ranks of certificates where there is no room for all.
const (
	rankFailed = iota
	rankCurrent
	rankWaits
	rankDone
)

func (p Progress) rank() int {
	switch {
	case p.Problem != "" || p.Outcome.Done && p.Missing != "":
		return rankFailed
	case p.Outcome.Done:
		return rankDone
	case p.Open && p.Standing == Failed:
		return rankFailed
	case p.Open && p.Standing == Current:
		return rankCurrent
	}
	return rankWaits
}
