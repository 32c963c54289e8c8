package sim

import (
	"context"
	"time"

	"certloop/reconciler/api"
)

// front is a load balancer with one address: it serves the certificate at one ARN, and picks up an import late.
type front struct {
	w   *World
	lag time.Duration
	// arn is its certificate; empty: it serves what it has.
	arn string
	// served is what it serves; nil: it does not answer.
	served *api.Leaf
}

// open puts a load balancer before the record's certificate, and switches probes on.
func (w *World) open(name string, lag time.Duration) {
	arn := w.status(name).ACMARN
	w.front = &front{w: w, lag: lag, arn: arn, served: &w.ACM.certs[arn].Leaf}
	w.Loop.Prober = worldPorts{w}
}

func (f *front) probe(api.Endpoint) []api.Sighting {
	if c, ok := f.w.ACM.certs[f.arn]; ok && f.w.clock.now.Sub(c.ImportedAt) >= f.lag {
		leaf := c.Leaf
		f.served = &leaf
	}
	seen := api.Sighting{Family: api.IPv4, Address: "198.51.100.1", State: api.SightingUnreachable, Message: "the connection was refused"}
	if f.served != nil {
		seen.State, seen.Leaf, seen.Trusted, seen.Message = api.SightingAnswered, *f.served, true, ""
	}
	return []api.Sighting{seen}
}

// probe is the schedule of probes.
func (w *World) probe() {
	if w.front == nil {
		return
	}
	for range w.Table.DueServed(context.Background(), w.clock.now) { // an empty index is no fault point worth trying
		w.survive(func() { _ = w.Loop.Probe(context.Background()) })
		return
	}
}
