// Package faults disturbs the AWS endpoint of a sandbox, at one place for every service: each request takes longer, the
// published request rates of AWS hold, and a share of the requests goes wrong.
//
// Sandbox.Options.Faults switches it on; make demo has LATENCY, RATES and FAULTS. A fault happens before or after the request takes effect, or ends the connection instead of an answer. The answers are
// those of the service's own protocol.
package faults

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"certloop/internal/sandbox/iam"
)

// Config says what goes wrong. The zero value is nothing.
type Config struct {
	// Latency is how much longer each request takes.
	Latency time.Duration
	// Rates are requests a second by service and operation ("acm ImportCertificate"), or by service for all of its
	// operations together ("route53"), of each account and region. AWS returns the published ones.
	Rates map[string]float64
	// Share is the share of the requests that go wrong, from 0 to 1.
	Share float64
	// Kinds are how they go wrong (default all).
	Kinds []Kind
	// Seed makes the choice reproducible, as far as the order of the requests is.
	Seed uint64
	// Account returns the account of an access key (default: one for all).
	Account func(accessKey string) string
	// Exempt reports whether requests with an access key pass undisturbed (default: none do).
	Exempt func(accessKey string) bool
	// Now is the clock of the rates (default time.Now).
	Now func() time.Time
}

// Kind is how a request goes wrong.
type Kind string

// These are the kinds.
const (
	// Throttled: above the rate, without an effect.
	Throttled Kind = "throttled"
	// Unavailable: an error of the server, without an effect.
	Unavailable Kind = "unavailable"
	// Failed: an error of the server after the effect.
	Failed Kind = "failed"
	// LostRequest and LostReply: the connection ends before the effect, and after it.
	LostRequest Kind = "lost request"
	LostReply   Kind = "lost reply"
)

// Kinds are all kinds.
var Kinds = []Kind{Throttled, Unavailable, Failed, LostRequest, LostReply}

// Parse reads a configuration from the texts of a command line: a duration, "aws" or nothing, and a percentage.
func Parse(latency, rates, share string) (c Config, err error) {
	if latency != "" {
		if c.Latency, err = time.ParseDuration(latency); err != nil || c.Latency < 0 {
			return c, fmt.Errorf("latency is %q: set it to a duration such as 20ms", latency)
		}
	}
	switch rates {
	case "":
	case "aws":
		c.Rates = AWS()
	default:
		return c, fmt.Errorf("rates is %q: set it to aws, or to nothing", rates)
	}
	if share != "" {
		percent, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 64)
		if err != nil || percent < 0 || percent > 100 {
			return c, fmt.Errorf("faults is %q: set it to a percentage such as 5%%", share)
		}
		c.Share = percent / 100
	}
	return c, nil
}

// front disturbs the requests to next.
type front struct {
	Config
	next http.Handler

	mu      sync.Mutex
	random  *rand.Rand
	buckets map[string]*bucket
}

// Intercept returns the handler that disturbs the requests to next.
func (c Config) Intercept(next http.Handler) http.Handler {
	if c.Latency == 0 && c.Rates == nil && c.Share == 0 {
		return next
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Account == nil {
		c.Account = func(string) string { return "" }
	}
	if c.Exempt == nil {
		c.Exempt = func(string) bool { return false }
	}
	if len(c.Kinds) == 0 {
		c.Kinds = Kinds
	}
	return &front{Config: c, next: next, random: rand.New(rand.NewPCG(c.Seed, 0)), buckets: map[string]*bucket{}}
}

// ServeHTTP answers one request. What is not a call of an API passes undisturbed.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call, err := iam.Read(r)
	if err != nil || call.Service == "" || f.Exempt(call.AccessKey) {
		f.next.ServeHTTP(w, r)
		return
	}
	time.Sleep(f.Latency)
	kind := f.draw()
	if !f.admit(call) {
		kind = Throttled
	}
	switch kind {
	case Throttled:
		refuse(w, call, http.StatusBadRequest, throttling(call.Service), "Rate exceeded")
	case Unavailable:
		refuse(w, call, http.StatusServiceUnavailable, "ServiceUnavailable", "The service is unavailable. Please try again shortly.")
	case Failed:
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		refuse(w, call, http.StatusInternalServerError, "InternalFailure", "Internal failure")
	case LostReply:
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	case LostRequest:
		panic(http.ErrAbortHandler)
	default:
		f.next.ServeHTTP(w, r)
	}
}

// draw returns how the next request goes wrong, or "".
func (f *front) draw() Kind {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.random.Float64() >= f.Share {
		return ""
	}
	return f.Kinds[f.random.IntN(len(f.Kinds))]
}
