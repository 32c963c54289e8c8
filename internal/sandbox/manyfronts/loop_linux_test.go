package manyfronts_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
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
			probeAll(t, 600/each, each, 0)
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
				took, invocations := probeAll(b, endpoints/each, each, 1)
				megabytes := manyfronts.PeakMegabytes(b)
				if took > 5*time.Minute || megabytes > 256 {
					b.Errorf("it took %s and %d MB", took, megabytes)
				}
				b.ReportMetric(endpoints/took.Seconds(), "endpoints/s")
				b.ReportMetric(float64(invocations), "invocations")
				b.ReportMetric(float64(megabytes), "MB")
			}
		})
	}
}

// probeAll probes the endpoints of that many certificates with so many names each, and returns the time and the count of
// invocations. An invocation that finds nothing due takes the place of the schedule's pause.
func probeAll(t testing.TB, certificates, each, silent int) (took time.Duration, invocations int) {
	t.Helper()
	fronts, table, queue := manyfronts.Start(t, silent), memory.New(), &counted{}
	for n := range certificates {
		put(t, table, fronts, n, certificates, each)
	}
	r := reconciler.New(reconciler.Config{
		Certificates: table, Accounts: table, Policies: table, Usage: table, Index: table, Controller: table, Served: table, Queue: queue, Region: "eu-central-1",
		Prober: atPort{probe.New(probe.Config{Network: api.NetworkPrivate, Resolvers: []string{fronts.Resolver}, Roots: fronts.Roots}), fronts.Port},
	})
	start := time.Now()
	for anyDue(t, table) {
		ctx, cancel := context.WithTimeout(t.Context(), invocation)
		err := r.Probe(ctx)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if invocations++; time.Since(start) > 10*time.Minute {
			t.Fatal("certificates are still due")
		}
	}
	took = time.Since(start)
	check(t, table, certificates, each, silent)
	return took, invocations
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
// addresses that never answer or refuse.
func check(t testing.TB, table *memory.Table, certificates, each, silent int) {
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
	all := certificates * each
	unreachable := all * (silent + manyfronts.Refusing) / manyfronts.Edges
	want := map[api.ServedState]int{api.ServedCurrent: 2*all - unreachable, api.ServedUnreachable: unreachable}
	if !maps.Equal(states, want) {
		t.Errorf("the states of %d endpoints are %v, want %v", all, states, want)
	}
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
