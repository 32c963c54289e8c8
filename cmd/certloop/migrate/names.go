package migrate

import (
	"strconv"
	"strings"

	"certloop/reconciler/api"
)

// maxName is the length of a record's name (api.ValidateName).
const maxName = 63

// Namer gives records names that are valid and unique. Its zero value has given none.
type Namer struct{ taken map[string]bool }

// Take marks a name as used.
func (n *Namer) Take(name string) {
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	n.taken[name] = true
}

// Name returns a valid name that is not used yet, as near to text as possible, and marks it as used. The name of
// *.example.com is wildcard.example.com.
func (n *Namer) Name(text string) string {
	base := plain(text)
	name := base
	for i := 2; n.taken[name]; i++ {
		suffix := "-" + strconv.Itoa(i)
		name = strings.TrimRight(base[:min(len(base), maxName-len(suffix))], ".-") + suffix
	}
	n.Take(name)
	return name
}

// plain returns text in the characters of a record's name.
func plain(text string) string {
	if rest, ok := strings.CutPrefix(text, "*."); ok {
		text = "wildcard." + rest
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, text)
	name = strings.Trim(name[:min(len(name), maxName)], ".-")
	if api.ValidateName(name) != nil {
		return "certificate"
	}
	return name
}
