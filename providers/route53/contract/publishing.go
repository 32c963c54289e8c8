package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

var publishing = map[string]part{
	"a value is published with a short TTL":                      publishOne,
	"what is published the public DNS shows":                     publishSeen,
	"the values of a domain and its wildcard share a name":       publishShared,
	"a value is added to those of others, whose TTL stays":       publishBeside,
	"values of others stay as they are written":                  publishVerbatim,
	"what is there already is not published again":               publishAgain,
	"only the names that lack their value are changed":           publishRest,
	"the name of a value is taken without regard to case":        publishCase,
	"a value with quotation marks comes out as it went in":       publishQuotes,
	"a value of more than 255 characters comes out as it went":   publishLong,
	"a hundred names are published in one change":                publishHundred,
	"nothing to publish is no change":                            publishNothing,
	"a name outside the zone is refused for good":                publishOutside,
	"a name with a CNAME is refused for good":                    publishAlias,
	"a zone that is deleted is reported":                         publishGone,
	"a change that nobody made is not known":                     unknownChange,
	"a name below a wildcard is published beside it":             publishBelowWildcard,
	"values that look like one another are kept apart":           publishAlike,
	"a set with another type at the name is no hindrance":        publishOtherType,
	"names next to one another in the listing are kept apart":    publishNeighbours,
	"a TXT set of many values keeps them all":                    publishMany,
	"values at many names among many others find their own sets": publishAmongMany,
}

func publishOne(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	if id := s.published(t, zone, txt(name, "one")); id == "" || strings.Contains(id, "/") {
		t.Errorf("the change is %q", id)
	}
	s.wantSet(t, zone, challenge(name), 0, `"one"`)
	if ttl := s.Sets(t, zone, challenge(name))[0].TTL; ttl > 60 {
		t.Errorf("the TTL is %d", ttl)
	}
}

func publishSeen(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.synced(t, s.published(t, zone, txt(name, "seen")))
	if got := s.TXT(t, challenge(name)); !slices.Equal(got, []string{"seen"}) {
		t.Errorf("the public DNS shows %q", got)
	}
}

func publishShared(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt(name, "of-the-domain"), txt(name, "of-the-wildcard"), txt(name, "of-the-domain"))
	s.wantSet(t, zone, challenge(name), 0, `"of-the-domain"`, `"of-the-wildcard"`)
}

func publishBeside(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 1234, Values: []string{`"theirs"`, `"theirs too"`}})
	s.published(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 1234, `"theirs"`, `"theirs too"`, `"ours"`)
}

func publishVerbatim(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	theirs := []string{`"one" "two"`, `"a \"quoted\" word"`, `"back\\slash"`, `"octal \101"`, `"  spaces  "`}
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 60, Values: theirs})
	s.published(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 60, append(slices.Clone(theirs), `"ours"`)...)
	s.removed(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 60, theirs...)
}

func publishAgain(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 60, Values: []string{`"on" "e"`, `"two"`}})
	if id := s.published(t, zone, txt(name, "one"), txt(name, "two")); id != "" {
		t.Errorf("the change is %q", id)
	}
	s.wantSet(t, zone, challenge(name), 60, `"on" "e"`, `"two"`)
}

func publishRest(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt("a."+name, "a"))
	if id := s.published(t, zone, txt("a."+name, "a"), txt("b."+name, "b")); id == "" {
		t.Error("no change")
	}
	s.wantSet(t, zone, challenge("a."+name), 0, `"a"`)
	s.wantSet(t, zone, challenge("b."+name), 0, `"b"`)
}

func publishCase(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, api.TXT{FQDN: "_ACME-challenge." + strings.ToUpper(name), Value: "Kept As It Is"})
	s.published(t, zone, txt(name, "second"))
	s.wantSet(t, zone, challenge(name), 0, `"Kept As It Is"`, `"second"`)
	s.removed(t, zone, api.TXT{FQDN: challenge(strings.ToUpper(name)), Value: "second"})
	s.wantSet(t, zone, challenge(name), 0, `"Kept As It Is"`)
}

func publishQuotes(t *testing.T, s Subject) { roundTrip(t, s, `say "hello" \ twice`) }

func publishLong(t *testing.T, s Subject) { roundTrip(t, s, strings.Repeat("0123456789", 60)) }

// roundTrip publishes a value, reads it, and removes it.
func roundTrip(t *testing.T, s Subject, value string) {
	name, zone := s.zoned(t)
	s.synced(t, s.published(t, zone, txt(name, value), txt(name, "other")))
	if id := s.published(t, zone, txt(name, value)); id != "" {
		t.Errorf("it was not recognised: %v", s.Sets(t, zone, challenge(name)))
	}
	if got := s.TXT(t, challenge(name)); !slices.Contains(got, value) {
		t.Errorf("the public DNS shows %q", got)
	}
	s.removed(t, zone, txt(name, value))
	s.wantSet(t, zone, challenge(name), 0, `"other"`)
}

