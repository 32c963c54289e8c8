package probe

import (
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"certloop/internal/sandbox/manyfronts"
	"certloop/reconciler/api"
)

// The endpoints of these tests are served by another process, so that the sockets and the memory of this one are the
// Prober's.
func TestMain(m *testing.M) {
	if manyfronts.ServeIfAsked() {
		return
	}
	os.Exit(m.Run())
}

// seen is what many probes have shown, and what they took.
type seen struct {
	states map[api.SightingState]int
	// sockets and megabytes are the most at one time.
	sockets, megabytes int
	took               time.Duration
}

// probeMany probes that many endpoints at once, and checks their states and the bounds.
func probeMany(t testing.TB, count, silent int, c Config) seen {
	t.Helper()
	from := manyfronts.Start(t, silent)
	c.Network, c.Roots, c.Resolvers = api.NetworkPrivate, from.Roots, []string{from.Resolver}
	p := New(c)
	limitFiles(t, p.config.MaxSockets)
	before, stop, most := manyfronts.OpenSockets(t), make(chan struct{}), make(chan int)
	go func() {
		peak := 0
		for {
			peak = max(peak, manyfronts.OpenSockets(t)-before)
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	start, result := time.Now(), seen{states: map[api.SightingState]int{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() {
			sightings := p.Probe(t.Context(), api.Endpoint{Host: manyfronts.HostOf(n), Port: from.Port})
			mu.Lock()
			defer mu.Unlock()
			for _, s := range sightings {
				if result.states[s.State]++; s.State == api.SightingAnswered && !s.Trusted {
					t.Errorf("endpoint %d is %+v", n, s)
				}
			}
		})
	}
	all.Wait()
	result.took = time.Since(start)
	close(stop)
	result.sockets, result.megabytes = <-most, manyfronts.PeakMegabytes(t)
	result.check(t, count, count*(silent+manyfronts.Refusing)/manyfronts.Edges, p.config.MaxSockets)
	return result
}

// limitFiles makes the kernel refuse another socket beyond those of the Prober. What it refuses is Unknown then.
func limitFiles(t testing.TB, sockets int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	before := limit.Cur
	t.Cleanup(func() {
		limit.Cur = before
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	})
	// The listing has itself, whose place OpenSockets needs.
	limit.Cur = uint64(len(entries) + sockets)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
}

func (s seen) check(t testing.TB, count, unreachable, sockets int) {
	t.Helper()
	if s.states[api.SightingAnswered] != 2*count-unreachable || s.states[api.SightingUnreachable] != unreachable || len(s.states) != 2 {
		t.Errorf("of %d endpoints the states are %v", count, s.states)
	}
	if s.sockets < sockets/2 { // limitFiles has the upper bound
		t.Errorf("%d sockets were open at one time, want about %d", s.sockets, sockets)
	}
	if s.megabytes > 256 {
		t.Errorf("%d MB were used", s.megabytes)
	}
	if s.took > 5*time.Minute {
		t.Errorf("it took %s", s.took)
	}
}

// TestManyEndpoints is BenchmarkTenThousandEndpoints in small.
func TestManyEndpoints(t *testing.T) {
	probeMany(t, 1000, 0, Config{MaxSockets: 64, Timeout: time.Minute})
}

// BenchmarkTenThousandEndpoints probes 10,000 endpoints at once, each over both families, with the default bounds. A
// hundred of them accept connections and never answer.
func BenchmarkTenThousandEndpoints(b *testing.B) {
	const count = 10_000
	for b.Loop() {
		s := probeMany(b, count, 1, Config{})
		b.ReportMetric(count/s.took.Seconds(), "endpoints/s")
		b.ReportMetric(defaultSockets, "sockets") // the kernel allowed no more
		b.ReportMetric(float64(s.megabytes), "MB")
	}
}
