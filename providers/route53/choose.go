package route53

import (
	"context"
	"errors"

	"certloop/reconciler/api"
)

// choose is the hosted zone that the public DNS answers from for a name.
func (s *search) choose(ctx context.Context, domain string, at place) (hostedZone, error) {
	var none hostedZone
	if err := privateView(domain, at); err != nil {
		return none, err
	}
	if s.only != "" {
		return s.checkNamed(ctx, domain, at)
	}
	zones, err := s.publicNamed(ctx, at.zone)
	if err != nil {
		return none, err
	}
	var denied error
	for _, z := range zones {
		z, err := s.zone(ctx, z.id)
		if api.ReasonOf(err, "") == api.ReasonDNSAccessDenied {
			// Of two zones of one name the policy may allow the right one only.
			denied = err
			continue
		}
		if err != nil {
			return none, err
		}
		if same, err := s.dns.sameServers(ctx, at.servers, z.servers); same || err != nil {
			return z, err
		}
	}
	if denied != nil {
		return none, denied
	}
	return none, s.explain(ctx, domain, at, zones)
}

// checkNamed is the zone that the record names, or what is wrong with it.
func (s *search) checkNamed(ctx context.Context, domain string, at place) (hostedZone, error) {
	z, err := s.zone(ctx, s.only)
	var gone *api.Error
	switch {
	case errors.As(err, &gone) && missing(gone):
		return z, notFound("%s: %s", domain, gone.Message)
	case err != nil:
		return z, err
	case z.private:
		return z, notFound("%s: hosted zone %s (%s) is private, and no CA can query it: set zone to a public one, or remove zone", domain, z.id, z.name)
	case !within(at.fqdn, z.name):
		return z, notFound("%s: %s is not in hosted zone %s (%s): set zone to the right one, or remove zone", domain, at.fqdn, z.id, z.name)
	case at.zone != z.name:
		return z, s.elsewhere(domain, at, z)
	}
	same, err := s.dns.sameServers(ctx, at.servers, z.servers)
	if err == nil && !same {
		return z, s.otherServers(domain, at, z)
	}
	return z, err
}

// explain returns why no zone was found: the zones of the right name have other name servers, or a longer one is not
// delegated, or there is none.
func (s *search) explain(ctx context.Context, domain string, at place, zones []hostedZone) error {
	if len(zones) > 0 {
		z, err := s.zone(ctx, zones[0].id)
		if err != nil {
			return err
		}
		return s.otherServers(domain, at, z)
	}
	for name := at.fqdn; name != at.zone && name != ""; name = parent(name) {
		longer, err := s.publicNamed(ctx, name)
		if err != nil {
			return err
		}
		if len(longer) > 0 {
			z, err := s.zone(ctx, longer[0].id)
			if err != nil {
				return err
			}
			return s.elsewhere(domain, at, z)
		}
	}
	return s.noZone(domain, at)
}

// otherServers: the zone's name is right, its name servers are not those of the public DNS.
func (s *search) otherServers(domain string, at place, z hostedZone) error {
	return notDelegated("%s: the public DNS returned other name servers for %s (%s) than those of hosted zone %s (%s): "+
		"set the latter at the registrar or in the parent zone", domain, z.name, shownServers(at.servers), z.id, shownServers(z.servers))
}

// elsewhere: the zone holds the name, and the public DNS answers for it from another one.
func (s *search) elsewhere(domain string, at place, z hostedZone) error {
	return notDelegated("%s: the public DNS answers for %s from the zone %s (name servers %s), not from hosted zone %s (%s): "+
		"delegate %s to %s", domain, at.fqdn, dotted(at.zone), shownServers(at.servers), z.id, z.name, z.name, shownServers(z.servers))
}

// publicNamed are the public zones of that name; each name is searched for once. Nobody hosts the root.
func (s *search) publicNamed(ctx context.Context, name string) ([]hostedZone, error) {
	if zones, ok := s.looked[name]; ok || name == "" {
		return zones, nil
	}
	zones, err := s.named(ctx, name)
	if err != nil {
		return nil, err
	}
	var public []hostedZone
	for _, z := range zones {
		if !z.private {
			public = append(public, z)
		}
	}
	s.looked[name] = public
	return public, nil
}

func dotted(zone string) string {
	if zone == "" {
		return "."
	}
	return zone
}
