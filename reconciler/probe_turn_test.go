package reconciler

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"certloop/reconciler/api"
	"certloop/store/memory"
)

// crowd is a prober that counts. Every endpoint takes a second, and the first of a certificate ten if slow is true.
type crowd struct {
	mu          sync.Mutex
	asked, peak int
	// underWay are the certificates of which some endpoints were asked and others not, each with the count of those to come.
	underWay map[string]int
	crowded  int
	names    int
	slow     bool
}

func (c *crowd) Probe(_ context.Context, e api.Endpoint) []api.Sighting {
	name, certificate, _ := strings.Cut(e.Host, ".")
	c.mu.Lock()
	c.asked++
	c.peak = max(c.peak, c.asked)
	if _, begun := c.underWay[certificate]; !begun {
		c.underWay[certificate] = c.names
		c.crowded = max(c.crowded, len(c.underWay))
	}
	c.mu.Unlock()
	time.Sleep(time.Second)
	if c.slow && name == "n0" {
		time.Sleep(9 * time.Second)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked--
	if c.underWay[certificate]--; c.underWay[certificate] == 0 {
		delete(c.underWay, certificate)
	}
	return []api.Sighting{{State: api.SightingUnreachable}}
}

func (*crowd) Enqueue(context.Context, time.Duration, ...api.Request) error { return nil }

// TestProbe_SharesItsTurns: as many endpoints are asked at a time as there may be, whether many certificates have one name or few have
// many; and of those with many, few are under way at a time, so that the time of each is sufficient.
func TestProbe_SharesItsTurns(t *testing.T) {
	for _, c := range []struct{ certificates, names, crowded int }{{600, 1, 64}, {60, 10, 13}, {6, 100, 6}, {20, 30, 9}} {
		t.Run(fmt.Sprintf("%d with %d names", c.certificates, c.names), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				table, seen := memory.New(), &crowd{underWay: map[string]int{}, names: c.names}
				for n := range c.certificates {
					putProbed(t, table, fmt.Sprintf("c%d.example", n), c.names)
				}
				r, start := New(Config{Certificates: table, Served: table, Queue: seen, Prober: seen, Region: "eu-central-1"}), time.Now()
				if err := r.Probe(t.Context()); err != nil {
					t.Fatal(err)
				}
				if seen.peak > 64 || seen.peak < 48 {
					t.Errorf("%d endpoints were asked at a time, want up to 64", seen.peak)
				}
				if least := time.Duration(c.certificates*c.names/64) * time.Second; time.Since(start) > 2*least {
					t.Errorf("it took %s, and %s is the least", time.Since(start), least)
				}
				if seen.crowded > c.crowded {
					t.Errorf("%d certificates were under way at a time, want %d", seen.crowded, c.crowded)
				}
				if len(seen.underWay) > 0 {
					t.Errorf("not all endpoints were asked: %v", seen.underWay)
				}
			})
		})
	}
}

// putProbed makes one certificate that is due for a probe.
func putProbed(t *testing.T, table *memory.Table, name string, names int) {
	t.Helper()
	var domains []any
	for i := range names {
		domains = append(domains, fmt.Sprintf("n%d.%s", i, name))
	}
	table.PutRecord(map[string]any{"name": name, "kind": "Certificate", "domains": domains})
	s := &api.CertificateStatus{FingerprintSHA256: strings.Repeat("ab", 32), Serial: "1", NotAfter: time.Now().Add(time.Hour), KeyType: api.EC256}
	if err := table.Write(t.Context(), api.Write{Name: name, Status: s}); err != nil {
		t.Fatal(err)
	}
	if err := table.WriteServed(t.Context(), name, &api.ServedStatus{DueAt: 1}); err != nil {
		t.Fatal(err)
	}
}

// TestProbe_OneSlowEndpointHoldsOnePlace: what a certificate does not need any more is given to others while it waits for an endpoint.
func TestProbe_OneSlowEndpointHoldsOnePlace(t *testing.T) {
	const certificates, names = 16, 40
	synctest.Test(t, func(t *testing.T) {
		table, seen := memory.New(), &crowd{underWay: map[string]int{}, names: names, slow: true}
		for n := range certificates {
			putProbed(t, table, fmt.Sprintf("c%d.example", n), names)
		}
		r, start := New(Config{Certificates: table, Served: table, Queue: seen, Prober: seen, Region: "eu-central-1"}), time.Now()
		if err := r.Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 25*time.Second || len(seen.underWay) > 0 {
			t.Errorf("it took %s, and not all endpoints were asked: %v", took, seen.underWay)
		}
	})
}
