package fake

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
)

// zone is a hosted zone.
type zone struct {
	id, name, account string
	private           bool
	servers           []string
	// sets are the record sets as the API shows them. A map is never changed once it is here: a change puts another.
	sets map[key]Set
	// history are the changes, oldest first: what the name servers serve is the last one that is in sync.
	history []*change
}

// hostedZone is a zone on the wire.
type hostedZone struct {
	ID              string `xml:"Id"`
	Name            string
	CallerReference string
	PrivateZone     bool `xml:"Config>PrivateZone"`
	SetCount        int  `xml:"ResourceRecordSetCount"`
}

func (z *zone) wire() hostedZone {
	return hostedZone{"/hostedzone/" + z.id, z.name, z.id, z.private, len(z.sets)}
}

// find returns the zone that a call names, of the caller's account.
func (s *Service) find(c *request) (*zone, *Refusal) {
	for _, z := range s.zones {
		if z.id != c.ID {
			continue
		}
		if z.account != c.Account {
			return nil, &Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "User: arn:aws:sts::" + c.Account +
				":assumed-role/certloop/certloop is not authorized to access this resource"}
		}
		return z, nil
	}
	return nil, &Refusal{Status: http.StatusNotFound, Code: "NoSuchHostedZone", Message: "No hosted zone found with ID: " + c.ID}
}

type getZoneOutput struct {
	XMLName    xml.Name   `xml:"https://route53.amazonaws.com/doc/2013-04-01/ GetHostedZoneResponse"`
	HostedZone hostedZone `xml:"HostedZone"`
	// DelegationSet is missing of a private zone.
	DelegationSet *delegationSet `xml:",omitempty"`
}

type delegationSet struct {
	NameServers []string `xml:"NameServers>NameServer"`
}

func (s *Service) getZone(c *request) (any, *Refusal) {
	z, err := s.find(c)
	if err != nil {
		return nil, err
	}
	out := getZoneOutput{HostedZone: z.wire()}
	if !z.private {
		out.DelegationSet = &delegationSet{z.servers}
	}
	return out, nil
}

type listZonesOutput struct {
	XMLName     xml.Name     `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ListHostedZonesResponse"`
	HostedZones []hostedZone `xml:"HostedZones>HostedZone"`
	IsTruncated bool
	MaxItems    int
	NextMarker  string `xml:",omitempty"`
}

// listZones is in the order of the zones' IDs, which is as good as any: AWS promises none.
func (s *Service) listZones(c *request) (any, *Refusal) {
	zones := s.ofAccount(c.Account)
	slices.SortFunc(zones, func(a, b *zone) int { return cmp.Compare(a.id, b.id) })
	size, err := s.pageSize(c, 100)
	if err != nil {
		return nil, err
	}
	out := listZonesOutput{MaxItems: size}
	for _, z := range zones {
		switch {
		case z.id < c.query.Get("marker"):
		case len(out.HostedZones) == size:
			out.IsTruncated, out.NextMarker = true, z.id
			return out, nil
		default:
			out.HostedZones = append(out.HostedZones, z.wire())
		}
	}
	return out, nil
}

type listByNameOutput struct {
	XMLName      xml.Name     `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ListHostedZonesByNameResponse"`
	HostedZones  []hostedZone `xml:"HostedZones>HostedZone"`
	DNSName      string       `xml:",omitempty"`
	HostedZoneID string       `xml:"HostedZoneId,omitempty"`
	IsTruncated  bool
	NextDNSName  string `xml:",omitempty"`
	NextZoneID   string `xml:"NextHostedZoneId,omitempty"`
	MaxItems     int
}

// listZonesByName begins at a name and goes on to the end: it is no search.
func (s *Service) listZonesByName(c *request) (any, *Refusal) {
	name, id := c.query.Get("dnsname"), c.query.Get("hostedzoneid")
	size, err := s.pageSize(c, 100)
	switch {
	case err != nil:
		return nil, err
	case id != "" && name == "":
		return nil, refuse("InvalidInput", "The hosted zone ID is given without a DNS name")
	}
	zones := s.ofAccount(c.Account)
	slices.SortFunc(zones, func(a, b *zone) int {
		return cmp.Or(cmp.Compare(position(a.name), position(b.name)), cmp.Compare(a.id, b.id))
	})
	out := listByNameOutput{DNSName: name, HostedZoneID: id, MaxItems: size}
	for _, z := range zones {
		from := cmp.Or(cmp.Compare(position(z.name), position(stored(name))), cmp.Compare(z.id, id))
		switch {
		case name != "" && from < 0:
		case len(out.HostedZones) == size:
			out.IsTruncated, out.NextDNSName, out.NextZoneID = true, z.name, z.id
			return out, nil
		default:
			out.HostedZones = append(out.HostedZones, z.wire())
		}
	}
	return out, nil
}

func (s *Service) ofAccount(account string) []*zone {
	return slices.DeleteFunc(slices.Clone(s.zones), func(z *zone) bool { return z.account != account })
}

// pageSize is what a listing returns at once: what is asked for, up to most.
func (s *Service) pageSize(c *request, most int) (int, *Refusal) {
	size := most
	if text := c.query.Get("maxitems"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0, refuse("InvalidInput", "maxitems is no positive number")
		}
		size = min(n, most)
	}
	if s.config.PageSize > 0 {
		size = min(size, s.config.PageSize)
	}
	return size, nil
}
