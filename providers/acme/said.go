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

// maxSaid is as much as a person reads, in bytes.
const maxSaid = 500

// said is a CA's problem in its own words, on one line, the same from run to run: the detail, its subproblems with
// their names, and the type (RFC 8555 sections 6.7 and 6.7.1). Empty: it said nothing.
func (s *session) said(p *acme.ProblemDetails) string {
	if p == nil {
		return ""
	}
	text := s.clean(strings.TrimPrefix(strings.Join(slices.Compact(append([]string{p.Detail}, subproblems(p)...)), "; "), "; "))
	kind := kindOf(p.Type)
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
	for _, sub := range p.SubProblems {
		detail := cmp.Or(sub.Detail, kindOf(sub.Type))
		if detail == "" || strings.Contains(p.Detail, detail) {
			continue
		}
		if name := sub.Identifier.Value; name != "" && !strings.Contains(detail, name) {
			detail = name + ": " + detail
		}
		details = append(details, detail)
	}
	slices.Sort(details)
	return details
}

// clean makes what a CA wrote fit for a status: one line, no key authorization, nothing that changes.
func (s *session) clean(text string) string {
	if s.thumbprint != "" {
		authorization := regexp.MustCompile(`[A-Za-z0-9_-]*\.?` + regexp.QuoteMeta(s.thumbprint))
		text = authorization.ReplaceAllLiteralString(text, "[key authorization]")
	}
	for _, u := range unstable {
		text = u.form.ReplaceAllString(text, u.with)
	}
	text = strings.ToValidUTF8(text, "")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(text) <= maxSaid {
		return text
	}
	cut := maxSaid
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.TrimSpace(text[:cut]) + "…"
}
