// Package contract is what every reader of name servers must do for the loop, seen through its port.
package contract

import (
	"fmt"
	"strings"
	"testing"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// World is the public DNS that the reader reads. It has the signed zone signed.test, the zones example.com and challenges.test, which
// are not signed, and _acme-challenge.cut.example.com, a zone of its own. Each zone has the servers ns1 and ns2 under
// <zone's first label>.servers.test, which all have addresses.
type World interface {
	// Put sets a record set of a zone, its values as a zone file has them.
	Put(zone, name, kind string, values ...string)
	// Make makes a name server answer in one of the ways below.
	Make(t *testing.T, server string, how How)
	// Delegate sets the name servers of a zone; those of the parent only where parent is true.
	DelegateTo(zone string, parent bool, servers ...string)
	// Spoil breaks the signed zone.
	Spoil(zone string, how Spoilt)
}

// How is how a name server answers.
type How string

// Spoilt is what is wrong with a signed zone.
type Spoilt string

// These are the ways in which name servers and zones fail.
const (
	Refuses  How = "refuses"
	Fails    How = "fails"
	Forgets  How = "forgets"
	IsSilent How = "is silent"
	IsFrozen How = "is frozen"

	WrongSignatures   Spoilt = "wrong signatures"
	ExpiredSignatures Spoilt = "expired signatures"
	NoSignatures      Spoilt = "no signatures"
	NoKeys            Spoilt = "no keys"
	WrongDS           Spoilt = "wrong DS"
	NoDS              Spoilt = "no DS"
)

// Subject is a reader under test and its world. The resolver does not validate DNSSEC, as that of a VPC does not.
type Subject struct {
	ports.NameServers
	World
}

// Value is a value of a challenge.
const Value = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"

// Run runs the whole contract, each part on a subject of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"servers with the value serve it":                     all,
		"a value that is nowhere is lacked":                   none,
		"other values are lacked too":                         others,
		"a server with an old copy lacks the value":           frozen,
		"a server that refuses is lame":                       lame(Refuses, "REFUSED"),
		"a server that fails is lame":                         lame(Fails, "SERVFAIL"),
		"a server without authority is lame":                  lame(Forgets, "not authoritative"),
		"a server that does not respond is silent":            silent,
		"a server without an address is silent":               nameless,
		"a server that only the parent names is asked":        onlyInParent,
		"a CNAME is followed, and its own servers are asked":  alias,
		"a CNAME that one server does not have is lacked":     aliasLost,
		"a challenge name that is a zone has servers":         cut,
		"without a value only the answer for the zone counts": preflight,
		"names of one zone are one finding for each server":   many,
		"signatures that are right change nothing":            signed,
		"without a DS record a zone is not validated":         spoilt(NoDS, api.ServerServes, ""),
		"wrong signatures are bogus":                          spoilt(WrongSignatures, api.ServerBogus, "records is wrong"),
		"expired signatures are bogus":                        spoilt(ExpiredSignatures, api.ServerBogus, "has expired"),
		"no signatures are bogus":                             spoilt(NoSignatures, api.ServerBogus, "have no DNSSEC signature"),
		"a zone without keys is bogus":                        spoilt(NoKeys, api.ServerBogus, "has no DNSKEY records"),
		"a DS record of another key is bogus":                 spoilt(WrongDS, api.ServerBogus, "matches the DS records"),
		"a broken zone is found before there is a value":      spoiltBefore,
	}, nil, subject)
}

// ask returns the findings in a short form: zone, server, state.
func (s Subject) ask(t *testing.T, questions ...api.ServerQuestion) string {
	t.Helper()
	found, err := s.AskServers(t.Context(), questions)
	if err != nil || found == nil {
		t.Fatalf("%v, %v", found, err)
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%s %s %s", f.Zone, strings.TrimSuffix(f.Server, ".servers.test"), f.State))
	}
	return strings.Join(lines, "; ")
}

