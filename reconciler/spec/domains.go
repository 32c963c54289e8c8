package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// domain is one name of a record, as given and as a CA accepts it.
type domain struct{ at, given, name string }

// domains reads a list or a set of DNS names into A-labels: a list in its order, a set sorted.
func (f fields) domains() []string {
	given, isSet := f.givenDomains()
	var good []domain
	for _, d := range given {
		var problem string
		if d.name, problem = hostname(d.given); problem != "" {
			f.problems.add(d.at, "%s", problem)
			continue
		}
		good = append(good, d)
	}
	if isSet {
		slices.SortFunc(good, func(a, b domain) int { return cmp.Compare(a.name, b.name) })
	}
	f.overlaps(good)
	var names []string
	for _, d := range good {
		names = append(names, d.name)
	}
	return names
}

// givenDomains reads the strings of the attribute without checking them.
func (f fields) givenDomains() (given []domain, isSet bool) {
	switch v := f.values["domains"].(type) {
	case nil:
		f.wrong("domains", "is missing: give 1 to %d DNS names", api.MaxDomains)
	case []any:
		f.checkCount(len(v))
		return f.listedDomains(v[:min(len(v), api.MaxDomains)]), false
	case []string:
		f.checkCount(len(v))
		for _, s := range slices.Sorted(slices.Values(v))[:min(len(v), api.MaxDomains)] {
			given = append(given, domain{at: "domains", given: s})
		}
		return given, true
	default:
		f.wrong("domains", "is %s, not a list: write a list of DNS names (L or SS in DynamoDB)", typeName(v))
	}
	return nil, false
}

func (f fields) checkCount(n int) {
	switch {
	case n == 0:
		f.wrong("domains", "is empty: give 1 to %d DNS names", api.MaxDomains)
	case n > api.MaxDomains:
		f.wrong("domains", "has %d names: use at most %d, and a second record for the rest", n, api.MaxDomains)
	}
}

func (f fields) listedDomains(list []any) []domain {
	var given []domain
	for i, v := range list {
		at := fmt.Sprintf("domains[%d]", i)
		s, ok := v.(string)
		if !ok {
			f.problems.add(at, "%s", notText(v))
			continue
		}
		given = append(given, domain{at: at, given: s})
	}
	return given
}

// overlaps reports duplicate names, and names that a wildcard of the record covers: CAs refuse an order with either, or
// drop a name without an error.
func (f fields) overlaps(all []domain) {
	first := map[string]domain{}
	for _, d := range all {
		if before, ok := first[d.name]; ok {
			f.problems.add(d.at, "%s and %s are the same name, %s: remove one", api.Quote(d.given), before.shown(), d.name)
			continue
		}
		first[d.name] = d
	}
	for _, d := range all {
		_, parent, _ := strings.Cut(d.name, ".")
		wildcard, ok := first["*."+parent]
		if ok && wildcard.name != d.name {
			f.problems.add(d.at, "%s is covered by %s: remove one", api.Quote(d.given), wildcard.shown())
		}
	}
}

// shown returns the name as given, with its position if it has one.
func (d domain) shown() string {
	if d.at == "domains" {
		return api.Quote(d.given)
	}
	return api.Quote(d.given) + " (" + d.at + ")"
}
