// Package hostile lists what a hostile CA may answer, and measures what it costs certloop to refuse it.
package hostile

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

// These are the most that an input may cost.
const (
	MaxBytes = 64 << 20
	MaxTime  = 2 * time.Second
)

// Input is one hostile answer, or a value in one.
type Input struct {
	Name string
	// Reason is the reason of the error that refuses it. If it is empty, there is no reason, or the input is ignored.
	Reason api.Reason
	// Harmless is true if the step succeeds without the hostile part.
	Harmless bool
	// prepare installs the input; do is measured.
	prepare func(w *world)
	do      func(ctx context.Context, w *world) error
}

// Result is what an input cost.
type Result struct {
	Input
	Allocated uint64
	Took      time.Duration
	Err       error
}

// Stopped reports whether the input was refused as expected, within the bounds.
func (r Result) Stopped() bool {
	return r.Allocated < MaxBytes && r.Took < MaxTime && (r.Err == nil) == r.Harmless &&
		(r.Harmless || r.Reason == "" || api.ReasonOf(r.Err, "") == r.Reason)
}

func (r Result) String() string {
	stopped := "passed over"
	if r.Err != nil {
		stopped = api.Message(api.MessageOf(r.Err))
	}
	return fmt.Sprintf("%-44s %7.2f MB %7.3f s  %s", r.Name, float64(r.Allocated)/(1<<20), r.Took.Seconds(), stopped)
}

// world is a CA whose answers can be replaced, and an account there.
type world struct {
	ca      *pebble.CA
	faults  *pebble.Faults
	client  *acme.Client
	account api.ACMEAccount
	order   api.Order
}

// tries is how often an input is measured that does not stay within the bounds: another program may hold a measurement up,
// and the cost is that of the best one.
const tries = 3

// Measure tries all inputs, one after another.
func Measure(ctx context.Context) ([]Result, error) {
	var results []Result
	for _, in := range Inputs() {
		r, err := in.measure(ctx)
		for try := 1; err == nil && !r.Stopped() && try < tries; try++ {
			r, err = in.measure(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", in.Name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

func (in Input) measure(ctx context.Context) (Result, error) {
	w, err := newWorld(ctx)
	if err != nil {
		return Result{}, err
	}
	defer w.ca.Close()
	if in.prepare != nil {
		in.prepare(w)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	err = in.do(ctx, w)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return Result{Input: in, Allocated: after.TotalAlloc - before.TotalAlloc, Took: took, Err: err}, nil
}

// newWorld creates an order, and a client that knows the directory.
func newWorld(ctx context.Context) (*world, error) {
	w := &world{faults: &pebble.Faults{}}
	var err error
	if w.ca, err = pebble.Start(pebble.Options{AlwaysValid: true, Intercept: w.faults.Intercept}); err != nil {
		return nil, err
	}
	w.fresh()
	w.account = api.ACMEAccount{Name: "main", Directory: w.ca.DirectoryURL, CACertificates: w.ca.RootsPEM, Network: api.NetworkPrivate,
		Key: api.NewSecret([]byte(testca.KeyPEM(testca.NewKey(api.EC256))))}
	if w.account.URI, err = w.client.Register(ctx, w.account, "", nil); err == nil {
		w.order, err = w.client.NewOrder(ctx, w.account, api.OrderRequest{Domains: []string{"www.example.com"}})
	}
	if err != nil {
		w.ca.Close()
	}
	return w, err
}

// fresh makes a client without cached data. Its timeouts are short, so that a test can wait for them.
func (w *world) fresh() {
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", RequestTimeout: time.Second})
}
