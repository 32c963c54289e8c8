package contract

import (
	"context"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

var resolving = map[string]part{
	"a domain goes into the zone of its name":                               resolveApex,
	"a wildcard goes where its domain goes, and each domain comes once":     resolveWildcard,
	"a domain goes into the nearest zone above it":                          resolveNearest,
	"a name is taken without regard to case":                                resolveCase,
	"a CNAME is followed into another zone":                                 resolveAlias,
	"CNAMEs are followed one after another":                                 resolveChain,
	"CNAMEs in a circle are no zone":                                        resolveCircle,
	"a wildcard CNAME does not lead away from a zone of ours":               resolveWildcardAlias,
	"a private zone with a longer name is passed over":                      resolvePrivate,
	"only a private zone is none":                                           resolveOnlyPrivate,
	"a domain without a zone is reported with its name":                     resolveNone,
	"every domain without a zone is reported":                               resolveSeveral,
	"a zone to which nothing leads is passed over for the delegated one":    resolveIdleLonger,
	"a zone to which nothing leads is reported with its name servers":       resolveIdle,
	"of two zones of one name the delegated one is taken":                   resolveTwins,
	"the zone that the record names is taken":                               resolveNamed,
	"a zone that the record names and that does not exist is reported":      resolveNamedGone,
	"a zone that the record names and that is private is reported":          resolveNamedPrivate,
	"a zone that the record names must hold the name":                       resolveNamedOther,
	"a zone that the record names must be the one that the public DNS asks": resolveNamedOuter,
	"a zone that the record names must be the delegated one of its name":    resolveNamedIdle,
	"an ended context is a transient error of every method":                 endedContext,
}

func wantZone(t *testing.T, got []api.ChallengeZone, want ...api.ChallengeZone) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("resolved to %+v, want %+v", got, want)
	}
}

func resolveApex(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	wantZone(t, s.resolved(t, "", name), api.ChallengeZone{Domain: name, FQDN: challenge(name), Zone: zone})
}

func resolveWildcard(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	wantZone(t, s.resolved(t, "", "*."+name, "www."+name, name),
		api.ChallengeZone{Domain: name, FQDN: challenge(name), Zone: zone},
		api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolveNearest(t *testing.T, s Subject) {
	name, outer := s.zoned(t)
	inner := s.Zone(t, "sub."+name)
	wantZone(t, s.resolved(t, "", "a.b.sub."+name, "a.b."+name, "notsub."+name),
		api.ChallengeZone{Domain: "a.b.sub." + name, FQDN: challenge("a.b.sub." + name), Zone: inner},
		api.ChallengeZone{Domain: "a.b." + name, FQDN: challenge("a.b." + name), Zone: outer},
		api.ChallengeZone{Domain: "notsub." + name, FQDN: challenge("notsub." + name), Zone: outer})
}

func resolveCase(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	wantZone(t, s.resolved(t, "", "WWW."+strings.ToUpper(name)),
		api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolveAlias(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	other, delegated := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "CNAME", TTL: 60, Values: []string{"Here." + other + "."}})
	wantZone(t, s.resolved(t, "", "*."+name, "www."+name),
		api.ChallengeZone{Domain: name, FQDN: "here." + other, Zone: delegated},
		api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolveChain(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	other, delegated := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "CNAME", TTL: 60, Values: []string{"one." + name}})
	s.Put(t, zone, Set{Name: "one." + name, Type: "CNAME", TTL: 60, Values: []string{"two." + other}})
	s.Put(t, delegated, Set{Name: "two." + other, Type: "CNAME", TTL: 60, Values: []string{"three." + other}})
	wantZone(t, s.resolved(t, "", name), api.ChallengeZone{Domain: name, FQDN: "three." + other, Zone: delegated})
}

func resolveCircle(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: challenge(name), Type: "CNAME", TTL: 60, Values: []string{"one." + name}})
	s.Put(t, zone, Set{Name: "one." + name, Type: "CNAME", TTL: 60, Values: []string{challenge(name)}})
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, "")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, name+":", "loop", challenge(name)+" → one."+name+" → "+challenge(name))
}

