// Package dnsworld is the sandbox's DNS server for tests, over hosted zones in memory: with name servers that can be made lame,
// and zones that can be signed and broken.
package dnsworld

import (
	"net"
	"testing"

	"certloop/internal/sandbox/dnsserver"
	"certloop/providers/route53/fake"
)

// World is a public DNS. Its Addr is that of the resolver.
type World struct {
	*dnsserver.Server
	hosted *fake.Service
	zones  map[string]string
	// servers are the name servers that were started, by name.
	servers map[string]*dnsserver.Authority
}

// Start starts the DNS server and one root server, without any zone.
func Start(t *testing.T) *World {
	t.Helper()
	w := &World{hosted: fake.New(fake.Config{}), zones: map[string]string{}, servers: map[string]*dnsserver.Authority{}}
	var err error
	w.Server, err = dnsserver.StartHosted(w.hosted)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	w.NameServer(t, dnsserver.RootServer)
	return w
}

// Port returns the port of all name servers.
func (w *World) Port() string {
	_, port, _ := net.SplitHostPort(w.Addr)
	return port
}

// NameServer returns the name server of that name, and starts it at the first call.
func (w *World) NameServer(t *testing.T, name string) *dnsserver.Authority {
	t.Helper()
	if w.servers[name] == nil {
		server, err := w.Authority(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		w.servers[name] = server
	}
	return w.servers[name]
}

// Zone adds a hosted zone that is delegated to these name servers, and starts them.
func (w *World) Zone(t *testing.T, name string, servers ...string) {
	t.Helper()
	w.zones[name] = w.hosted.AddZone(fake.Zone{Name: name})
	for _, server := range servers {
		w.NameServer(t, server)
	}
	w.Delegate(name, servers...)
}

// Put sets a record set of a zone. Its values are as a zone file has them; a set without values is deleted.
func (w *World) Put(zone, name, kind string, values ...string) {
	if len(values) == 0 {
		w.hosted.Delete(w.zones[zone], name, kind)
	} else {
		w.hosted.Put(w.zones[zone], fake.Set{Name: name, Type: kind, TTL: fake.TTL(60), Values: values})
	}
}
