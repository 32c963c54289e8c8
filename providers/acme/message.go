package acme

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-acme/lego/v4/acme"
)

// What changes from one answer to the next, and would change the status with it.
var unstable = []struct {
	form *regexp.Regexp
	with string
}{
	// "retry after 2026-11-23 10:00:00 UTC", and any other time.
	{regexp.MustCompile(`(?i)[,;:]?\s*(?:\b(?:re)?try(?:ing)? (?:again )?(?:after|at) )?\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?` +
		`(?:\s*(?:Z\b|UTC\b|[+-]\d\d:?\d\d\b(?: UTC\b)?))*(?: m=[+-][\d.]+)?`), ""},
	{regexp.MustCompile(`(?i)\s*(?:\([^()]*request ?id[^()]*\)|[,;]?\s*request ?id:?\s*[0-9a-z-]+)`), ""},
	// The port that a connection happened to have: "10.0.0.1:40312->10.0.0.2:53".
	{regexp.MustCompile(`[0-9a-fA-F.:\[\]]+:\d+->`), ""},
	{regexp.MustCompile(`(?i)(anti-replay nonce:? )\S+`), "${1}it gave before"},
}

// maxText is the most bytes of a message that an operator reads; maxLink bounds a link that is kept whole beyond it, with the words before
// it, so that both fit into a message of 1 KB. maxRead is as much of what a CA wrote as is read.
const (
	maxText = 500
	maxLink = 900
	maxRead = 8 << 10
)

// message returns a CA's error message on one line, the same from run to run: the detail, its subproblems with their names,
// and the type (RFC 8555 sections 6.7 and 6.7.1); empty where the problem has none of these.
func (s *session) message(p *acme.ProblemDetails) string {
	if p == nil {
		return ""
	}
	detail := first(p.Detail, maxRead)
	text := s.clean(strings.TrimPrefix(strings.Join(slices.Compact(append([]string{detail}, subproblems(p)...)), "; "), "; "))
	kind := s.clean(kindOf(p.Type))
	if kind == "" && text == "" && p.Type != "about:blank" {
		kind = s.clean(first(p.Type, maxRead)) // a type of the CA's own is better than nothing
	}
	switch {
	case kind == "":
		return text
	case text == "":
		return kind
	}
	return text + " (" + kind + ")"
}

// subproblems are sorted: some CAs collect them from a map.
func subproblems(p *acme.ProblemDetails) []string {
	var details []string
	for _, sub := range p.SubProblems[:min(len(p.SubProblems), maxNames)] {
		detail := cmp.Or(first(sub.Detail, maxText), kindOf(sub.Type))
		if detail == "" || strings.Contains(p.Detail, detail) {
			continue
		}
		if name := first(sub.Identifier.Value, maxHost); name != "" && !strings.Contains(detail, name) {
			detail = name + ": " + detail
		}
		details = append(details, detail)
	}
	slices.Sort(details)
	return details
}

// clean makes what a CA wrote fit for a status: one line, no key authorization, nothing that changes.
func (s *session) clean(text string) string {
	for _, u := range unstable {
		text = u.form.ReplaceAllString(text, u.with)
	}
	text = strings.ToValidUTF8(text, "")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	// After what is taken out above: the text around that may come to a key authorization.
	if s.thumbprint != "" {
		authorization := regexp.MustCompile(`[A-Za-z0-9_-]*\.?` + regexp.QuoteMeta(s.thumbprint))
		text = authorization.ReplaceAllLiteralString(text, "[key authorization]")
	}
	return shorten(text)
}

// shorten cuts text after maxText bytes, at a whole character. The first link is kept whole, at the cost of the words
// before it: half a link leads nowhere. Other links are kept whole or left out.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	links := anyLink.FindAllStringIndex(text, -1)
	if len(links) > 0 && links[0][1] > maxText && links[0][1]-links[0][0] <= maxLink {
		return aroundLink(text, links[0][0], links[0][1])
	}
	cut := maxText
	for _, link := range links {
		if link[0] < maxText && link[1] > maxText {
			cut = link[0]
		}
	}
	return strings.TrimSpace(first(text, cut)) + "…"
}

// aroundLink keeps the link between these places, and as much of the words before it as there is room for.
func aroundLink(text string, from, to int) string {
	room := min(maxText, max(maxLink-(to-from), 0))
	head, link := text[:from], text[from:to]
	if from > room {
		head = strings.TrimSpace(first(head, room)) + "… "
	}
	if to < len(text) {
		link += "…"
	}
	return head + link
}

// first returns the first n bytes of text at most, in whole characters.
func first(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
