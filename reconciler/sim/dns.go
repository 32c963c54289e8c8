package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// dns is Route 53: zones, TXT values, and changes that take time.
type dns struct {
	clock   *clock
	zones   map[string]string // zone ID → name
	values  map[string][]string
	changes map[string]time.Time
	// carried is when all name servers have a value. A later change of the same record set does not remove it from
	// them: it is in the set before and after.
	carried map[api.TXT]time.Time
	lag     time.Duration
	// where are the zones that hold a value. RefuseIn is the answer to Publish in a zone.
	where    map[api.TXT]map[string]bool
	RefuseIn map[string]error
	// Broken is the error of Resolve if a scenario breaks the zone; Refuse is that of Publish.
	Broken, Refuse error
	caa            caa
	servers        nameServers
}

func newDNS(c *clock) *dns {
	return &dns{
		clock: c, zones: map[string]string{"ZCOM": "example.com", "ZORG": "example.org"},
		values: map[string][]string{}, changes: map[string]time.Time{}, carried: map[api.TXT]time.Time{},
		where: map[api.TXT]map[string]bool{}, RefuseIn: map[string]error{}, lag: 20 * time.Second,
		caa:     caa{issuers: map[string][]string{}, broken: map[string]bool{}},
		servers: nameServers{states: map[string]api.ServerState{}},
	}
}

func (d *dns) resolve(domains []string, only string) ([]api.ChallengeZone, error) {
	if d.Broken != nil {
		return nil, d.Broken
	}
	var out []api.ChallengeZone
	for _, domain := range domains {
		domain = strings.TrimPrefix(domain, "*.")
		zone := ""
		for id, name := range d.zones {
			if only != "" && id != only {
				continue
			}
			if under(domain, name) {
				zone = id
			}
		}
		if zone == "" {
			return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no public hosted zone for " + domain}
		}
		z := api.ChallengeZone{Domain: domain, FQDN: "_acme-challenge." + domain, Zone: zone}
		if !slices.Contains(out, z) {
			out = append(out, z)
		}
	}
	return out, nil
}

// under reports whether the domain is zone or below it.
func under(domain, zone string) bool { return domain == zone || strings.HasSuffix(domain, "."+zone) }

func (d *dns) publish(zone string, values []api.TXT) (string, error) {
	if d.Refuse != nil {
		return "", d.Refuse
	}
	if err := d.RefuseIn[zone]; err != nil {
		return "", err
	}
	changed := false
	for _, v := range values {
		if _, ok := d.zones[zone]; !ok {
			return "", &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no zone " + zone}
		}
		if d.where[v] == nil {
			d.where[v] = map[string]bool{}
		}
		d.where[v][zone] = true
		if !slices.Contains(d.values[v.FQDN], v.Value) {
			d.values[v.FQDN] = append(d.values[v.FQDN], v.Value)
			d.carried[v] = d.clock.now.Add(d.lag)
			changed = true
		}
	}
	if !changed {
		return "", nil
	}
	id := fmt.Sprintf("C%d", len(d.changes)+1)
	d.changes[id] = d.clock.now.Add(d.lag)
	return id, nil
}

func (d *dns) inSync(id string) bool { return !d.clock.now.Before(d.changes[id]) }

func (d *dns) remove(zone string, values []api.TXT) error {
	for _, v := range values {
		if delete(d.where[v], zone); len(d.where[v]) > 0 {
			continue
		}
		d.values[v.FQDN] = slices.DeleteFunc(d.values[v.FQDN], func(s string) bool { return s == v.Value })
		if len(d.values[v.FQDN]) == 0 {
			delete(d.values, v.FQDN)
		}
	}
	return nil
}

// serves reports whether the value exists on all name servers.
func (d *dns) serves(fqdn, value string) bool {
	return slices.Contains(d.values[fqdn], value) && !d.clock.now.Before(d.carried[api.TXT{FQDN: fqdn, Value: value}])
}
