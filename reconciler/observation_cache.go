package reconciler

import (
	"context"
	"slices"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/ports"
)

// observationLife is how long a pass uses an observation of ACM. A change in ACM is noticed that much later at most.
const observationLife = 30 * time.Second

// observationCache is what a pass observed in ACM, and in the public DNS. A pass takes about a dozen steps, and ACM accepts about ten requests a
// second from all callers (https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html): most steps do not concern ACM,
// and need not read it again.
//
// An observation is valid only while no other invocation can have acted on the record: for the version of the status under
// which it was made, and for the versions that this pass itself wrote since. Other records are not under that lock: a step
// that changes ACM needs a fresh observation. A nil cache stores nothing.
type observationCache struct {
	// fresh: nothing comes from an earlier step.
	fresh   bool
	made    time.Time
	version int64
	spec    string
	targets map[string]plan.Target
	// caa are the CAA records, as far as they were read.
	caa []api.CAASet
	// ledger is that of the account ledgerOf. A write on an outdated one is a conflict.
	ledger   *api.Ledger
	ledgerOf string
}

// begin invalidates what is not valid any more for this input.
func (c *observationCache) begin(in plan.Input) {
	if c == nil {
		return
	}
	if c.targets != nil && c.version == in.Stored.Version && c.spec == in.SpecDigest && in.Now.Sub(c.made) < observationLife {
		c.fresh = false
		return
	}
	*c = observationCache{fresh: true, made: in.Now, version: in.Stored.Version, spec: in.SpecDigest, targets: map[string]plan.Target{}}
}

// get returns t with what was observed of it; false where nothing was.
func (c *observationCache) get(t plan.Target) (plan.Target, bool) {
	if c == nil {
		return t, false
	}
	cached, ok := c.targets[t.Stored.Key]
	if !ok || cached.PredecessorARN != t.Stored.RetiredARN {
		return t, false
	}
	cached.Target, cached.Wanted, cached.Stored = t.Target, t.Wanted, t.Stored
	return cached, true
}

// put stores the target, unless it could not be observed.
func (c *observationCache) put(t plan.Target) {
	if c != nil && t.Err == nil {
		c.targets[t.Stored.Key] = t
	}
}

// readCAA reads the CAA records of the domains, once in the life of the cache. What could not be read is read again.
func (c *observationCache) readCAA(ctx context.Context, from ports.CAA, domains []string) ([]api.CAASet, error) {
	if c != nil && c.caa != nil {
		return c.caa, nil
	}
	sets, err := from.ReadCAA(ctx, domains)
	unread := slices.ContainsFunc(sets, func(s api.CAASet) bool { return s.Err != nil })
	if c != nil && err == nil && !unread {
		c.caa = sets
	}
	return sets, err
}

// readLedger reads the ledger of the record's account, once in the life of the cache.
func (c *observationCache) readLedger(ctx context.Context, from ports.Ledgers, in *plan.Input) error {
	account := in.Account.Name
	if c != nil && c.ledger != nil && c.ledgerOf == account {
		plan.BelieveLedger(in, *c.ledger)
		return nil
	}
	l, err := from.GetLedger(ctx, account)
	if err != nil {
		return err
	}
	if c != nil {
		c.ledger, c.ledgerOf = &l, account
	}
	plan.BelieveLedger(in, l)
	return nil
}

// wrote keeps the cache valid for the status that the pass wrote. The write was conditional on version from, so no other
// invocation wrote in between.
func (c *observationCache) wrote(from, to int64) {
	if c.version == from {
		c.version = to
	}
}

// usableFor reports whether the step may be taken on what was observed: on a fresh observation, or where it leaves ACM as it
// is.
func (c *observationCache) usableFor(a plan.Action) bool { return c.fresh || !plan.ChangesTargets(a) }

// invalidate removes everything, so that the next step observes ACM again.
func (c *observationCache) invalidate() { *c = observationCache{} }
