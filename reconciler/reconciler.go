// Package reconciler is the loop: it reads what people want and what the world holds, asks package plan for the next
// step, takes it, and writes down what came of it, until the two agree.
//
// It does not decide (package plan does), does not know any service's client (package ports declares what it needs of them),
// and starts no goroutine that outlives a call.
package reconciler

import (
	"context"
	"crypto"
	"fmt"
	"log/slog"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/ports"
)

// Config is what a Reconciler is made of. All ports must be set but those that say otherwise; the times have defaults.
type Config struct {
	Certificates    ports.Certificates
	Accounts        ports.Accounts
	Policies        ports.Policies
	Usage           ports.Usage
	Index           ports.Index
	Controller      ports.Controller
	ACM             ports.ACM
	Sweeper         ports.Sweeper
	CA              ports.CA
	RenewalInformer ports.RenewalInformer
	Registrar       ports.Registrar
	DNS             ports.DNS
	Sealer          ports.Sealer
	AccountKeys     ports.AccountKeys
	Queue           ports.Queue
	Notifier        ports.Notifier
	Clock           ports.Clock
	// Log and Meter may be left out.
	Log   *slog.Logger
	Meter ports.Meter

	// TableARN is the first part of the ownership tag; Region is the default of a target.
	TableARN string
	Region   string
	// MailFailuresOnly has failures and their ends mailed, and no other notices. MailsPerHour is how many notices are mailed
	// one by one within any hour, before one digest is mailed for the others; 0: all are. Neither applies to events.
	MailFailuresOnly bool
	MailsPerHour     int
	// NewKey makes a private key; NewID an identifier that nobody else makes.
	NewKey func(api.KeyType) (crypto.Signer, error)
	NewID  func() string
	// Decide is plan.Decide where nil. The simulation takes a row out of it, to see that it would notice.
	Decide func(plan.Input) plan.Plan

	// EffectTimeout bounds one effect (default 60 s). A lease is that and ClockSkew (default 2 min).
	EffectTimeout time.Duration
	ClockSkew     time.Duration
	// ImportGrace is how long ACM's listing by tag may lag behind an import (default 5 min).
	ImportGrace time.Duration
	// MinInterval lies between two certificates that are obtained for a record (default 12 h); a change of the spec, a repair
	// and a token are exempt once per interval each.
	MinInterval time.Duration
	// InlineWait is the longest wait that a pass sits out instead of being queued again (default 6 s).
	InlineWait time.Duration
	// Reserve is what is left of an invocation when the last effect must have ended (default 10 s).
	Reserve time.Duration
	// MaxHops bounds how often a request is queued again; then the due index takes over (default 50).
	MaxHops int
	// Concurrency is how many records one invocation works on at a time (default 4).
	Concurrency int
}

// Reconciler brings records and world into agreement. It is safe for concurrent use.
type Reconciler struct{ Config }

// New makes a Reconciler; it does nothing yet.
func New(c Config) *Reconciler {
	setDefault(&c.EffectTimeout, 60*time.Second)
	setDefault(&c.ClockSkew, 2*time.Minute)
	setDefault(&c.ImportGrace, 5*time.Minute)
	setDefault(&c.MinInterval, 12*time.Hour)
	setDefault(&c.InlineWait, 6*time.Second)
	setDefault(&c.Reserve, 10*time.Second)
	setDefault(&c.MaxHops, 50)
	setDefault(&c.Concurrency, 4)
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Meter == nil {
		c.Meter = unmeasured{}
	}
	if c.NewKey == nil {
		c.NewKey = newKey
	}
	if c.NewID == nil {
		c.NewID = newID
	}
	if c.Decide == nil {
		c.Decide = plan.Decide
	}
	return &Reconciler{c}
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (r *Reconciler) planConfig() plan.Config {
	return plan.Config{Lease: r.EffectTimeout + r.ClockSkew, ImportGrace: r.ImportGrace, ClockSkew: r.ClockSkew, MinInterval: r.MinInterval}
}

// maxSteps bounds one pass; a certificate of one name needs about fifteen.
const maxSteps = 200

// Reconcile takes a record as far as it gets now: step by step, until there is nothing to do, or only later, or the
// invocation's time is up. An error means that the table could not be used; everything else is in the status.
func (r *Reconciler) Reconcile(ctx context.Context, key api.Key) (Result, error) {
	switch key.Kind {
	case api.KindCertificate:
		return r.reconcile(ctx, key.Name, &Invocation{})
	case api.KindAccount:
		return r.reconcileAccount(ctx, key.Name)
	case api.KindPolicy:
		return r.reconcilePolicy(ctx, key.Name)
	}
	return Result{}, fmt.Errorf("kind %q: use %s, %s or %s", key.Kind, api.KindCertificate, api.KindAccount, api.KindPolicy)
}

// reconcile takes the token out of inv once it is on record.
func (r *Reconciler) reconcile(ctx context.Context, name string, inv *Invocation) (result Result, err error) {
	p := &pass{Reconciler: r, name: name, inv: inv, began: r.Clock.Now()}
	defer func() { r.Meter.Reconciled(p.result(err)) }()
	for range maxSteps {
		if !r.timeFor(ctx, 0) {
			return p.end(ctx, r.soon()), nil
		}
		result, again, err := p.step(ctx)
		if err != nil || !again {
			return p.end(ctx, result), err
		}
	}
	return p.end(ctx, Result{After: time.Minute}), nil
}

func (r *Reconciler) soon() Result { return Result{After: time.Second} }

// timeFor says whether d fits into the invocation before the reserve.
func (r *Reconciler) timeFor(ctx context.Context, d time.Duration) bool {
	if ctx.Err() != nil {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > r.Reserve+d
}

// beforeReserve ends when only the reserve is left: whoever is read from may hang, and the pass must end all the same.
func (r *Reconciler) beforeReserve(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-r.Reserve))
	}
	return context.WithCancel(ctx)
}
