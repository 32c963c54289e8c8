// Package reconciler is the loop. It reads what users declare and what the services hold, asks package plan for the
// next step, executes it, and stores the result, until the two agree.
//
// It does not decide; package plan does. It does not use any service's client; package ports declares what it needs of
// them. It starts no goroutine that outlives a call.
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

// Config configures a Reconciler. All ports must be set, except those whose comment allows otherwise; the times have
// defaults.
type Config struct {
	Certificates    ports.Certificates
	Accounts        ports.Accounts
	Policies        ports.Policies
	Usage           ports.Usage
	Ledgers         ports.Ledgers
	Index           ports.Index
	Controller      ports.Controller
	Served          ports.Served
	ACM             ports.ACM
	Sweeper         ports.Sweeper
	CA              ports.CA
	RenewalInformer ports.RenewalInformer
	Registrar       ports.Registrar
	Directories     ports.DirectoryReader
	// Revocation is optional: without it, no CA is asked whether certificates are revoked.
	Revocation  ports.RevocationChecker
	DNS         ports.DNS
	CAA         ports.CAA
	NameServers ports.NameServers
	Sealer      ports.Sealer
	AccountKeys ports.AccountKeys
	Queue       ports.Queue
	Notifier    ports.Notifier
	Clock       ports.Clock
	// Log, Meter and RevocationMeter are optional.
	Log             *slog.Logger
	Meter           ports.Meter
	RevocationMeter ports.RevocationMeter
	ProbeMeter      ports.ProbeMeter
	// Prober is optional: without one nothing is probed. So are Users and Frontends together: without them, only the endpoints of
	// the records are probed.
	Prober    ports.Prober
	Users     ports.Users
	Frontends ports.Frontends

	// TableARN is the first part of the ownership tag. Region is the default of a target.
	TableARN string
	Region   string
	// MailFailuresOnly mails only failures and their ends. MailsPerHour is how many notices are mailed one by one
	// within any hour, before one digest is mailed for the others; 0 mails all. Neither applies to events.
	MailFailuresOnly bool
	MailsPerHour     int
	// NewKey generates a private key, NewID a unique identifier.
	NewKey func(api.KeyType) (crypto.Signer, error)
	NewID  func() string
	// Decide replaces plan.Decide, which is the default. The simulation removes rows from it, to check that it detects
	// the loss.
	Decide func(plan.Input) plan.Plan

	// EffectTimeout bounds one effect (default 60 s). A lease is EffectTimeout plus ClockSkew (default 2 min).
	EffectTimeout time.Duration
	ClockSkew     time.Duration
	// ImportGrace is how long ACM's listing by tag may lag behind an import (default 5 min).
	ImportGrace time.Duration
	// MinInterval is the least time between two certificates of a record (default 12 h). A change of the spec, a repair
	// and a token are exempt, each once per interval.
	MinInterval time.Duration
	// InlineWait is the longest wait within a pass; for a longer one it is queued again (default 6 s).
	InlineWait time.Duration
	// Reserve is the time that is left of an invocation when the last effect must have ended (default 10 s).
	Reserve time.Duration
	// MaxHops bounds how often a request is queued again; after that the due index wakes the record (default 50).
	MaxHops int
	// Concurrency is how many records one invocation works on at a time (default 4).
	Concurrency int
	// ProbesAtOnce is how many endpoints are probed at a time (default 64). The prober, which connects over
	// two address families at a time, bounds the connections.
	ProbesAtOnce int
}

// Reconciler makes the services match the records. It is safe for concurrent use.
type Reconciler struct{ Config }

// New returns a Reconciler; it does nothing yet.
func New(c Config) *Reconciler {
	setDefault(&c.EffectTimeout, 60*time.Second)
	setDefault(&c.ClockSkew, 2*time.Minute)
	setDefault(&c.ImportGrace, 5*time.Minute)
	setDefault(&c.MinInterval, 12*time.Hour)
	setDefault(&c.InlineWait, 6*time.Second)
	setDefault(&c.Reserve, 10*time.Second)
	setDefault(&c.MaxHops, 50)
	setDefault(&c.Concurrency, 4)
	setDefault(&c.ProbesAtOnce, 64)
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
	return plan.Config{Lease: r.EffectTimeout + r.ClockSkew, ImportGrace: r.ImportGrace, ClockSkew: r.ClockSkew, MinInterval: r.MinInterval,
		CheckRevocation: r.Revocation != nil, Probe: r.Prober != nil, Frontends: r.Prober != nil && r.Frontends != nil}
}

// Reconcile reconciles a record as far as possible now, step by step. It ends if there is nothing to do, or only later,
// or if the invocation's time is up. An error means that the table could not be used; everything else is in the status.
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

// reconcile removes the token from inv once the status has stored it.
func (r *Reconciler) reconcile(ctx context.Context, name string, inv *Invocation) (Result, error) {
	return r.drivePass(ctx, &pass{Reconciler: r, name: name, inv: inv})
}

func (r *Reconciler) soon() Result { return Result{After: time.Second} }

// timeFor reports whether d fits into the invocation before the reserve.
func (r *Reconciler) timeFor(ctx context.Context, d time.Duration) bool {
	if ctx.Err() != nil {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || deadline.Sub(r.Clock.Now()) > r.Reserve+d
}

// beforeReserve returns a context that ends when only the reserve is left: a service may hang while it is read, and the
// pass must still end.
func (r *Reconciler) beforeReserve(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return r.Clock.WithDeadline(ctx, deadline.Add(-r.Reserve))
	}
	return context.WithCancel(ctx)
}
