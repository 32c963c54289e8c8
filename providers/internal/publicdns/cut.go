package publicdns

import (
	"context"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"certloop/reconciler/api"
)

// MostServers bounds the name servers of a zone: a real zone has 13 at most.
const MostServers = 32

// Cut is the zone that the public DNS answers from for a name (RFC 9499, "zone cut"). Names have no final dot.
type Cut struct {
	Zone string
	// Servers are its name servers, sorted, at most MostServers.
	Servers []string
}

// Cut finds the zone of name: the nearest name above it, or itself, that has name servers. The SOA that comes with a
// negative answer (RFC 2308 section 3) names it at once; some resolvers leave it out, then it is looked for label by
// label. name is in lower case, without a final dot.
func (v *View) Cut(ctx context.Context, name string) (Cut, error) {
	for at := name; ; {
		reply, err := v.Query(ctx, at, dns.TypeNS)
		if err != nil {
			return Cut{}, err
		}
		if servers := NameServers(reply.Answer, at); len(servers) > 0 {
			return Cut{at, servers}, nil
		}
		if at == "" {
			return Cut{}, &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed,
				Message: "the public DNS returned no name servers for " + name + " or any name above it"}
		}
		if apex, ok := authority(reply); ok && apex != at && Within(at, apex) {
			at = apex
		} else {
			at = Parent(at)
		}
	}
}

// NameServers returns the name servers that the records show for that zone.
func NameServers(records []dns.RR, zone string) []string {
	var servers []string
	for _, rr := range records {
		if ns, ok := rr.(*dns.NS); ok && Owner(ns) == zone {
			servers = append(servers, Bare(ns.Ns))
		}
	}
	slices.Sort(servers)
	servers = slices.Compact(servers)
	return servers[:min(len(servers), MostServers)]
}

// Alias returns the target of the CNAME that the reply shows at name; empty: it shows none.
func Alias(reply *dns.Msg, name string) string {
	for _, rr := range reply.Answer {
		if c, ok := rr.(*dns.CNAME); ok && Owner(c) == name {
			return Bare(c.Target)
		}
	}
	return ""
}

// authority is the zone that a negative answer comes from. After a CNAME it would be its target's.
func authority(reply *dns.Msg) (apex string, ok bool) {
	if len(reply.Answer) > 0 {
		return "", false
	}
	for _, rr := range reply.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			return Owner(soa), true
		}
	}
	return "", false
}

// Owner returns the name of a record in lower case, without a final dot.
func Owner(rr dns.RR) string { return Bare(rr.Header().Name) }

// Bare returns a name in lower case, without a final dot.
func Bare(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// Within reports whether name is zone or below it.
func Within(name, zone string) bool {
	return name == zone || zone == "" || strings.HasSuffix(name, "."+zone)
}

// Parent is the name without its first label; empty: the root.
func Parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}
