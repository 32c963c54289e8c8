package acme

import (
	"net/url"
	"slices"
	"strings"
)

// alternates returns the URLs of other chains for the same certificate (RFC 8555 section 7.4.2), each once, resolved
// against the URL at which the header was received (RFC 8288 section 3.1).
func alternates(base string, headers []string) []string {
	at, err := url.Parse(base)
	if err != nil {
		return nil
	}
	var urls []string
	for _, header := range headers {
		for rest := header; rest != ""; {
			var l link
			var ok bool
			if l, rest, ok = nextLink(rest); !ok || !l.alternate(at) {
				continue
			}
			if u, err := at.Parse(l.target); err == nil && !slices.Contains(urls, u.String()) {
				urls = append(urls, u.String())
			}
		}
	}
	return urls
}

// link is one link-value of a Link header (RFC 8288 section 3).
type link struct {
	target string
	// parameters have lower-case names; of those that are repeated the first counts (section 3.3).
	parameters map[string]string
}

// alternate reports whether the link has the relation type "alternate" among its own, for the resource at that URL.
func (l link) alternate(at *url.URL) bool {
	if anchor, ok := l.parameters["anchor"]; ok {
		if u, err := at.Parse(anchor); err != nil || u.String() != at.String() {
			return false
		}
	}
	return slices.ContainsFunc(strings.Fields(l.parameters["rel"]), func(rel string) bool { return strings.EqualFold(rel, "alternate") })
}

// nextLink reads one link-value and returns what follows it; false: there is none.
func nextLink(text string) (l link, rest string, ok bool) {
	text = strings.TrimLeft(text, " \t,")
	if !strings.HasPrefix(text, "<") {
		_, rest, _ = strings.Cut(text, ",")
		return l, rest, false
	}
	target, rest, ok := strings.Cut(text[1:], ">")
	if !ok {
		return l, "", false
	}
	l = link{target: strings.TrimSpace(target), parameters: map[string]string{}}
	for {
		rest = strings.TrimLeft(rest, " \t")
		if !strings.HasPrefix(rest, ";") {
			_, rest, _ = strings.Cut(rest, ",")
			return l, rest, true
		}
		var name, value string
		name, value, rest = nextParameter(rest[1:])
		if _, repeated := l.parameters[name]; !repeated && name != "" {
			l.parameters[name] = value
		}
	}
}

// nextParameter reads one parameter, whose value is a token or a quoted string, or missing.
func nextParameter(text string) (name, value, rest string) {
	end := strings.IndexAny(text, "=;,")
	if end < 0 {
		return strings.ToLower(strings.TrimSpace(text)), "", ""
	}
	name, rest = strings.ToLower(strings.TrimSpace(text[:end])), text[end:]
	if !strings.HasPrefix(rest, "=") {
		return name, "", rest
	}
	rest = strings.TrimLeft(rest[1:], " \t")
	if strings.HasPrefix(rest, `"`) {
		value, rest = quoted(rest[1:])
		return name, value, rest
	}
	if end = strings.IndexAny(rest, ";,"); end < 0 {
		end = len(rest)
	}
	return name, strings.TrimSpace(rest[:end]), rest[end:]
}

// quoted reads a quoted string after its first quote (RFC 9110 section 5.6.4).
func quoted(text string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
		case text[i] == '"':
			return b.String(), text[i+1:]
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}
