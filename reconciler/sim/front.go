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
	// slow is how long an answer of a host takes.
	slow map[string]time.Duration
	// asked counts how often each host was asked.
	asked map[string]int
	// balancer is a load balancer that ACM names as a user of the certificate; nil: there is none. describing counts how often it
	// was described, and denied is why it cannot be.
	balancer   *front
	describing int
	denied     string
}

// balancerHost is where the load balancer is reached that ACM names, balancerARN its ARN.
const (
	balancerHost = "lb-1.elb.test"
	balancerARN  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/lb/1"
)

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

// balance puts another load balancer before the certificate, which only ACM names.
func (w *World) balance(lag time.Duration) {
	w.ACM.certs[w.front.arn].InUseBy = []string{balancerARN}
	w.front.balancer = w.frontOf(w.front.arn, lag)
	w.Loop.Users, w.Loop.Frontends = worldPorts{w}, worldPorts{w}
}

// describe returns the load balancer.
func (f *front) describe(arns []string) (all []api.Frontend) {
	f.describing++
	for _, arn := range arns {
		switch {
		case f.denied != "":
			all = append(all, api.Frontend{ARN: arn, State: api.FrontendUnknown, Message: f.denied})
		case arn == balancerARN && f.balancer != nil:
			all = append(all, api.Frontend{ARN: arn, State: api.FrontendFound, Host: balancerHost, Ports: []int{443}})
		default:
			all = append(all, api.Frontend{ARN: arn, State: api.FrontendDeleted, Message: "it does not exist"})
		}
	}
	return all
}

// wait lets time pass, and ends with ctx.
func (f *front) wait(ctx context.Context, d time.Duration) {
	for ; d > 0 && ctx.Err() == nil; d -= time.Second {
		f.w.clock.Sleep(ctx, time.Second)
	}
}

func (f *front) probe(ctx context.Context, e api.Endpoint) []api.Sighting {
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	f.asked[e.Host]++
	if e.Host == balancerHost && f.balancer != nil {
		return f.balancer.probe(ctx, e)
	}
	if f.wait(ctx, f.slow[e.Host]); ctx.Err() != nil {
		return []api.Sighting{{State: api.SightingUnknown, Message: "the time ended"}}
	}
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
