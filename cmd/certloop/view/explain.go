package view

import (
	"strings"

	"certloop/cmd/certloop/screen"
)

// Explanation is what the documents say about a reason.
type Explanation struct {
	Reason string
	// Conditions are the headings under which the reason is listed.
	Conditions []string
	Meaning    string
	Remedy     string
}

// ParseReasons reads the tables of docs/reference/reasons.md, in which each reason has a row: the reason, its meaning
// and its remedy. A reason of several conditions is returned once.
func ParseReasons(document string) []Explanation {
	var out []Explanation
	at := map[string]int{}
	heading := ""
	for line := range strings.Lines(document) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			heading = title
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		reason, ok := strings.CutPrefix(strings.TrimSpace(cells[0]), "`")
		if !strings.HasPrefix(line, "|") || !ok || len(cells) != 3 {
			continue
		}
		reason = strings.TrimSuffix(reason, "`")
		if i, known := at[reason]; known {
			out[i].Conditions = append(out[i].Conditions, heading)
			continue
		}
		at[reason] = len(out)
		out = append(out, Explanation{Reason: reason, Conditions: []string{heading}, Meaning: plain(cells[1]), Remedy: plain(cells[2])})
	}
	return out
}

// plain removes the marks of Markdown: code, and links, of which the text stays.
func plain(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "`", ""))
	for {
		start := strings.Index(text, "[")
		if start < 0 {
			return text
		}
		middle := strings.Index(text[start:], "](")
		if middle < 0 {
			return text
		}
		end := strings.Index(text[start+middle:], ")")
		if end < 0 {
			return text
		}
		text = text[:start] + text[start+1:start+middle] + text[start+middle+end+1:]
	}
}

// Explain writes one explanation.
func Explain(s *screen.Screen, e Explanation) {
	s.Line(screen.Strong.Render(e.Reason) + "  " + screen.Faint.Render(strings.Join(e.Conditions, ", ")))
	s.Line("")
	s.Wrapped(e.Meaning, 0)
	section(s, s.T("What to do"))
	s.Wrapped(e.Remedy, 0)
}

// Reasons writes the list of all reasons.
func Reasons(s *screen.Screen, all []Explanation) {
	rows := make([][]string, len(all))
	for i, e := range all {
		rows[i] = []string{e.Reason, strings.Join(e.Conditions, ", "), e.Meaning}
	}
	s.Table([]screen.Column{{Title: "REASON"}, {Title: "CONDITION"}, {Title: "MEANING", Shrinks: true}}, rows)
}
