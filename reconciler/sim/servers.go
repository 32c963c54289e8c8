package sim

import (
	"cmp"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// nameServers are the name servers of every zone: ns1 and ns2 below it. The CA asks ns1.
type nameServers struct {
	// states are how a server answers, by its name; a server that is not in it serves what was published.
	states map[string]api.ServerState
	// since is when states changed last.
	since time.Time
	// unread is true if the last question was not answered, so that a validation says nothing about the loop.
	unread bool
}

// answers changes how a name server answers.
func (w *World) answers(server string, state api.ServerState) {
	w.DNS.servers.states[server], w.DNS.servers.since = state, w.clock.now
}

// ask returns how the servers of the zones of these questions answer.
func (d *dns) ask(questions []api.ServerQuestion) []api.ServerFinding {
	found := []api.ServerFinding{}
	for _, q := range questions {
		zone := d.zoneOf(q.Domain)
		for _, server := range []string{"ns1." + zone, "ns2." + zone} {
			f := api.ServerFinding{Zone: zone, Server: server, Address: "192.0.2.1", Name: q.FQDN, State: cmp.Or(d.servers.states[server], api.ServerServes)}
			if f.State == api.ServerServes && q.Value != "" && !d.serves(q.FQDN, q.Value) {
				f.State, f.Message = api.ServerLacks, "it returned NXDOMAIN"
			}
			same := func(o api.ServerFinding) bool { return o.Server == server }
			if at := slices.IndexFunc(found, same); at < 0 {
				found = append(found, f)
			} else if found[at].State == api.ServerServes {
				found[at] = f
			}
		}
	}
	return found
}

func (d *dns) zoneOf(domain string) string {
	for _, name := range d.zones {
		if under(domain, name) {
			return name
		}
	}
	return ""
}

// validates reports whether the CA, which asks the first server that answers, gets what was published.
func (d *dns) validates(domain string) bool {
	zone := d.zoneOf(domain)
	for _, server := range []string{"ns1." + zone, "ns2." + zone} {
		switch d.servers.states[server] {
		case api.ServerLame, api.ServerSilent, api.ServerUnreachable:
		case api.ServerLacks, api.ServerBogus:
			return false
		default:
			return true
		}
	}
	return false
}

// agreeWithin is how long a validation waits for a name server that answers without the value.
const agreeWithin = time.Hour

// checkServers: no challenge is accepted while no name server has the value, nor for an hour while one does not, unless they could
// not be asked.
func (w *World) checkServers(urls []string) {
	if w.lenient || w.DNS.servers.unread {
		return
	}
	for _, o := range w.CA.orders {
		for _, a := range o.Authorizations {
			if !slices.Contains(urls, a.ChallengeURL) {
				continue
			}
			zone := w.DNS.zoneOf(a.Domain)
			one, two := w.DNS.servers.states["ns1."+zone], w.DNS.servers.states["ns2."+zone]
			if wrong(one) && wrong(two) {
				w.violate("a validation of %s is spent, though no name server has the value", a.Domain)
			}
			if (wrong(one) || wrong(two)) && w.clock.now.Before(w.DNS.servers.since.Add(agreeWithin)) {
				w.violate("a validation of %s begins while a name server does not have the value", a.Domain)
			}
		}
	}
}

func wrong(s api.ServerState) bool { return s == api.ServerLacks || s == api.ServerBogus }