func publishHundred(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	var values []api.TXT
	for i := range 100 {
		values = append(values, txt(fmt.Sprintf("h%d.%s", i, name), fmt.Sprintf("value-%d", i)))
	}
	if id := s.published(t, zone, values...); id == "" {
		t.Error("no change")
	}
	const step = 9 // some of them: each look is a listing
	for i := 0; i < 100; i += step {
		s.wantSet(t, zone, challenge(fmt.Sprintf("h%d.%s", i, name)), 0, fmt.Sprintf(`"value-%d"`, i))
	}
	s.removed(t, zone, values...)
	for i := 0; i < 100; i += step {
		s.wantSet(t, zone, challenge(fmt.Sprintf("h%d.%s", i, name)), 0)
	}
}

func publishNothing(t *testing.T, s Subject) {
	_, zone := s.zoned(t)
	if id := s.published(t, zone); id != "" {
		t.Errorf("the change is %q", id)
	}
	s.removed(t, zone)
}

func publishOutside(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	_, err := s.Publish(t.Context(), s.Role, zone, []api.TXT{txt(name, "in"), txt(domain(), "out")})
	wantKind(t, err, api.Terminal, api.ReasonDNSFailed, zone)
	s.wantSet(t, zone, challenge(name), 0)
}

func publishAlias(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "CNAME", TTL: 60, Values: []string{"elsewhere.example"}})
	_, err := s.Publish(t.Context(), s.Role, zone, []api.TXT{txt(name, "ours")})
	wantKind(t, err, api.Terminal, api.ReasonDNSFailed, zone, "CNAME")
}

func publishGone(t *testing.T, s Subject) {
	_, err := s.Publish(t.Context(), s.Role, "ZNOTTHERE", []api.TXT{txt(domain(), "ours")})
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, "ZNOTTHERE")
}

func unknownChange(t *testing.T, s Subject) {
	synced, err := s.InSync(t.Context(), s.Role, "CNOTTHERE")
	wantKind(t, err, api.NotFound, api.ReasonDNSFailed)
	if synced {
		t.Error("it is in sync")
	}
}

func publishBelowWildcard(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: "*." + name, Type: "TXT", TTL: 60, Values: []string{`"everywhere"`}})
	s.published(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 0, `"ours"`)
	s.wantSet(t, zone, "*."+name, 60, `"everywhere"`)
}

func publishAlike(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.published(t, zone, txt(name, "abc"), txt(name, "ABC"), txt(name, "abc "), txt(name, "ab"))
	s.removed(t, zone, txt(name, "abc"))
	s.wantSet(t, zone, challenge(name), 0, `"ABC"`, `"abc "`, `"ab"`)
}

func publishOtherType(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "A", TTL: 60, Values: []string{"192.0.2.1"}})
	s.Put(t, zone, Set{Name: challenge(name), Type: "SPF", TTL: 60, Values: []string{`"ours"`}})
	if id := s.published(t, zone, txt(name, "ours")); id == "" {
		t.Error("no change")
	}
	s.removed(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 0)
}

func publishNeighbours(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	near := []string{"a." + name, "a-b." + name, "a0." + name, "a_b." + name, "b.a." + name, "aa." + name}
	for i, n := range near {
		if i%2 == 0 {
			s.Put(t, zone, Set{Name: challenge(n), Type: "TXT", TTL: 60, Values: []string{`"theirs"`}})
		}
	}
	var values []api.TXT
	for _, n := range near {
		values = append(values, txt(n, "ours"))
	}
	s.published(t, zone, values...)
	for i, n := range near {
		want := []string{`"ours"`}
		if i%2 == 0 {
			want = append(want, `"theirs"`)
		}
		s.wantSet(t, zone, challenge(n), 0, want...)
	}
}

func publishMany(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	var theirs []string
	for i := range 50 {
		theirs = append(theirs, fmt.Sprintf(`"theirs-%d"`, i))
	}
	s.Put(t, zone, Set{Name: challenge(name), Type: "TXT", TTL: 60, Values: theirs})
	s.published(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 60, append(slices.Clone(theirs), `"ours"`)...)
	s.removed(t, zone, txt(name, "ours"))
	s.wantSet(t, zone, challenge(name), 60, theirs...)
}

func publishAmongMany(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	for i := range 20 {
		s.Put(t, zone, Set{Name: fmt.Sprintf("h%d.%s", i, name), Type: "A", TTL: 60, Values: []string{"192.0.2.1"}})
		if i%3 == 0 {
			s.Put(t, zone, Set{Name: challenge(fmt.Sprintf("h%d.%s", i, name)), Type: "TXT", TTL: 60, Values: []string{`"theirs"`}})
		}
	}
	var values []api.TXT
	for i := range 20 {
		values = append(values, txt(fmt.Sprintf("h%d.%s", i, name), "ours"))
	}
	s.published(t, zone, values...)
	s.removed(t, zone, values...)
	for i := range 20 {
		if i%3 == 0 {
			s.wantSet(t, zone, challenge(fmt.Sprintf("h%d.%s", i, name)), 60, `"theirs"`)
		} else {
			s.wantSet(t, zone, challenge(fmt.Sprintf("h%d.%s", i, name)), 0)
		}
	}
}
