package fake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Zone is a hosted zone to be made.
type Zone struct {
	Name string
	// Account is DefaultAccount where empty.
	Account string
	Private bool
	// NameServers are those of a reusable delegation set; empty: the zone gets some of its own.
	NameServers []string
}

// AddZone makes a hosted zone and returns its ID.
func (s *Service) AddZone(z Zone) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(z).id
}

func (s *Service) add(z Zone) *zone {
	s.made++
	made := &zone{id: fmt.Sprintf("Z%019d", s.made), name: stored(z.Name), account: cmp.Or(z.Account, DefaultAccount), private: z.Private,
		servers: slices.Clone(z.NameServers)}
	for i, domain := range []string{"com", "net", "org", "co.uk"} {
		if len(z.NameServers) == 0 {
			made.servers = append(made.servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", 4*s.made+i, s.made%64, domain))
		}
	}
	made.sets = own(made)
	made.history = []*change{{sets: made.sets}}
	s.zones = append(s.zones, made)
	return made
}

// Session makes calls with this access key act in that account, as after an AssumeRole that another service answered.
func (s *Service) Session(accessKey, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[accessKey] = account
}

// own are the sets that every zone has.
func own(z *zone) map[key]Set {
	var servers []string
	for _, server := range z.servers {
		servers = append(servers, server+".")
	}
	ns := Set{Name: z.name, Type: "NS", TTL: TTL(172800), Values: servers}
	soa := Set{Name: z.name, Type: "SOA", TTL: TTL(900), Values: []string{servers[0] + " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"}}
	return map[key]Set{ns.key(): ns, soa.key(): soa}
}

// RemoveZone deletes a hosted zone with all its sets.
func (s *Service) RemoveZone(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones = slices.DeleteFunc(s.zones, func(z *zone) bool { return z.id == id })
}

// NameServers are those of a zone's delegation set.
func (s *Service) NameServers(id string) (servers []string) {
	s.with(id, func(z *zone) { servers = slices.Clone(z.servers) })
	return servers
}

// Put writes record sets as others would, over those that are there, and serves them at once, with all that was PENDING.
// It panics where there is no such zone.
func (s *Service) Put(id string, sets ...Set) {
	s.edit(id, func(all map[key]Set) {
		for _, set := range sets {
			set.Name = stored(set.Name)
			all[set.key()] = set
		}
	})
}

// Delete deletes all sets of a name and type, as other users do.
func (s *Service) Delete(id, name, kind string) {
	s.edit(id, func(all map[key]Set) {
		maps.DeleteFunc(all, func(k key, _ Set) bool { return k.name == stored(name) && k.kind == kind })
	})
}

func (s *Service) edit(id string, f func(map[key]Set)) {
	if !s.with(id, func(z *zone) {
		sets := maps.Clone(z.sets)
		f(sets)
		made := s.took(z, sets)
		made.polls, made.from = 0, time.Time{}
	}) {
		panic("fake: there is no zone " + id)
	}
}

// Sets are the record sets of a zone at a name, all types; name empty: all of them.
func (s *Service) Sets(id, name string) (found []Set) {
	s.with(id, func(z *zone) {
		for _, k := range slices.SortedFunc(maps.Keys(z.sets), key.compare) {
			if name == "" || k.name == stored(name) {
				found = append(found, z.sets[k])
			}
		}
	})
	return found
}

func (s *Service) with(id string, f func(*zone)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, z := range s.zones {
		if z.id == id {
			f(z)
			return true
		}
	}
	return false
}

// Calls is how often an operation was called, faults included; empty: all of Route 53's together.
func (s *Service) Calls(operation string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if operation != "" {
		return s.calls[operation]
	}
	for name, times := range s.calls {
		if name != "AssumeRole" {
			n += times
		}
	}
	return n
}

// SetNow replaces the clock.
func (s *Service) SetNow(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Now = now
}

// TTL is a TTL in seconds as a Set holds it.
func TTL(seconds int64) *int64 { return &seconds }
