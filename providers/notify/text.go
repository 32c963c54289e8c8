package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"certloop/reconciler/api"
)

// headline is a type of notice in the words of a subject and of a sentence; %s is the record's name.
type headline struct {
	subject, sentence string
	// bad says that the subject names the reason.
	bad bool
}

var headlines = map[string]headline{
	api.NoticeIssued:   {"issued", "The certificate of %s is in place.", false},
	api.NoticeRenewed:  {"renewed", "A new certificate of %s is in place.", false},
	api.NoticeReady:    {"ready", "Every target of %s holds a valid certificate again.", false},
	api.NoticeNotReady: {"NOT READY", "A target of %s holds no valid certificate that satisfies the record.", true},
	api.NoticeFailed:   {"FAILED", "The certificate of %s could not be issued or installed.", true},
	api.NoticeDeleted:  {"deleted", "The certificate of %s was deleted from ACM.", false},
	api.NoticeRetained: {"retained", "The certificate of %s was left in ACM, where nobody renews it any more.", false},
	api.NoticeIgnored:  {"IGNORED", "The item %s has an unknown kind and is ignored.", true},
}

func headlineOf(n api.Notice) headline {
	if h, ok := headlines[n.Type]; ok {
		return h
	}
	return headline{n.Type, "This happened to %s.", true}
}

// longestSubject: SNS wants less than 100 characters (SNS API Reference, Publish).
const longestSubject = 99

// longestName is the longest that a record's name may be; a longer one is that of a record that is refused.
const longestName = 63

// subject is what a telephone shows of a mail: what happened, to what, and, where it is bad, why. It is ASCII without
// control characters, and begins with a letter, as SNS wants it.
func subject(n api.Notice) string {
	h := headlineOf(n)
	text := fmt.Sprintf("certloop: %s %s", h.subject, cut(n.Name, longestName))
	if h.bad && n.Reason != "" {
		text += fmt.Sprintf(" (%s)", n.Reason)
	}
	text = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, oneLine(text))
	return cut(text, longestSubject)
}

// body is the mail itself: a sentence, and what is known, one a line.
func body(n api.Notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, headlineOf(n).sentence+"\n\n", oneLine(n.Name))
	for _, f := range []struct{ label, value string }{
		{"Record", oneLine(n.Name)},
		{"Domains", oneLine(domains(n))},
		{"Reason", oneLine(string(n.Reason))},
		{"Message", indented(n.Message)},
		{"What to do", api.Remedy(n.Reason)},
		{"Next attempt", moment(n.NextAttempt)},
		{"Valid until", moment(n.NotAfter)},
		{"Certificate", oneLine(n.ARN)},
		{"Time", moment(n.Time)},
		{"Notice", oneLine(n.ID)},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%-14s%s\n", f.label+":", f.value)
		}
	}
	return b.String()
}

// shownDomains keeps a mail short.
const shownDomains = 20

func domains(n api.Notice) string {
	names := n.Domains[:min(len(n.Domains), shownDomains)]
	if more := len(n.Domains) - len(names) + n.MoreDomains; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}

// indented is a message of one or many lines, below each other.
func indented(message string) string {
	lines := strings.Split(strings.TrimSpace(message), "\n")
	for i, line := range lines {
		lines[i] = oneLine(line)
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", 14))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// oneLine is text without what a line, or the XML that carries it, cannot hold.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?")))
}

// cut is text of at most n bytes, with dots where something was cut off.
func cut(text string, n int) string {
	const dots = "..."
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n-len(dots)], "") + dots
}