func (s Subject) want(t *testing.T, want string, questions ...api.ServerQuestion) {
	t.Helper()
	if got := s.ask(t, questions...); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// finding returns what is said of one server.
func (s Subject) finding(t *testing.T, server string, q api.ServerQuestion) api.ServerFinding {
	t.Helper()
	found, err := s.AskServers(t.Context(), []api.ServerQuestion{q})
	for _, f := range found {
		if f.Server == server {
			return f
		}
	}
	t.Fatalf("%v, %v", found, err)
	return api.ServerFinding{}
}

var www = api.ServerQuestion{Domain: "www.example.com", Value: Value}

const (
	challenge = "_acme-challenge.www.example.com"
	second    = "ns2.example.servers.test"
)

func (s Subject) publish(zone, name string) { s.Put(zone, name, "TXT", `"`+Value+`"`) }

func all(t *testing.T, s Subject) {
	s.Put("example.com", challenge, "TXT", `"other"`, `"`+Value+`"`)
	s.want(t, "example.com ns1.example Serves; example.com ns2.example Serves", www)
}

func none(t *testing.T, s Subject) {
	s.want(t, "example.com ns1.example Lacks; example.com ns2.example Lacks", www)
	if f := s.finding(t, second, www); f.Address == "" || f.Name != challenge || !strings.Contains(f.Message, "NXDOMAIN") {
		t.Errorf("%+v", f)
	}
}

func others(t *testing.T, s Subject) {
	s.Put("example.com", challenge, "TXT", `"other"`)
	s.want(t, "example.com ns1.example Lacks; example.com ns2.example Lacks", www)
}

func frozen(t *testing.T, s Subject) {
	s.Make(t, second, IsFrozen)
	s.publish("example.com", challenge)
	s.want(t, "example.com ns1.example Serves; example.com ns2.example Lacks", www)
}

func lame(how How, part string) func(*testing.T, Subject) {
	return func(t *testing.T, s Subject) {
		s.publish("example.com", challenge)
		s.Make(t, second, how)
		s.want(t, "example.com ns1.example Serves; example.com ns2.example Lame", www)
		if f := s.finding(t, second, www); f.Address == "" || !strings.Contains(f.Message, part) {
			t.Errorf("%+v", f)
		}
	}
}

func silent(t *testing.T, s Subject) {
	s.publish("example.com", challenge)
	s.Make(t, second, IsSilent)
	if f := s.finding(t, second, www); f.State != api.ServerSilent || f.Address == "" || f.Message == "" {
		t.Errorf("%+v", f)
	}
}

func nameless(t *testing.T, s Subject) {
	s.publish("example.com", challenge)
	s.DelegateTo("example.com", false, "ns1.example.servers.test", "none.servers.test")
	if f := s.finding(t, "none.servers.test", www); f.State != api.ServerSilent || f.Address != "" || !strings.Contains(f.Message, "no address") {
		t.Errorf("%+v", f)
	}
}

func onlyInParent(t *testing.T, s Subject) {
	s.publish("example.com", challenge)
	s.DelegateTo("example.com", true, "ns1.example.servers.test", "ns1.challenges.servers.test")
	s.Make(t, "ns1.challenges.servers.test", Refuses)
	s.want(t, "example.com ns1.challenges Lame; example.com ns1.example Serves; example.com ns2.example Serves", www)
}

func alias(t *testing.T, s Subject) {
	s.Put("example.com", challenge, "CNAME", "www.challenges.test.")
	s.publish("challenges.test", "www.challenges.test")
	s.Make(t, "ns2.challenges.servers.test", Refuses)
	s.want(t, "challenges.test ns1.challenges Serves; challenges.test ns2.challenges Lame; example.com ns1.example Serves; example.com ns2.example Serves", www)
}

func aliasLost(t *testing.T, s Subject) {
	s.Make(t, second, IsFrozen)
	s.Put("example.com", challenge, "CNAME", "www.challenges.test.")
	s.publish("challenges.test", "www.challenges.test")
	s.want(t, "challenges.test ns1.challenges Serves; challenges.test ns2.challenges Serves; example.com ns1.example Serves; example.com ns2.example Lacks", www)
	if f := s.finding(t, second, www); !strings.Contains(f.Message, "www.challenges.test") {
		t.Errorf("%+v", f)
	}
}

func cut(t *testing.T, s Subject) {
	s.publish("_acme-challenge.cut.example.com", "_acme-challenge.cut.example.com")
	s.Make(t, "ns1._acme-challenge.servers.test", Fails)
	s.want(t, "_acme-challenge.cut.example.com ns1._acme-challenge Lame; _acme-challenge.cut.example.com ns2._acme-challenge Serves",
		api.ServerQuestion{Domain: "cut.example.com", Value: Value})
}

func preflight(t *testing.T, s Subject) {
	s.Make(t, second, Refuses)
	s.want(t, "example.com ns1.example Serves; example.com ns2.example Lame", api.ServerQuestion{Domain: "www.example.com"})
}

func many(t *testing.T, s Subject) {
	s.publish("example.com", challenge)
	s.publish("example.com", "_acme-challenge.api.example.com")
	s.Make(t, second, IsFrozen)
	s.publish("example.com", "_acme-challenge.new.example.com")
	var questions []api.ServerQuestion
	for _, name := range []string{"www", "api", "new"} {
		questions = append(questions, api.ServerQuestion{Domain: name + ".example.com", Value: Value})
	}
	s.want(t, "example.com ns1.example Serves; example.com ns2.example Lacks", questions...)
}

var inSigned = api.ServerQuestion{Domain: "www.signed.test", Value: Value}

func signed(t *testing.T, s Subject) {
	s.publish("signed.test", "_acme-challenge.www.signed.test")
	s.want(t, "signed.test ns1.signed Serves; signed.test ns2.signed Serves", inSigned)
	s.want(t, "signed.test ns1.signed Lacks; signed.test ns2.signed Lacks", api.ServerQuestion{Domain: "api.signed.test", Value: Value})
	s.want(t, "signed.test ns1.signed Serves; signed.test ns2.signed Serves", api.ServerQuestion{Domain: "api.signed.test"})
}

func spoilt(how Spoilt, state api.ServerState, part string) func(*testing.T, Subject) {
	return func(t *testing.T, s Subject) {
		s.publish("signed.test", "_acme-challenge.www.signed.test")
		s.Spoil("signed.test", how)
		f := s.finding(t, "ns1.signed.servers.test", inSigned)
		if f.State != state || !strings.Contains(f.Message, part) {
			t.Errorf("%+v", f)
		}
	}
}

func spoiltBefore(t *testing.T, s Subject) {
	s.Spoil("signed.test", ExpiredSignatures)
	f := s.finding(t, "ns1.signed.servers.test", api.ServerQuestion{Domain: "www.signed.test"})
	if f.State != api.ServerBogus || !strings.Contains(f.Message, "has expired") {
		t.Errorf("%+v", f)
	}
}
