package fake

import (
	"cmp"
	"encoding/xml"
	"maps"
	"slices"
)

// ServedZone is a public zone as its name servers answer from it.
type ServedZone struct {
	ID, Name string
	// NameServers are those of the delegation set.
	NameServers []string
	// Version differs whenever Sets do.
	Version any
	sets    map[key]Set
}

// Sets returns the record sets that are in sync.
func (z ServedZone) Sets() []Set { return slices.Collect(maps.Values(z.sets)) }

// Served returns the public zones of all accounts, for a DNS server in this process.
func (s *Service) Served() (all []ServedZone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, z := range s.zones {
		if last := s.lastServed(z); !z.private && last != nil {
			all = append(all, ServedZone{z.id, z.name, z.servers, last, last.sets})
		}
	}
	return all
}

type createZoneInput struct {
	Name, CallerReference string
	Private               bool `xml:"HostedZoneConfig>PrivateZone"`
}

type createZoneOutput struct {
	XMLName       xml.Name       `xml:"https://route53.amazonaws.com/doc/2013-04-01/ CreateHostedZoneResponse"`
	HostedZone    hostedZone     `xml:"HostedZone"`
	Info          changeInfo     `xml:"ChangeInfo"`
	DelegationSet *delegationSet `xml:",omitempty"`
}

func (s *Service) createZone(c *request) (any, *Refusal) {
	var in createZoneInput
	if xml.Unmarshal(c.body, &in) != nil || in.Name == "" || in.CallerReference == "" {
		return nil, refuse("InvalidInput", "Invalid XML ; a hosted zone has a name and a caller reference")
	}
	reference := c.Account + " " + in.CallerReference
	if s.references[reference] {
		return nil, &Refusal{Status: 409, Code: "HostedZoneAlreadyExists", Message: "A hosted zone has already been created with the specified caller reference."}
	}
	s.references[reference] = true
	z := s.add(Zone{Name: in.Name, Account: cmp.Or(c.Account, DefaultAccount), Private: in.Private})
	out := createZoneOutput{HostedZone: z.wire(), Info: changeInfo{"/change/C" + z.id, "PENDING", stamp(s.config.Now())}}
	s.changes["C"+z.id] = &change{id: "C" + z.id}
	if !z.private {
		out.DelegationSet = &delegationSet{z.servers}
	}
	return out, nil
}
