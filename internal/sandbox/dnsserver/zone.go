package dnsserver

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/miekg/dns"
)

// zone is a public hosted zone as it was read.
type zone struct {
	client *route53.Client
	// id is without a prefix, name has a final dot.
	id, name string
	// servers is the delegation set, which a zone keeps for as long as it exists.
	servers []string
	// owners are the record sets by canonical name. exists has these names, and those that only lead to one.
	owners map[string][]types.ResourceRecordSet
	exists map[string]bool
	// version is that of a zone in this process.
	version any
}

// add adds a record set. The caller has the only reference to the zone.
func (z *zone) add(set types.ResourceRecordSet) {
	if z.owners == nil {
		z.owners, z.exists = map[string][]types.ResourceRecordSet{}, map[string]bool{}
	}
	owner := strings.ReplaceAll(dns.CanonicalName(aws.ToString(set.Name)), `\052`, "*")
	z.owners[owner] = append(z.owners[owner], set)
	// A name below makes an empty non-terminal.
	for name := owner; name != "" && dns.IsSubDomain(z.name, name); _, name, _ = strings.Cut(name, ".") {
		z.exists[name] = true
	}
}

// zoneID returns an ID without the prefix that some answers give it.
func zoneID(id string) string { return strings.TrimPrefix(id, "/hostedzone/") }

// readSets returns the zone with the record sets that it has now.
func (z *zone) readSets(ctx context.Context) (*zone, error) {
	now := &zone{client: z.client, id: z.id, name: z.name, servers: z.servers}
	if now.servers == nil {
		got, err := z.client.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: &z.id})
		if err != nil {
			return nil, err
		}
		now.servers = got.DelegationSet.NameServers
	}
	pages := route53.NewListResourceRecordSetsPaginator(z.client, &route53.ListResourceRecordSetsInput{HostedZoneId: &z.id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, set := range page.ResourceRecordSets {
			now.add(set)
		}
	}
	return now, nil
}

// at returns what exists at name, which is in the zone. servers are its name servers; nil: its delegation set.
func (z *zone) at(name string, servers []string) (found, error) {
	out := found{records: map[uint16][]dns.RR{}, authority: startOfAuthority(z.name, "ns.invalid.")}
	for _, set := range z.owners[z.name] {
		if set.Type == types.RRTypeNs && len(set.ResourceRecords) > 0 {
			out.authority.Ns = dns.Fqdn(aws.ToString(set.ResourceRecords[0].Value))
		}
	}
	out.exists = z.exists[name]
	for _, set := range z.owners[name] {
		if err := out.add(set, name); err != nil {
			return out, err
		}
	}
	if name == z.name {
		out.exists = true
		out.records[dns.TypeSOA] = []dns.RR{out.authority}
		out.records[dns.TypeNS] = z.delegation(servers)
	}
	return out, nil
}

// delegation returns the NS records: those servers, or the zone's delegation set.
func (z *zone) delegation(servers []string) (records []dns.RR) {
	if servers == nil {
		servers = z.servers
	}
	header := dns.RR_Header{Name: z.name, Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: 60}
	for _, server := range servers {
		records = append(records, &dns.NS{Hdr: header, Ns: dns.Fqdn(server)})
	}
	return records
}

// add adds the records of a set. The name servers come from the delegation, the start of authority from startOfAuthority.
func (f *found) add(set types.ResourceRecordSet, owner string) error {
	if set.Type == types.RRTypeNs || set.Type == types.RRTypeSoa {
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
