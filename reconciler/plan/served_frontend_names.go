package plan

import (
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// frontendEndpoints returns where the AWS resources that use the certificate are asked: each listener with each name of the record
// that it serves, at most api.MaxFrontendEndpoints. Every listener is asked with its first name before one is asked with its second.
func frontendEndpoints(c *api.Certificate, frontends []api.ServedFrontend) []api.Endpoint {
	var all []api.Endpoint
	names := make([][]string, len(frontends))
	rounds := 0
	for i, f := range frontends {
		names[i] = namesAt(c, f)
		rounds = max(rounds, len(names[i]))
	}
	for round := range rounds {
		for i, f := range frontends {
			if round >= len(names[i]) {
				continue
			}
			for _, port := range f.Ports {
				if len(all) == api.MaxFrontendEndpoints {
					return all
				}
				all = append(all, api.Endpoint{Host: f.Host, Port: port, SNI: names[i][round], Protocol: api.ProtocolTLS, Target: f.Target})
			}
		}
	}
	return all
}

// namesAt returns the names with which a resource is asked, each once. A wildcard for which no name is known is asked as "www":
// the resource finds the certificate by the wildcard, whatever the first label is.
func namesAt(c *api.Certificate, f api.ServedFrontend) []string {
	names := serverNames(c)
	for _, name := range f.Serves {
		if !strings.HasPrefix(name, "*.") && covers(c.Domains, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, domain := range c.Domains {
		parent, isWildcard := strings.CutPrefix(domain, "*.")
		if isWildcard && !slices.ContainsFunc(names, func(n string) bool { return covers([]string{domain}, n) }) {
			names = append(names, "www."+parent)
		}
	}
	serves := api.Frontend{Names: f.Serves}
	return slices.DeleteFunc(names, func(name string) bool { return !serves.Serves(name) })
}
