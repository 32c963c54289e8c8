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
	// bad: the subject names the reason.
	bad bool
}

var headlines = map[string]headline{
	api.NoticeIssued:        {"issued", "The certificate of %s is in place.", false},
	api.NoticeRenewed:       {"renewed", "A new certificate of %s is in place.", false},
	api.NoticeReady:         {"ready", "Every target of %s holds a valid certificate.", false},
	api.NoticeNotReady:      {"NOT READY", "A target of %s holds no valid certificate that satisfies the record.", true},
	api.NoticeFailed:        {"FAILED", "The certificate of %s could not be issued or installed.", true},
	api.NoticeExpiring:      {"EXPIRING", "The certificate of %s is near its end and is not renewed.", true},
	api.NoticeWarning:       {"WARNING", "The certificate of %s is in place and is renewed, but something needs your attention.", true},
	api.NoticeRevoked:       {"REVOKED", "The CA revoked the certificate of %s.", true},
	api.NoticeNotServed:     {"NOT SERVED", "An endpoint that served the certificate of %s does not serve the present one.", true},
	api.NoticeServed:        {"served", "The endpoints that answer serve the certificate of %s again.", false},
	api.NoticeDeleted:       {"deleted", "The certificate of %s was deleted from ACM.", false},
	api.NoticeRetained:      {"retained", "The certificate of %s was left in ACM, where nobody renews it any more.", false},
	api.NoticeAccountFailed: {"FAILED account", "The account %s cannot place orders, or could not be updated. Certificates that wait for it are not reported one by one.", true},
	api.NoticeAccountReady:  {"ready account", "The account %s can place orders again.", false},
	api.NoticeDigest:        {"digest of", "More notices came within an hour than are mailed one by one. This mail stands for %s.", false},
	api.NoticeIgnored:       {"IGNORED", "The item %s has an unknown kind and is ignored.", true},
}

func headlineOf(n api.Notice) headline {
	h, ok := headlines[n.Type]
	switch {
	case !ok:
		return headline{n.Type, "This happened to %s.", true}
	case n.Type == api.NoticeReady && n.Reason == api.ReasonRecovered:
		h.sentence = "Every target of %s holds a valid certificate again."
	case n.Type == api.NoticeFailed && n.Reason.RejectsRecord():
		h.sentence = "The record %s was rejected. " + afterRejection(n)
	case n.Type == api.NoticeAccountFailed && n.Reason.RejectsRecord():
		h.sentence = "The account record %s was rejected. What is registered at the CA stays. Certificates that wait for it are not reported one by one."
	}
	return h
}

// afterRejection returns what happens to the installed certificate.
func afterRejection(n api.Notice) string {
	switch {
	case n.NotAfter.IsZero():
		return "No certificate is issued for it."
	case n.NotAfter.After(n.Time):
		return "The installed certificate stays and is not renewed. It is valid until " + moment(n.NotAfter) + "."
	}
	return "The installed certificate stays and is not renewed. It expired at " + moment(n.NotAfter) + "."
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

// subjectOf is the label of what the notice is about.
func subjectOf(kind string) string {
	switch kind {
	case api.NoticeAccountFailed, api.NoticeAccountReady:
		return "Account"
	case api.NoticeDigest:
		return "Digest"
	}
	return "Record"
}

// body is the mail itself: a sentence, and what is known, one a line.
func (d Deployment) body(n api.Notice) string {
	var b strings.Builder
	fmt.Fprintf(&b, headlineOf(n).sentence+"\n\n", oneLine(n.Name))
	for _, f := range []struct{ label, value string }{
		{subjectOf(n.Type), oneLine(n.Name)},
		{"Domains", oneLine(domains(n))},
		{"Reason", oneLine(string(n.Reason))},
		{"Message", indented(n.Message)},
		{"What to do", api.Remedy(n.Reason)},
		{"More", oneLine(d.link(n.Reason))},
		{"Next attempt", moment(n.NextAttemptAt)},
		{"Valid until", moment(n.NotAfter)},
		{"Certificate", oneLine(n.ARN)},
		{"AWS account", oneLine(d.Account)},
		{"Region", oneLine(d.Region)},
		{"Deployment", oneLine(d.Table)},
		{"Time", moment(n.Time)},
		{"Notice", oneLine(n.ID)},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%-14s%s\n", f.label+":", f.value)
		}
	}
	for _, w := range n.Digest {
		b.WriteString("\n" + digestLines(w))
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
