package acme_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/internal/sandbox/pebble"
	"certloop/reconciler/api"
)

// many are names in no order.
func many(n int) (domains []string) {
	for i := range n {
		domains = append(domains, fmt.Sprintf("n%02d.example.com", (i*7)%n))
	}
	return domains
}

// crowd lets requests through once so many have come together, and counts how many there are at a time.
type crowd struct {
	size     int64
	now, top atomic.Int64
	came     atomic.Int64
	together chan struct{}
}

func newCrowd(size int64) *crowd { return &crowd{size: size, together: make(chan struct{})} }

func (c *crowd) fault(w http.ResponseWriter, r *http.Request, next http.Handler) {
	now := c.now.Add(1)
	defer c.now.Add(-1)
	for top := c.top.Load(); now > top && !c.top.CompareAndSwap(top, now); top = c.top.Load() {
	}
	if c.came.Add(1) == c.size {
		close(c.together)
	}
	select {
	case <-c.together:
		next.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

func TestAuthorizationsAreReadAFewAtATime(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names(many(23)...)).URL
	first := w.get(url)
	c := newCrowd(5)
	w.faults.Fail(pebble.Authorization, -1, c.fault)
	orders, authorizations, nonces := w.ca.Count(pebble.Order), w.ca.Count(pebble.Authorization), w.ca.Count(pebble.NewNonce)
	got, err := w.client.GetOrder(within(t, time.Minute), w.account, url)
	if err != nil {
		t.Fatalf("%d came together: %v", c.came.Load(), err)
	}
	if top := c.top.Load(); top != 5 {
		t.Errorf("%d at a time", top)
	}
	if n, m := w.ca.Count(pebble.Order)-orders, w.ca.Count(pebble.Authorization)-authorizations; n != 1 || m != 23 {
		t.Errorf("%d requests for the order, %d for its authorizations", n, m)
	}
	if n := w.ca.Count(pebble.NewNonce) - nonces; n != 0 {
		t.Errorf("%d nonces were fetched, where the answers before had brought enough", n)
	}
	if !reflect.DeepEqual(got, first) || !slices.IsSortedFunc(got.Authorizations, func(a, b api.Authorization) int { return strings.Compare(a.Domain, b.Domain) }) {
		t.Errorf("it differs (-first +got):\n%s", cmp.Diff(first, got))
	}
}

func TestAuthorizationsAreReadWithBadNonces(t *testing.T) {
	w := registeredWorld(t, pebble.Options{RejectNonces: 15})
	url := w.order(names(many(40)...)).URL
	for range 3 {
		if got := w.get(url).Authorizations; len(got) != 40 || slices.ContainsFunc(got, func(a api.Authorization) bool { return a.TXTValue == "" }) {
			t.Errorf("%d authorizations: %+v", len(got), got)
		}
	}
	refused := 0
	for _, r := range w.ca.Requests() {
		if r.Kind == pebble.Authorization && r.Status == http.StatusBadRequest {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no nonce was refused")
	}
}

// TestTheFirstErrorEndsTheOthers: they are not waited for, and nothing is left of them.
func TestTheFirstErrorEndsTheOthers(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names(many(30)...)).URL
	for range 10 {
		w.faults.Stop()
		c := newCrowd(5)
		refuse := pebble.Problem(429, "rateLimited", "too many", "Retry-After", "120")
		w.faults.Fail(pebble.Authorization, 4, func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
			c.fault(rw, r, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		})
		w.faults.Fail(pebble.Authorization, -1, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			c.fault(rw, r, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { refuse(rw, r, next) }))
		})
		before := w.ca.Count(pebble.Authorization)
		_, err := w.client.GetOrder(within(t, time.Minute), w.account, url)
		expect(t, err, api.Throttled, api.ReasonRateLimited)
		if after := api.RetryAfterOf(err); after != 2*time.Minute {
			t.Errorf("to come again after %s", after)
		}
		if left := underWay(); left != "" {
			t.Fatalf("still under way:\n%s", left)
		}
		if n := w.ca.Count(pebble.Authorization) - before; n != 5 {
			t.Errorf("%d were asked for", n)
		}
	}
}

func TestTheEndOfTheContextEndsThemAll(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	url := w.order(names(many(30)...)).URL
	ctx, cancel := context.WithCancel(t.Context())
	c := newCrowd(5)
	w.faults.Fail(pebble.Authorization, -1, func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		c.fault(rw, r, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }))
	})
	_, err := w.client.GetOrder(ctx, w.account, url)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if left := underWay(); left != "" {
		t.Errorf("still under way:\n%s", left)
	}
}

// underWay are the goroutines that are in a session of a call.
func underWay() string {
	stacks := make([]byte, 1<<20)
	for one := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(one, "providers/acme.(*session)") {
			return one
		}
	}
	return ""
}
