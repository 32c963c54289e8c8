package acme_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

func TestAHungServerIsLeftWithTheContext(t *testing.T) {
	for method, c := range calls {
		for where, kind := range map[string]pebble.Kind{
			"in its own request": c.kind, "in the directory": pebble.Directory, "in the nonce": pebble.NewNonce,
		} {
			if c.kind == pebble.RenewalInfo && kind == pebble.NewNonce {
				continue // it needs none
			}
			t.Run(method+" "+where, func(t *testing.T) {
				t.Parallel()
				w := registeredWorld(t, pebble.Options{})
				o := pending(w)
				for _, hang := range []pebble.Fault{pebble.Hang, pebble.HangInBody} {
					w.fresh()
					w.faults.Stop()
					w.faults.Fail(kind, -1, hang)
					if kind == pebble.NewNonce {
						w.faults.Stop()
						w.faults.Fail(kind, -1, pebble.Hang) // a HEAD has no body
					}
					began := time.Now()
					err := c.call(within(t, 50*time.Millisecond), w, o)
					expect(t, err, api.Transient, api.ReasonCAUnavailable)
					if !strings.HasSuffix(api.MessageOf(err), " in time; certloop retries") {
						t.Errorf("the message is %q", api.MessageOf(err))
					}
					if took := time.Since(began); took > soon {
						t.Errorf("it took %s", took)
					}
				}
			})
		}
	}
}

// soon is far more than a call takes that ends with its context, also on a busy machine, and less than the limit of a
// request.
const soon = 15 * time.Second

// Two calls need the directory; the one with less time does not wait for the other's.
func TestACallDoesNotWaitForTheDirectoryOfAnother(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.faults.Fail(pebble.Directory, -1, pebble.Hang)
	patient, end := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { _, _ = w.client.Lookup(patient, w.account) })
	for w.ca.Count(pebble.Directory) == 0 {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	_, err := w.client.Lookup(within(t, 50*time.Millisecond), w.account)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if took := time.Since(began); took > soon || w.ca.Count(pebble.Directory) != 1 {
		t.Errorf("it took %s, and the directory was asked for %d times", took, w.ca.Count(pebble.Directory))
	}
	end()
	done.Wait()
}

func TestACallWithoutTimeSendsNothing(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	o := pending(w)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	before := len(w.ca.Requests())
	for method, c := range calls {
		t.Run(method, func(t *testing.T) { expect(t, c.call(ended, w, o), api.Transient, api.ReasonCAUnavailable) })
	}
	if n := len(w.ca.Requests()) - before; n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestARequestHasItsOwnLimit(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", RequestTimeout: 50 * time.Millisecond})
	w.faults.Fail(pebble.NewOrder, 1, pebble.Hang)
	_, err := w.client.NewOrder(t.Context(), w.account, names("www.example.com"))
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
}

func TestACAThatRefusesEveryNonce(t *testing.T) {
	t.Run("is left after some attempts", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, pebble.Options{RejectNonces: 100})
		_, err := w.client.Lookup(t.Context(), w.account)
		expect(t, err, api.Transient, api.ReasonCAUnavailable)
		if n := w.ca.Count(pebble.NewAccount); n != 10 {
			t.Errorf("%d attempts, want 10", n)
		}
		if m := api.MessageOf(err); !strings.HasSuffix(m, "refused every nonce, including those that it had just issued; certloop retries") {
			t.Errorf("the message is %q", m)
		}
	})
	t.Run("is left with the context", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, pebble.Options{RejectNonces: 100})
		began := time.Now()
		_, err := w.client.Lookup(within(t, 200*time.Millisecond), w.account)
		expect(t, err, api.Transient, api.ReasonCAUnavailable)
		if took := time.Since(began); took > soon {
			t.Errorf("it took %s", took)
		}
	})
}

func TestANonceThatDoesNotCome(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	w.faults.Fail(pebble.NewNonce, 1, pebble.Answer(200, ""))
	_, err := w.client.Lookup(t.Context(), w.account)
	expect(t, err, api.Transient, api.ReasonCAUnavailable)
	if !strings.Contains(api.MessageOf(err), "returned no nonce") {
		t.Errorf("the message is %q", api.MessageOf(err))
	}
}
