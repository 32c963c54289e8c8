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
	sets    []types.ResourceRecordSet
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
		now.sets = append(now.sets, page.ResourceRecordSets...)
	}
	return now, nil
}

// at returns what exists at name, which is in the zone. servers are its name servers; nil: its delegation set.
func (z *zone) at(name string, servers []string) (found, error) {
	out := found{records: map[uint16][]dns.RR{}, authority: startOfAuthority(z.name, "ns.invalid.")}
	for _, set := range z.sets {
		if set.Type == types.RRTypeNs && aws.ToString(set.Name) == z.name && len(set.ResourceRecords) > 0 {
			out.authority.Ns = dns.Fqdn(aws.ToString(set.ResourceRecords[0].Value))
		}
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
