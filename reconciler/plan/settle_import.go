package plan

import (
	"fmt"

	"certloop/reconciler/api"
)

func settleImport(d *draft, p Plan, o Outcome) {
	t, leaf := d.targetStatus(p.Target), leafToImport(&d.facts, p)
	if o.Err != nil {
		if k := api.KindOf(o.Err); o.NotTried || (k != api.Transient && k != api.Bug) {
			delete(d.iss.Imports, p.Target) // it was not tried, or refused: nothing will show up
		}
		if p.PutBack && keyLost(o.Err) {
			d.failTarget(t, o.Err, api.ReasonKeyLost)
			d.iss.Kept, d.iss.Rollback, d.iss.Replaced, d.kept = nil, nil, nil, nil
			return
		}
		if p.Action == Import && keyLost(o.Err) {
			d.fail(o.Err, api.ReasonKeyLost)
			d.dropIssuance() // without its key no target can ever take the chain
			return
		}
		if t.FailedSerial != leaf.Serial {
			d.clearTarget(t)
			d.forgetReportedOf(t.Key)
		}
		d.failTarget(t, o.Err, api.ReasonImportFailed)
		t.FailedSerial = leaf.Serial
		return
	}
	if p.ARN == "" {
		observed, _ := d.target(p.Target)
		if observed.Found != nil && observed.Found.ARN != o.ARN {
			t.RetiredARN = observed.Found.ARN
		}
		t.Imported, t.Claimed, t.TagKeys = true, o.Claimed, sortedKeys(d.Spec.Tags)
	}
	t.ARN = o.ARN
	d.clearTarget(t)
	if p.Action == ImportPlaceholder {
		d.record(api.ReasonPlaceholder, fmt.Sprintf("placeholder in %s", o.ARN))
		return
	}
	t.Serial, t.NotAfter, t.ImportedAt = leaf.Serial, leaf.NotAfter, d.Now
	if p.PutBack {
		d.record(api.ReasonRolledBack, fmt.Sprintf("serial %s back into %s", leaf.Serial, o.ARN))
	} else {
		d.iss.Installed = true
		d.noLongerBack(p.Target)
		d.record(api.ReasonImported, fmt.Sprintf("serial %s into %s", leaf.Serial, o.ARN))
	}
	d.install(p, o.ARN)
}

// install carries a successful import into what was observed, so that conditions speak of the world as it is now.
func (d *draft) install(p Plan, arn string) {
	t, _ := d.target(p.Target)
	now := api.Installed{ARN: arn, Type: "IMPORTED", Leaf: leafToImport(&d.facts, p), ImportedAt: d.Now, Tags: p.Set}
	if p.ARN != "" && t.Found != nil {
		now.Tags, now.InUseBy = t.Found.Tags, t.Found.InUseBy
	}
	t.Found = &now
}
