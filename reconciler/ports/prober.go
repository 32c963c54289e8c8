package ports

import (
	"context"

	"certloop/reconciler/api"
)

// Prober shows which certificates a TLS endpoint serves.
type Prober interface {
	// Probe connects to the endpoint over IPv4 and IPv6 apart, and returns at least one Sighting. It never fails: what
	// could not be seen is a Sighting too.
	//
	//   - Each address of the host, up to api.MaxAddresses a family, has one Sighting. Of a family, the Private addresses
	//     have one together, and those without a route have one. Sightings are in the order IPv4, IPv6, then by address.
	//   - A host without addresses has one Sighting without family: Unreachable if the DNS reports that it does not
	//     exist, Unknown if the DNS did not answer.
	//   - A family that the DNS did not answer about has one Sighting without address: Unknown.
	//   - When ctx ends, what was not asked until then is Unknown.
	Probe(ctx context.Context, e api.Endpoint) []api.Sighting
}
