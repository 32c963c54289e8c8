package dnsserver

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/miekg/dns"
)

// zones reads the hosted zones of one or more accounts, again for every question.
type zones struct {
	mu      sync.Mutex
	clients []*route53.Client
	// astray are the zones whose NS records name the servers of another provider, with a final dot.
	astray map[string]bool
}

// hosted is a hosted zone and the client that can read it.
type hosted struct {
	types.HostedZone
	client *route53.Client
}

func (z *zones) add(client *route53.Client) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.clients = append(z.clients, client)
}

func (z *zones) undelegate(name string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.astray == nil {
		z.astray = map[string]bool{}
	}
	z.astray[name] = true
}

func (z *zones) isAstray(name string) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.astray[name]
}

func (z *zones) accounts() []*route53.Client {
	z.mu.Lock()
	defer z.mu.Unlock()
	return slices.Clone(z.clients)
}

// found is what exists at one name.
type found struct {
	exists  bool
	records map[uint16][]dns.RR
	// authority is the start of authority of the zone that answers. A negative answer carries it (RFC 2308 section 3).
	authority *dns.SOA
}

// lookup reads the records of name in its longest public zone. name is canonical: lower-case, with a final dot.
func (z *zones) lookup(ctx context.Context, name string) (found, error) {
	out := found{records: map[uint16][]dns.RR{}}
	zone, err := z.zoneOf(ctx, name)
	if err != nil {
		return out, err
	}
	if zone == nil {
		out.inRoot(name)
		return out, nil
	}
	out.authority = startOfAuthority(aws.ToString(zone.Name), "ns.invalid.")
	if name == aws.ToString(zone.Name) {
		if err := zone.addDelegation(ctx, &out, z.isAstray(name)); err != nil {
			return out, err
		}
	}
	pages := route53.NewListResourceRecordSetsPaginator(zone.client, &route53.ListResourceRecordSetsInput{HostedZoneId: zone.Id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return out, err
		}
		for _, set := range page.ResourceRecordSets {
			if set.Type == types.RRTypeNs && aws.ToString(set.Name) == aws.ToString(zone.Name) && len(set.ResourceRecords) > 0 {
				out.authority.Ns = dns.Fqdn(aws.ToString(set.ResourceRecords[0].Value))
			}
			if err := out.add(set, name); err != nil {
				return out, err
			}
		}
	}
	if name == aws.ToString(zone.Name) {
		out.records[dns.TypeSOA] = []dns.RR{out.authority}
	}
	return out, nil
}

// rootServer is the only root server here.
const rootServer = "a.root-servers.net."

// inRoot answers for a name that is in no hosted zone: the root has a name server and no names.
func (f *found) inRoot(name string) {
	f.authority = startOfAuthority(".", rootServer)
	if name == "." {
		f.exists = true
		f.records[dns.TypeSOA] = []dns.RR{f.authority}
		f.records[dns.TypeNS] = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}, Ns: rootServer}}
	}
}

// startOfAuthority returns an SOA with the numbers of a new hosted zone. The emulator's own record cannot be parsed.
func startOfAuthority(zone, server string) *dns.SOA {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: zone, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 900},
		Ns:  server, Mbox: "awsdns-hostmaster.amazon.com.", Serial: 1, Refresh: 7200, Retry: 900, Expire: 1209600, Minttl: 60,
	}
}

// zoneOf returns the longest public zone that contains name, or nil.
func (z *zones) zoneOf(ctx context.Context, name string) (*hosted, error) {
	var best *hosted
	for _, client := range z.accounts() {
		pages := route53.NewListHostedZonesPaginator(client, &route53.ListHostedZonesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, found := range page.HostedZones {
				private := found.Config != nil && found.Config.PrivateZone
				longer := best == nil || len(*found.Name) > len(*best.Name)
				if !private && longer && dns.IsSubDomain(*found.Name, name) {
					best = &hosted{found, client}
				}
			}
		}
	}
	return best, nil
}

// addDelegation answers for the parent with NS records that point to the zone's delegation set, or to another provider.
func (z *hosted) addDelegation(ctx context.Context, out *found, astray bool) error {
	got, err := z.client.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: z.Id})
	if err != nil {
		return err
	}
	out.exists = true
	header := dns.RR_Header{Name: *z.Name, Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}
	if astray {
		out.records[dns.TypeNS] = []dns.RR{&dns.NS{Hdr: header, Ns: "ns1.registrar.example."}}
		return nil
	}
	for _, server := range got.DelegationSet.NameServers {
		out.records[dns.TypeNS] = append(out.records[dns.TypeNS], &dns.NS{Hdr: header, Ns: dns.Fqdn(server)})
	}
	return nil
}

// add adds the record set if its name is name. The name servers come from the delegation, the start of authority from
// startOfAuthority.
func (f *found) add(set types.ResourceRecordSet, name string) error {
	owner := strings.ReplaceAll(dns.CanonicalName(aws.ToString(set.Name)), `\052`, "*")
	if owner != name && !strings.HasSuffix(owner, "."+name) {
		return nil
	}
	f.exists = true // a name below makes an empty non-terminal
	if owner != name || set.Type == types.RRTypeNs || set.Type == types.RRTypeSoa {
		return nil
	}
	for _, r := range set.ResourceRecords {
		rr, err := dns.NewRR(fmt.Sprintf("%s %d IN %s %s", owner, aws.ToInt64(set.TTL), set.Type, aws.ToString(r.Value)))
		if err != nil {
			return err
		}
		f.records[rr.Header().Rrtype] = append(f.records[rr.Header().Rrtype], rr)
	}
	return nil
}
