// Package contract is what every DNS must do for the loop, seen through its port. The strict fake passes all of it; an
// emulator passes what it enforces, and names the rest with the reason.
package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Set is a record set as others write and read it: a name without a dot at the end, values as Route 53 has them.
type Set struct {
	Name, Type string
	TTL        int64
	Values     []string
}

// Subject is a DNS under test, and what other users do in it.
type Subject struct {
	ports.DNS
	Role api.Role
	// Zone makes a public hosted zone to which the public DNS leads; PrivateZone a private one; IdleZone a public one to
	// which nothing leads.
	Zone, PrivateZone, IdleZone func(t *testing.T, name string) (id string)
	// Put creates a record set, Replace puts another in place of one; Sets are the TXT sets at a name.
	Put     func(t *testing.T, zone string, s Set)
	Replace func(t *testing.T, zone string, old, s Set)
	Sets    func(t *testing.T, zone, name string) []Set
	// TXT is what the public DNS answers, CNAMEs followed.
	TXT func(t *testing.T, name string) []string
	// NotEnforced are, by sentence, the parts that an emulator does not enforce, with the reason.
	NotEnforced map[string]string
}

type part = func(*testing.T, Subject)

// Run runs the whole contract on s.
func Run(t *testing.T, s Subject) {
	all := map[string]part{}
	for _, some := range []map[string]part{resolving, publishing, removing, racing} {
		maps.Copy(all, some)
	}
	for sentence := range s.NotEnforced {
		if all[sentence] == nil {
			t.Errorf("not enforced is %q, which is no part of the contract", sentence)
		}
	}
	for _, sentence := range slices.Sorted(maps.Keys(all)) {
		t.Run(sentence, func(t *testing.T) {
			if reason, ok := s.NotEnforced[sentence]; ok {
				t.Skip("not enforced by the emulator: " + reason)
			}
			all[sentence](t, s)
		})
	}
}

var counter atomic.Int64

// domain is a name that no other test has, with no zone above it.
func domain() string { return fmt.Sprintf("n%d.example", counter.Add(1)) }

// zoned is a domain with a zone of its own.
func (s Subject) zoned(t *testing.T) (domainName, zone string) {
	t.Helper()
	domainName = domain()
	return domainName, s.Zone(t, domainName)
}

func (s Subject) resolved(t *testing.T, zone string, domains ...string) []api.ChallengeZone {
	t.Helper()
	found, err := s.Resolve(t.Context(), s.Role, domains, zone)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (s Subject) published(t *testing.T, zone string, values ...api.TXT) string {
	t.Helper()
	id, err := s.Publish(t.Context(), s.Role, zone, values)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// synced looks until a change is in sync.
func (s Subject) synced(t *testing.T, id string) {
	t.Helper()
	for range 100 {
		synced, err := s.InSync(t.Context(), s.Role, id)
		if err != nil {
			t.Fatal(err)
		}
		if synced {
			return
		}
	}
	t.Fatalf("change %s is not in sync after 100 looks", id)
}

func (s Subject) removed(t *testing.T, zone string, values ...api.TXT) {
	t.Helper()
	if err := s.Remove(t.Context(), s.Role, zone, values); err != nil {
		t.Fatal(err)
	}
}

// wantSet holds that the one TXT set at name has that TTL (0: any) and these values, in quotation marks.
func (s Subject) wantSet(t *testing.T, zone, name string, ttl int64, values ...string) {
	t.Helper()
	found := s.Sets(t, zone, name)
	if len(values) == 0 && len(found) == 0 {
		return
	}
	if len(found) != 1 {
		t.Fatalf("%d TXT sets at %s: %v", len(found), name, found)
	}
	got := slices.Sorted(slices.Values(found[0].Values))
	slices.Sort(values)
	if !slices.Equal(got, values) || ttl != 0 && found[0].TTL != ttl {
		t.Errorf("%s holds %v with TTL %d, want %v with %d", name, got, found[0].TTL, values, ttl)
	}
}

func wantKind(t *testing.T, err error, kind api.ErrorKind, reason api.Reason, said ...string) {
	t.Helper()
	if api.KindOf(err) != kind || api.ReasonOf(err, "") != reason {
		t.Fatalf("error of kind %q and reason %q, want %q and %q: %v", api.KindOf(err), api.ReasonOf(err, ""), kind, reason, err)
	}
	for _, part := range said {
		if !strings.Contains(api.MessageOf(err), part) {
			t.Errorf("%q is not in: %s", part, api.MessageOf(err))
		}
	}
}

func challenge(domainName string) string { return "_acme-challenge." + domainName }

func txt(domainName, value string) api.TXT {
	return api.TXT{FQDN: challenge(domainName), Value: value}
}
