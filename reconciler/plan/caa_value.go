package plan

import (
	"strings"

	"certloop/reconciler/api"
)

// caaIssuer is the value of an issue or issuewild property (RFC 8659 section 4.2).
type caaIssuer struct {
	// domain is the name of a CA, in lower case; empty: no CA.
	domain     string
	parameters []caaParameter
}

// caaParameter is one parameter; its tag is in lower case.
type caaParameter struct{ tag, value string }

// parseCAAIssuer parses the value of an issue or issuewild property; false: it does not match the grammar, so that no CA may use
// it.
func parseCAAIssuer(value string) (caaIssuer, bool) {
	head, rest, _ := strings.Cut(value, ";")
	issuer := caaIssuer{domain: strings.ToLower(trimSpace(head))}
	if issuer.domain != "" && !api.IsIssuerName(issuer.domain) {
		return caaIssuer{}, false
	}
	if rest = trimSpace(rest); rest == "" {
		return issuer, true
	}
	for part := range strings.SplitSeq(rest, ";") {
		p, ok := parseCAAParameter(trimSpace(part))
		if !ok {
			return caaIssuer{}, false
		}
		issuer.parameters = append(issuer.parameters, p)
	}
	return issuer, true
}

func parseCAAParameter(s string) (caaParameter, bool) {
	tag, value, found := strings.Cut(s, "=")
	p := caaParameter{strings.ToLower(trimSpace(tag)), trimSpace(value)}
	if !found || !api.IsCAALabel(p.tag) {
		return caaParameter{}, false
	}
	for _, c := range []byte(p.value) {
		if c < 0x21 || c > 0x7e || c == ';' {
			return caaParameter{}, false
		}
	}
	return p, true
}

// trimSpace removes what the grammar calls WSP: spaces and tabs.
func trimSpace(s string) string { return strings.Trim(s, " \t") }

// values returns the values of the parameter.
func (i caaIssuer) values(tag string) []string {
	var values []string
	for _, p := range i.parameters {
		if p.tag == tag {
			values = append(values, p.value)
		}
	}
	return values
}

// methodDNS01 is the only validation method that certloop uses (RFC 8555 section 8.4).
const methodDNS01 = "dns-01"

// allowsAccount reports whether the parameter accounturi lets the account issue (RFC 8657 section 3): there is none, or exactly one
// with this URL. An unknown URL is not judged.
func (i caaIssuer) allowsAccount(url string) bool {
	pinned := i.values("accounturi")
	return len(pinned) == 0 || len(pinned) == 1 && (url == "" || pinned[0] == url)
}

// allowsDNS01 reports whether the parameter validationmethods allows dns-01 (RFC 8657 section 4): there is none, or exactly one
// whose list has it.
func (i caaIssuer) allowsDNS01() bool {
	lists := i.values("validationmethods")
	if len(lists) != 1 {
		return len(lists) == 0
	}
	for method := range strings.SplitSeq(lists[0], ",") {
		if method == methodDNS01 {
			return true
		}
	}
	return false
}

// CAAIssueValue returns the value of a CAA property that allows this account of the CA, and no validation method but dns-01
// (RFC 8657).
func CAAIssueValue(issuer, accountURL string) string {
	value := issuer
	if accountURL != "" {
		value += "; accounturi=" + accountURL
	}
	return value + "; validationmethods=" + methodDNS01
}

// CAALine returns a CAA record in the form of a zone file.
func CAALine(name, tag, value string) string { return name + ". CAA 0 " + tag + ` "` + value + `"` }
