package spec

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"certloop/reconciler/api"

	"golang.org/x/net/idna"
)

// maxLabel is the most bytes of a label (RFC 1035 section 2.3.4). maxHostname is the most bytes of a name that is
// proved by DNS-01: the CA queries _acme-challenge.<name> (RFC 8555 section 8.4).
const (
	maxLabel    = 63
	maxHostname = api.MaxDNSName - len("_acme-challenge.")
)

// names is IDNA2008 with the mappings of UTS 46, as in a browser. "--" in third and fourth place is refused except in
// A-labels: the CA/Browser Forum's Baseline Requirements forbid it.
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.CheckHyphens(true))

// dots are the characters that IDNA treats as a full stop (RFC 3490 section 3.1).
var dots = strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".")

// hostname returns a DNS name as a CA accepts it: lower-case A-labels, no final dot, possibly "*." in front. problem is
// the problem with its remedy; then the name is empty.
func hostname(given string) (name, problem string) {
	if problem := tooLong(given); problem != "" {
		return "", problem
	}
	if problem := notAName(given); problem != "" {
		return "", problem
	}
	// A name from a zone file ends with a dot and means the same.
	whole := strings.TrimSuffix(dots.Replace(given), ".")
	base, wildcard := strings.CutPrefix(whole, "*.")
	if strings.Contains(base, "*") {
		return "", api.Quote(given) + ` has "*" in a place where it means nothing: only the whole leftmost label may be "*"`
	}
	base, problem = toASCII(base)
	switch {
	case problem != "":
		return "", api.Quote(given) + " " + problem
	case !strings.Contains(base, ".") && wildcard:
		return "", api.Quote(given) + ` stands for a whole top-level domain: give at least two labels after "*."`
	case !strings.Contains(base, "."):
		return "", api.Quote(given) + " has no dot: give the full name, such as www.example.com"
	case wildcard:
		base = "*." + base
	}
	return base, ""
}

// tooLong returns the problem of a name that is too long to be parsed: punycode takes time that grows with the square
// of a label. In A-labels a name has at least as many bytes as it has characters here. It does not repeat the value,
// which may be a URL with a password.
func tooLong(given string) string {
	if n := utf8.RuneCountInString(given); n > api.MaxDNSName+len("*..") {
		return fmt.Sprintf("has %d characters: use at most %d, the CA asks DNS for _acme-challenge. and the name", n, maxHostname)
	}
	return ""
}

// notAName recognizes other things that contain a name. A URL may contain a password, so it is not repeated.
func notAName(given string) string {
	host := strings.Trim(given, "[]")
	_, notAddress := netip.ParseAddr(host)
	_, notNetwork := netip.ParsePrefix(host)
	switch {
	case given == "":
		return "is empty: remove it or give a name"
	case strings.Contains(given, "://"):
		if u, err := url.Parse(given); err == nil && u.Hostname() != "" {
			return fmt.Sprintf("is a URL: give the name only, %s", api.Quote(u.Hostname()))
		}
		return "is a URL: give the name only"
	case notAddress == nil || notNetwork == nil:
		return api.Quote(given) + " is an IP address: only names can be proved by DNS, give one"
	case strings.Contains(given, "@"):
		return api.Quote(given) + " is an e-mail address: give a DNS name"
	case strings.ContainsAny(given, "/?#"):
		return api.Quote(given) + " has a path: give the name only"
	case strings.Contains(given, ":"):
		return api.Quote(given) + " has a port: give the name only"
	}
	return ""
}

// toASCII turns a name without wildcard into lower-case A-labels.
func toASCII(base string) (ascii, problem string) {
	// First come the labels that need no IDNA, whose problems can be stated; IDNA's own errors are not specific.
	for label := range strings.SplitSeq(base, ".") {
		if problem := labelProblem(label); isASCII(label) && problem != "" {
			return "", problem
		}
		if n := utf8.RuneCountInString(label); n > maxLabel {
			return "", fmt.Sprintf("has a label of %d characters, %s: use at most %d", n, api.Quote(label), maxLabel)
		}
	}
	ascii, err := names.ToASCII(base)
	if err != nil {
		return "", "is not a valid international name (" + strings.TrimPrefix(err.Error(), "idna: ") + "): check its spelling"
	}
	// The result is checked again: a name must never become a different one.
	if !roundTrips(ascii) {
		return "", "does not survive the way into Unicode and back: check its spelling"
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if problem := labelProblem(label); problem != "" {
			return "", problem
		}
	}
	if len(ascii) > maxHostname {
		return "", fmt.Sprintf("has %d characters: use at most %d, the CA asks DNS for _acme-challenge. and the name", len(ascii), maxHostname)
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return "", "ends with a number, which no top-level domain is: give a DNS name"
	}
	return ascii, ""
}

// roundTrips reports whether an A-label stands for exactly one U-label.
func roundTrips(ascii string) bool {
	unicode, err := names.ToUnicode(ascii)
	if err != nil {
		return false
	}
	again, err := names.ToASCII(unicode)
	return err == nil && again == ascii
}

// labelProblem returns the problem of a label of ASCII letters, in upper or lower case (RFC 1123 section 2.1), or "".
func labelProblem(label string) string {
	stray := strings.IndexFunc(label, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	})
	switch {
	case label == "":
		return "has two dots in a row or a dot in front: remove one"
	case strings.Contains(label, "_"):
		return `holds "_", which no CA puts into a certificate: use another name`
	case stray >= 0:
		return fmt.Sprintf(`holds %q: use letters, digits and "-"`, []rune(label[stray:])[0])
	case len(label) > maxLabel:
		return fmt.Sprintf("has a label of %d characters, %s: use at most %d", len(label), api.Quote(label), maxLabel)
	case label[0] == '-' || label[len(label)-1] == '-':
		return fmt.Sprintf(`has the label %s: a label neither begins nor ends with "-"`, api.Quote(label))
	case len(label) > 3 && label[2:4] == "--" && !strings.EqualFold(label[:2], "xn"):
		return fmt.Sprintf(`has the label %s: "--" in third and fourth place is reserved, use another name`, api.Quote(label))
	}
	return ""
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}
