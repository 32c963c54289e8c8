package dnsserver

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/providers/route53/fake"
)

// StartHosted listens on a free loopback port and answers from hosted zones in this process. Each query is answered from
// what their name servers serve at that moment, so that Changed and Add have nothing to do.
func StartHosted(hosted *fake.Service) (*Server, error) {
	z := newZones(nil)
	z.hosted = hosted
	return start(z)
}

// served returns the hosted zones as they are served now. A zone that has not changed is the one of before.
func (z *zones) served() []*zone {
	z.mu.Lock()
	defer z.mu.Unlock()
	known := map[string]*zone{}
	for _, one := range z.list {
		known[one.id] = one
	}
	// A new list: an authority may have kept the one of before.
	z.list = nil
	for _, found := range z.hosted.Served() {
		one := known[found.ID]
		if one == nil || one.version != found.Version {
			one = hostedZone(found)
		}
		z.list = append(z.list, one)
	}
	return z.list
}

func hostedZone(found fake.ServedZone) *zone {
	z := &zone{id: found.ID, name: found.Name, servers: found.NameServers, version: found.Version}
	for _, set := range found.Sets() {
		out := types.ResourceRecordSet{Name: aws.String(set.Name), Type: types.RRType(set.Type), TTL: set.TTL}
		for _, value := range set.Values {
			out.ResourceRecords = append(out.ResourceRecords, types.ResourceRecord{Value: aws.String(value)})
		}
		z.add(out)
	}
	return z
}
