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
	// breaksWith: it does not answer with the nth certificate of the CA; 0: with none.
	breaksWith int
	// showed are the serials that it served to a probe.
	showed map[string]bool
}

// open puts a load balancer before the record's certificate, and switches probes on.
func (w *World) open(name string, lag time.Duration) {
	arn := w.status(name).ACMARN
	w.front = w.frontOf(arn, lag)
	w.Loop.Prober = worldPorts{w}
}

func (w *World) frontOf(arn string, lag time.Duration) *front {
	leaf := w.ACM.certs[arn].Leaf
	return &front{w: w, lag: lag, arn: arn, served: &leaf, showed: map[string]bool{}}
}

// frontAt returns the load balancer at which the endpoint is.
func (w *World) frontAt(e api.Endpoint) *front {
	if f := w.fronts[e.Host]; f != nil {
		return f
	}
	return w.front
}

func (f *front) probe(api.Endpoint) []api.Sighting {
	if c, ok := f.w.ACM.certs[f.arn]; ok && f.w.clock.now.Sub(c.ImportedAt) >= f.lag {
		leaf := c.Leaf
		if f.served = &leaf; f.w.isNth(leaf.Serial, f.breaksWith) {
			f.served = nil
		}
	}
	seen := api.Sighting{Family: api.IPv4, Address: "198.51.100.1", State: api.SightingUnreachable, Message: "the connection was refused"}
	if f.served != nil {
		f.showed[f.served.Serial] = true
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
