package plan

import (
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// Endpoints returns what is probed for a record, each once: every name that is not a wildcard at port 443, the names that the
// record gives for its wildcards, and the endpoints that it adds. There are none if the record switches probes off.
func Endpoints(c *api.Certificate) []api.Endpoint {
	if c == nil || c.Probe.Off {
		return nil
	}
	var all []api.Endpoint
	add := func(e api.Endpoint) {
		if !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	for _, name := range slices.Concat(c.Domains, c.Probe.NamesForWildcards) {
		if !strings.HasPrefix(name, "*.") {
			add(api.Endpoint{Host: name, Port: api.ProtocolTLS.DefaultPort(), SNI: name, Protocol: api.ProtocolTLS})
		}
	}
	for _, e := range c.Probe.Endpoints {
		add(e)
	}
	return all
}
