package manyfronts_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"certloop/internal/sandbox/manyfronts"
	"certloop/providers/probe"
	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
	"certloop/store/memory"
)

func TestMain(m *testing.M) {
	if manyfronts.ServeIfAsked() {
		return
	}
	os.Exit(m.Run())
}

// invocation is the time that the schedule's function has.
const invocation = time.Minute

// TestLoopProbesManyEndpoints is BenchmarkLoopProbesTenThousandEndpoints in small, without an endpoint that never answers.
func TestLoopProbesManyEndpoints(t *testing.T) {
	for _, each := range []int{1, 6} {
		t.Run(strconv.Itoa(each)+" names each", func(t *testing.T) {
			if r := probeAll(t, 600/each, each, 0); r.unknown > 0 {
				t.Errorf("%d endpoints are unknown", r.unknown)
			}
		})
	}
}

// BenchmarkLoopProbesTenThousandEndpoints probes the endpoints of a fleet with the action of the function, one invocation after
// another, until the result of every certificate is stored. A hundred endpoints never answer over IPv4.
func BenchmarkLoopProbesTenThousandEndpoints(b *testing.B) {
	const endpoints = 10_000
	for _, each := range []int{1, 100} {
		b.Run(strconv.Itoa(each)+" names each", func(b *testing.B) {
			for b.Loop() {
				r := probeAll(b, endpoints/each, each, 1)
				megabytes := manyfronts.PeakMegabytes(b)
				if r.took > 5*time.Minute || megabytes > 256 || r.unknown > endpoints/100 {
					b.Errorf("it took %s and %d MB, and %d endpoints are unknown", r.took, megabytes, r.unknown)
				}
				b.ReportMetric(endpoints/r.took.Seconds(), "endpoints/s")
				b.ReportMetric(float64(r.invocations), "invocations")
				b.ReportMetric(float64(r.unknown), "unknown")
				b.ReportMetric(float64(megabytes), "MB")
			}
		})
	}
}

// result is what the probes of a fleet took.
type result struct {
	took        time.Duration
	invocations int
	// unknown is how many endpoints had no answer of an address when the time of their certificate ended. The next probe of the
	// certificate asks them first.
	unknown int
}

// probeAll probes the endpoints of that many certificates with so many names each, without the pauses of the schedule.
func probeAll(t testing.TB, certificates, each, silent int) (r result) {
	t.Helper()
	fronts, table, queue := manyfronts.Start(t, silent), memory.New(), &counted{}
	for n := range certificates {
		put(t, table, fronts, n, certificates, each)
	}
	loop := reconciler.New(reconciler.Config{
		Certificates: table, Accounts: table, Policies: table, Usage: table, Index: table, Controller: table, Served: table, Queue: queue, Region: "eu-central-1",
		Prober: atPort{probe.New(probe.Config{Network: api.NetworkPrivate, Resolvers: []string{fronts.Resolver}, Roots: fronts.Roots}), fronts.Port},
	})
	start := time.Now()
	for anyDue(t, table) {
		ctx, cancel := context.WithTimeout(t.Context(), invocation)
		err := loop.Probe(ctx)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if r.invocations++; time.Since(start) > 10*time.Minute {
			t.Fatal("certificates are still due")
		}
	}
	r.took = time.Since(start)
	r.unknown = check(t, table, certificates, each, silent)
	return r
}

// put makes one converged certificate. Its names are those of endpoints of one key type, each at another edge. There are as many
// certificates at each edge, if their count is a multiple of manyfronts.Edges.
func put(t testing.TB, table *memory.Table, fronts manyfronts.Fronts, n, certificates, each int) {
	t.Helper()
	name, k := nameOf(n), manyfronts.KeyTypeOf(n)
	var domains []any
	for i := range each {
		domains = append(domains, manyfronts.HostOf(n+3*(certificates+1)*i))
	}
	leaf, err := api.ParseLeaf(fronts.Leaves[k])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(fronts.Leaves[k].Raw)
	table.PutRecord(map[string]any{"name": name, "kind": "Certificate", "domains": domains, "key_type": string(k)})
	s := &api.CertificateStatus{FingerprintSHA256: hex.EncodeToString(sum[:]), Serial: leaf.Serial, NotAfter: leaf.NotAfter, KeyType: k}
	if err := table.Write(t.Context(), api.Write{Name: name, Status: s}); err != nil {
		t.Fatal(err)
	}
	if err := table.WriteServed(t.Context(), name, &api.ServedStatus{DueAt: 1}); err != nil {
		t.Fatal(err)
	}
}

func anyDue(t testing.TB, table *memory.Table) bool {
	t.Helper()
	for _, err := range table.DueServed(t.Context(), time.Now()) {
		if err != nil {
			t.Fatal(err)
		}
		return true
	}
	return false
}

// check compares what is stored with what the endpoints serve: the certificate of the record, over both families, but for the IPv4
// addresses that never answer or refuse. It returns how many are unknown.
func check(t testing.TB, table *memory.Table, certificates, each, silent int) (unknown int) {
	t.Helper()
	states := map[api.ServedState]int{}
	for n := range certificates {
		o, err := table.Get(t.Context(), nameOf(n))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range o.Served.Endpoints {
			states[e.State]++
		}
	}
	unknown = states[api.ServedUnknown]
	all := certificates * each
	unreachable := all * (silent + manyfronts.Refusing) / manyfronts.Edges
	current, not := states[api.ServedCurrent], states[api.ServedUnreachable]
	if current+not+unknown != 2*all || current > 2*all-unreachable || not > unreachable {
		t.Errorf("the states of %d endpoints over two families are %v, and %d addresses do not answer", all, states, unreachable)
	}
	return unknown
}

func nameOf(n int) string { return fmt.Sprintf("%05d.example", n) }

// atPort asks at another port, because tests may not listen at 443 everywhere.
type atPort struct {
	ports.Prober
	port int
}

func (p atPort) Probe(ctx context.Context, e api.Endpoint) []api.Sighting {
	e.Port = p.port
	return p.Prober.Probe(ctx, e)
}

// counted counts what is queued.
type counted struct{ requests atomic.Int64 }

func (c *counted) Enqueue(_ context.Context, _ time.Duration, requests ...api.Request) error {
	c.requests.Add(int64(len(requests)))
	return nil
}
