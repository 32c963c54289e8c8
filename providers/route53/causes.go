package route53

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// privateServers are the name servers that every private hosted zone shows inside its VPCs. Nobody can ask them.
var privateServers = []string{"ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk"}

// privateView is the error where the resolver answers from a private hosted zone, of which a CA sees nothing; nil where
// it does not. The public delegation may be right all the same.
func privateView(domain string, at place) error {
	for _, server := range at.servers {
		if !slices.Contains(privateServers, server) {
			return nil
		}
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonPrivateZoneSeen, Message: fmt.Sprintf(
		"%s: the resolver answers for %s from a private hosted zone (name servers %s), which no CA can query: set CERTLOOP_RESOLVERS to public "+
			"resolvers, such as 1.1.1.1:53,8.8.8.8:53", domain, dotted(at.zone), shownServers(at.servers))}
}

// noZone is the error where no hosted zone of the name is seen.
func (s *search) noZone(domain string, at place) error {
	if challenge := prefix + domain; at.fqdn != challenge {
		return notFound("%s: no hosted zone for %s: %s is a CNAME to %s, which lies in the zone %s (name servers %s), and %s finds no public "+
			"hosted zone of that name: remove the CNAME record, or point it into a hosted zone of yours",
			domain, domain, challenge, at.fqdn, dotted(at.zone), shownServers(at.servers), awsrole.Name(s.role))
	}
	return notFound("%s: no hosted zone for %s: the public DNS answers for %s from the zone %s (name servers %s), and %s finds no public hosted "+
		"zone of that name: create and delegate one, set dns.role_arn to a role of its account, or point a CNAME from %s into a hosted zone",
		domain, domain, at.fqdn, dotted(at.zone), shownServers(at.servers), awsrole.Name(s.role), at.fqdn)
}

// splitWarning returns a warning where the public DNS returns name servers of another provider beside those of the hosted zone: a CA
// that asks one of them does not see the TXT record. Empty: there are none. Names of the owner's own for the zone's
// servers do not count.
func (s *search) splitWarning(ctx context.Context, domain string, at place, z hostedZone) string {
	var others []string
	for _, server := range at.servers {
		if !slices.Contains(z.servers, server) {
			others = append(others, server)
		}
	}
	if len(others) == 0 || len(others) == len(at.servers) {
		return ""
	}
	if theirs, err := s.dns.addresses(ctx, others); err == nil && len(theirs) > 0 {
		if ours, err := s.dns.addresses(ctx, z.servers); err == nil && intersect(theirs, ours) {
			return ""
		}
	}
	return api.Message(fmt.Sprintf("%s: the zone %s is served at two providers, hosted zone %s and %s: a CA that queries the latter does not find the "+
		"TXT record, so validation may fail; keep the name servers of one provider", domain, dotted(at.zone), z.id, shownServers(others)))
}

// shownServers names the first name servers of a list, which may be long.
func shownServers(servers []string) string {
	const most = 6
	if len(servers) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(servers[:most], ", "), len(servers)-most)
	}
	return strings.Join(servers, ", ")
}
