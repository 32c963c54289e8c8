package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/ports"
)

// tableLife is how long a pass uses what it read of the table. It is much shorter than a lease. What users change without a pass
// of its own is noticed that much later at most.
const tableLife = 30 * time.Second

// tableCache is what a pass read of the table, brought up to date with what it wrote. A pass takes about a dozen steps, and only
// other writers make a second read differ from the first.
//
// No write of another invocation is missed: every write is conditional on the version that was read, and a step that fails drops the
// cache. What users change of the record, the account or a policy may be missed for tableLife: see confirm. A nil cache stores nothing.
type tableCache struct {
	read    time.Time
	object  *api.Object
	account *api.AccountObject
	// of is the name of the account.
	of string
}

// certificate returns the record as it was read at most tableLife before now, with what the pass wrote since.
func (c *tableCache) certificate(ctx context.Context, from ports.Certificates, name string, now time.Time) (api.Object, error) {
	if c != nil && c.object != nil && c.isFresh(now) {
		return *c.object, nil
	}
	o, err := from.Get(ctx, name)
	if c != nil && err == nil {
		*c = tableCache{read: now, object: &o}
	}
	return o, err
}

// accountObject returns the account of the record. It is as old as the record.
func (c *tableCache) accountObject(ctx context.Context, from ports.Accounts, name string) (api.AccountObject, error) {
	if c != nil && c.account != nil && c.of == name {
		return *c.account, nil
	}
	o, err := from.GetAccount(ctx, name)
	if c != nil && err == nil {
		c.account, c.of = &o, name
	}
	return o, err
}

// isFresh reports whether the clock is within tableLife of the read: a clock that was set back says nothing.
func (c *tableCache) isFresh(now time.Time) bool {
	age := now.Sub(c.read)
	return age >= 0 && age < tableLife
}

// wrote takes over what the pass stored.
func (c *tableCache) wrote(w api.Write) {
	if c.object == nil {
		return
	}
	if w.Status != nil {
		status := *w.Status
		c.object.Status = &status
	}
	if w.Issuance != nil {
		c.object.Issuance = nil
		if !w.Issuance.IsEmpty() {
			issuance := *w.Issuance
			c.object.Issuance = &issuance
		}
	}
}

// wroteAccount takes over the account's status that the pass stored. After an error the next step reads the account again.
func (c *tableCache) wroteAccount(status api.AccountStatus, err error) {
	if err != nil || c.account == nil {
		c.account, c.of = nil, ""
		return
	}
	c.account.Status = &status
}

// drop makes the next step read the table again.
func (c *tableCache) drop() { *c = tableCache{} }

// confirm reads the record again before an effect that cannot be taken back and that nothing else would stop: the CA makes a
// certificate. Users write the record without regard to our version. What changed meanwhile is a Conflict.
func (p *pass) confirm(ctx context.Context, in plan.Input, next plan.Plan) error {
	if next.Action != plan.Finalize {
		return nil
	}
	return p.checkRecord(ctx, in)
}