func resolveWildcardAlias(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.Put(t, zone, Set{Name: "*." + name, Type: "CNAME", TTL: 60, Values: []string{"balancer." + domain()}})
	wantZone(t, s.resolved(t, "", "www."+name), api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolvePrivate(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.PrivateZone(t, "www."+name)
	s.PrivateZone(t, name)
	wantZone(t, s.resolved(t, "", "www."+name), api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolveOnlyPrivate(t *testing.T, s Subject) {
	name := domain()
	s.PrivateZone(t, name)
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, "")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, name+":")
}

func resolveNone(t *testing.T, s Subject) {
	name, _ := s.zoned(t)
	other := domain()
	_, err := s.Resolve(t.Context(), s.Role, []string{name, "*." + other}, "")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, other+":", "no public hosted zone")
	if strings.Contains(api.MessageOf(err), name+":") {
		t.Errorf("a domain that has a zone is reported: %s", api.MessageOf(err))
	}
}

func resolveSeveral(t *testing.T, s Subject) {
	one, two := domain(), domain()
	_, err := s.Resolve(t.Context(), s.Role, []string{one, two}, "")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, one+":", two+":")
}

func resolveIdleLonger(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	s.IdleZone(t, "sub."+name)
	wantZone(t, s.resolved(t, "", "sub."+name), api.ChallengeZone{Domain: "sub." + name, FQDN: challenge("sub." + name), Zone: zone})
}

func resolveIdle(t *testing.T, s Subject) {
	name := domain()
	id := s.IdleZone(t, name)
	_, err := s.Resolve(t.Context(), s.Role, []string{"www." + name}, "")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotDelegated, "www."+name+":", id, "awsdns")
}

func resolveTwins(t *testing.T, s Subject) {
	name := domain()
	s.IdleZone(t, name)
	zone := s.Zone(t, name)
	s.IdleZone(t, name)
	wantZone(t, s.resolved(t, "", name), api.ChallengeZone{Domain: name, FQDN: challenge(name), Zone: zone})
}

func resolveNamed(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	wantZone(t, s.resolved(t, zone, "www."+name), api.ChallengeZone{Domain: "www." + name, FQDN: challenge("www." + name), Zone: zone})
}

func resolveNamedGone(t *testing.T, s Subject) {
	name, _ := s.zoned(t)
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, "ZNOTTHERE")
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, name+":", "ZNOTTHERE")
}

func resolveNamedPrivate(t *testing.T, s Subject) {
	name, _ := s.zoned(t)
	zone := s.PrivateZone(t, name)
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, zone)
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, name+":", zone, "private")
}

func resolveNamedOther(t *testing.T, s Subject) {
	name, _ := s.zoned(t)
	_, zone := s.zoned(t)
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, zone)
	wantKind(t, err, api.Terminal, api.ReasonZoneNotFound, name+":", zone, challenge(name))
}

func resolveNamedOuter(t *testing.T, s Subject) {
	name, outer := s.zoned(t)
	s.Zone(t, "sub."+name)
	_, err := s.Resolve(t.Context(), s.Role, []string{"sub." + name}, outer)
	wantKind(t, err, api.Terminal, api.ReasonZoneNotDelegated, "sub."+name+":", outer)
}

func resolveNamedIdle(t *testing.T, s Subject) {
	name, _ := s.zoned(t)
	idle := s.IdleZone(t, name)
	_, err := s.Resolve(t.Context(), s.Role, []string{name}, idle)
	wantKind(t, err, api.Terminal, api.ReasonZoneNotDelegated, name+":", idle)
}

func endedContext(t *testing.T, s Subject) {
	name, zone := s.zoned(t)
	id := s.published(t, zone, txt(name, "there"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for method, call := range map[string]func() error{
		"Resolve": func() error { _, err := s.Resolve(ctx, s.Role, []string{name}, ""); return err },
		"Publish": func() error { _, err := s.Publish(ctx, s.Role, zone, []api.TXT{txt(name, "more")}); return err },
		"InSync":  func() error { _, err := s.InSync(ctx, s.Role, id); return err },
		"Remove":  func() error { return s.Remove(ctx, s.Role, zone, []api.TXT{txt(name, "there")}) },
	} {
		if err := call(); api.KindOf(err) != api.Transient {
			t.Errorf("%s: error of kind %q: %v", method, api.KindOf(err), err)
		}
	}
	s.wantSet(t, zone, challenge(name), 0, `"there"`)
}
