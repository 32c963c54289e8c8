package delegation_test

import (
	"strings"
	"testing"

	"certloop/internal/sandbox/dnsserver"
	"certloop/internal/sandbox/dnsworld"
	"certloop/providers/delegation"
	"certloop/providers/delegation/contract"
	"certloop/reconciler/api"
)

// world is the sandbox's DNS server as the contract sees it.
type world struct{ *dnsworld.World }

func (w world) Make(t *testing.T, server string, how contract.How) {
	t.Helper()
	w.NameServer(t, server).Behave(dnsserver.Behaviour(how))
}

func (w world) DelegateTo(zone string, parent bool, servers ...string) {
	if parent {
		w.DelegateInParent(zone, servers...)
		return
	}
	w.Delegate(zone, servers...)
}

func (w world) Spoil(zone string, how contract.Spoilt) { w.Break(zone, dnsserver.Breakage(how)) }

func start(t *testing.T) (world, *delegation.Client) {
	t.Helper()
	w := world{dnsworld.Start(t)}
	for _, zone := range []string{"example.com", "challenges.test", "signed.test", "_acme-challenge.cut.example.com"} {
		label, _, _ := strings.Cut(zone, ".")
		w.Zone(t, zone, "ns1."+label+".servers.test", "ns2."+label+".servers.test")
	}
	w.Sign("signed.test")
	return w, delegation.New(delegation.Config{Resolvers: []string{w.Addr}, Network: api.NetworkPrivate, Port: w.Port()})
}

func TestContract(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		w, client := start(t)
		w.Validate(false)
		return contract.Subject{NameServers: client, World: w}
	})
}

// TestAskServers_NamesWhatAValidatingResolverRefuses: the resolver returns SERVFAIL for a broken zone, and the zone's own servers
// are not asked any more.
func TestAskServers_NamesWhatAValidatingResolverRefuses(t *testing.T) {
	w, client := start(t)
	w.Break("signed.test", dnsserver.WrongSignatures)
	_, err := client.AskServers(t.Context(), []api.ServerQuestion{{Domain: "www.signed.test"}})
	if api.KindOf(err) != api.Transient || api.ReasonOf(err, "") != api.ReasonDNSSECBogus || !strings.Contains(api.MessageOf(err), "_acme-challenge.www.signed.test") {
		t.Errorf("%v", err)
	}
}

// TestAskServers_ConnectsToThePublicNetworkOnly: the records of a zone name addresses inside the function's network.
func TestAskServers_ConnectsToThePublicNetworkOnly(t *testing.T) {
	w, _ := start(t)
	client := delegation.New(delegation.Config{Resolvers: []string{w.Addr}, Port: w.Port()})
	found, err := client.AskServers(t.Context(), []api.ServerQuestion{{Domain: "www.example.com", Value: contract.Value}})
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %v", found, err)
	}
	for _, f := range found {
		if f.State != api.ServerUnreachable || !strings.Contains(f.Message, "loopback") {
			t.Errorf("%+v", f)
		}
	}
}

// TestAskServers_GoesWhereTheRecordIs: a resolver still has the CNAME of a wildcard, which the TXT record hides.
func TestAskServers_GoesWhereTheRecordIs(t *testing.T) {
	w, client := start(t)
	w.Put("example.com", "_acme-challenge.www.example.com", "CNAME", "elsewhere.challenges.test.")
	found, err := client.AskServers(t.Context(), []api.ServerQuestion{{Domain: "www.example.com", FQDN: "_acme-challenge.www.example.com", Value: contract.Value}})
	if err != nil || len(found) != 2 || found[0].Zone != "example.com" {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestAskServers_IsBounded: 100 names and a server that does not respond take no longer than one name.
func TestAskServers_IsBounded(t *testing.T) {
	w, client := start(t)
	w.Make(t, "ns2.example.servers.test", contract.IsSilent)
	var questions []api.ServerQuestion
	for i := range 100 {
		name := strings.Repeat("a", i%10+1) + strings.Repeat("b", i/10+1) + ".example.com"
		questions = append(questions, api.ServerQuestion{Domain: name, Value: contract.Value})
	}
	found, err := client.AskServers(t.Context(), questions)
	if err != nil || len(found) != 2 || found[0].State != api.ServerLacks || found[1].State != api.ServerSilent {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestAskServers_EndsOnLoops(t *testing.T) {
	w, client := start(t)
	w.Put("example.com", "_acme-challenge.www.example.com", "CNAME", "_acme-challenge.www.example.com.")
	if found, err := client.AskServers(t.Context(), []api.ServerQuestion{{Domain: "www.example.com"}}); err == nil {
		t.Errorf("%+v", found)
	}
}
