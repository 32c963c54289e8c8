package plan

import (
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// Endpoints returns the endpoints of a record by itself, each once: every name that is not a wildcard at port 443, the names that
// the record gives for its wildcards, and the endpoints that it adds. There are none if the record switches probes off.
func Endpoints(c *api.Certificate) []api.Endpoint {
	if c == nil || c.Probe.Off {
		return nil
	}
	var all []api.Endpoint
	for _, name := range serverNames(c) {
		all = append(all, api.Endpoint{Host: name, Port: api.ProtocolTLS.DefaultPort(), SNI: name, Protocol: api.ProtocolTLS})
	}
	return unique(all, c.Probe.Endpoints)
}

// AllEndpoints returns what is probed of a certificate: the endpoints of its record, then those of the AWS resources that use it.
func AllEndpoints(in ProbeInput) []api.Endpoint {
	if in.Spec == nil || in.Spec.Probe.Off {
		return nil
	}
	all := Endpoints(in.Spec)
	if in.ReadsFrontends {
		all = unique(all, frontendEndpoints(in.Spec, in.Served.Frontends))
	}
	return all
}

// serverNames returns the names of a record that clients can ask for: those that are no wildcard, and those that stand for its
// wildcards.
func serverNames(c *api.Certificate) []string {
	var names []string
	for _, name := range slices.Concat(c.Domains, c.Probe.NamesForWildcards) {
		if !strings.HasPrefix(name, "*.") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// unique appends to all what is not in it yet.
func unique(all, more []api.Endpoint) []api.Endpoint {
	for _, e := range more {
		if !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	return all
}

// covers reports whether a certificate for these domains is valid for the name (RFC 6125 section 6.4.3).
func covers(domains []string, name string) bool {
	_, parent, _ := strings.Cut(name, ".")
	return slices.Contains(domains, name) || slices.Contains(domains, "*."+parent)
}

// ProbeOrder returns the indexes of AllEndpoints in the order in which they are probed: those that were asked longest ago come
// first, so that an endpoint which the time of one probe was not sufficient for is asked by a later one.
func ProbeOrder(in ProbeInput) []int {
	all := AllEndpoints(in)
	asked := make([]int64, len(all))
	order := make([]int, len(all))
	for i, e := range all {
		order[i] = i
		for _, was := range in.Served.Endpoints {
			if was.Endpoint == e && !was.CheckedAt.IsZero() {
				asked[i] = max(asked[i], was.CheckedAt.Unix())
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(asked[a] - asked[b]) })
	return order
}
