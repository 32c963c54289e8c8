// Package contract is what every reader of CAA records must do for the loop, seen through its port.
package contract

import (
	"strings"
	"testing"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a reader under test, and the public DNS that it reads. The DNS has the zone example.com.
type Subject struct {
	ports.CAA
	// Put adds a record set: its name, its type and its values as a zone file has them.
	Put func(t *testing.T, name, kind string, values ...string)
}

// Run runs the whole contract, each part on a subject of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a name without records has an empty set":                       none,
		"the records of the name itself are its set":                    own,
		"the nearest name above counts, and none farther up":            nearest,
		"a wildcard has the set of its name, and names come once":       wildcards,
		"a CNAME is followed, and the climb goes on above the own name": aliases,
		"flags, tag and value come as they are":                         verbatim,
		"names are compared without case":                               capitals,
	}, nil, subject)
}

// read returns the sets in a short form: domain, name, owner, records.
func (s Subject) read(t *testing.T, domains ...string) string {
	t.Helper()
	sets, err := s.ReadCAA(t.Context(), domains)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, set := range sets {
		line := set.Domain + " " + set.Name
		if set.Owner != set.Name {
			line += " via " + set.Owner
		}
		for _, r := range set.Records {
			line += " " + r.Tag + "=" + r.Value
		}
		if set.Err != nil {
			line += " error " + api.MessageOf(set.Err)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func (s Subject) want(t *testing.T, want string, domains ...string) {
	t.Helper()
	if got := s.read(t, domains...); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func none(t *testing.T, s Subject) { s.want(t, "www.example.com ", "www.example.com") }

func own(t *testing.T, s Subject) {
	s.Put(t, "www.example.com", "CAA", `0 issue "ca.test"`)
	s.want(t, "www.example.com www.example.com issue=ca.test", "www.example.com")
}

func nearest(t *testing.T, s Subject) {
	s.Put(t, "example.com", "CAA", `0 issue "far.test"`)
	s.Put(t, "b.example.com", "CAA", `0 issue "near.test"`)
	s.want(t, "a.b.example.com b.example.com issue=near.test; c.example.com example.com issue=far.test", "a.b.example.com", "c.example.com")
}

func wildcards(t *testing.T, s Subject) {
	s.Put(t, "b.example.com", "CAA", `0 issuewild "ca.test"`)
	s.want(t, "b.example.com b.example.com issuewild=ca.test", "*.b.example.com", "b.example.com")
}

func aliases(t *testing.T, s Subject) {
	s.Put(t, "example.com", "CAA", `0 issue "ca.test"`)
	s.Put(t, "edge.example.com", "CAA", `0 issue "cdn.test"`)
	s.Put(t, "www.example.com", "CNAME", "edge.example.com.")
	s.Put(t, "below.edge.example.com", "TXT", `"x"`)
	s.Put(t, "api.example.com", "CNAME", "below.edge.example.com.")
	s.want(t, "www.example.com www.example.com via edge.example.com issue=cdn.test; api.example.com example.com issue=ca.test",
		"www.example.com", "api.example.com")
}

func verbatim(t *testing.T, s Subject) {
	s.Put(t, "example.com", "CAA", `128 tbs "Unknown"`, `0 issue "ca.test; accounturi=https://ca.test/acct/1; validationmethods=dns-01"`)
	sets, err := s.ReadCAA(t.Context(), []string{"example.com"})
	if err != nil || len(sets) != 1 || len(sets[0].Records) != 2 {
		t.Fatalf("%+v, %v", sets, err)
	}
	for _, r := range sets[0].Records {
		if r.Tag == "tbs" && (r.Flags != 128 || r.Value != "Unknown") || r.Tag == "issue" && r.Value != "ca.test; accounturi=https://ca.test/acct/1; validationmethods=dns-01" {
			t.Errorf("%+v", r)
		}
	}
}

func capitals(t *testing.T, s Subject) {
	s.Put(t, "example.com", "CAA", `0 issue "ca.test"`)
	s.want(t, "www.example.com example.com issue=ca.test", "WWW.Example.com")
}
