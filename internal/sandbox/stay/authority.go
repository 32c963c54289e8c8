package stay

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"certloop/internal/sandbox/pebble"
)

// authority is the switch of both CAs. Its zero value passes everything on.
type authority struct{ mode atomic.Pointer[mode] }

// mode is how the CAs behave. shown describes it.
type mode struct {
	shown  string
	answer pebble.Fault
}

func (a *authority) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m := a.mode.Load(); m != nil {
			m.answer(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *authority) String() string {
	if m := a.mode.Load(); m != nil {
		return m.shown
	}
	return "up"
}

func (a *authority) set(m *mode) string {
	a.mode.Store(m)
	return "The CAs are " + a.String() + "."
}

// up removes every fault.
func (a *authority) up() string { return a.set(nil) }

// down closes every connection before the CA answers.
func (a *authority) down() string { return a.set(&mode{"down", pebble.LostRequest}) }

// slow delays every answer.
func (a *authority) slow(by time.Duration) string {
	return a.set(&mode{fmt.Sprintf("slow: each answer takes %s longer", by), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		select {
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-time.After(by):
			next.ServeHTTP(w, r)
		}
	}})
}

// limited refuses new accounts and new orders, as a CA does whose rate limit is reached.
func (a *authority) limited(retryAfter time.Duration) string {
	refuse := pebble.Problem(http.StatusTooManyRequests, "rateLimited", "too many new orders in the sandbox",
		"Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	return a.set(&mode{fmt.Sprintf("rate-limited: new orders and accounts are refused with Retry-After %s", retryAfter),
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if kind := pebble.KindOf(r); kind == pebble.NewOrder || kind == pebble.NewAccount {
				refuse(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}})
}
