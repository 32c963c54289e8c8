package plan

import (
	"fmt"

	"certloop/reconciler/api"
)

func settleImport(s *state, p Plan, o Outcome) {
	t := s.targetStatus(p.Target)
	if o.Err != nil {
		if k := api.KindOf(o.Err); o.NotTried || (k != api.Transient && k != api.Bug) {
			delete(s.iss.Imports, p.Target) // it was not tried, or refused: nothing will show up
		}
		if p.Action == Import && keyLost(o.Err) {
			s.fail(o.Err, api.ReasonKeyLost)
			s.dropIssuance() // without its key no target can ever take the chain
			return
		}
		if t.FailedSerial != s.iss.Serial {
			s.clearTarget(t)
			s.forgetReportedOf(t.Key)
		}
		s.failTarget(t, o.Err, api.ReasonImportFailed)
		t.FailedSerial = s.iss.Serial
		return
	}
	if p.ARN == "" {
		observed, _ := s.target(p.Target)
		if observed.Found != nil && observed.Found.ARN != o.ARN {
			t.RetiredARN = observed.Found.ARN
		}
		t.Imported, t.Claimed, t.TagKeys = true, o.Claimed, sortedKeys(s.Spec.Tags)
	}
	t.ARN = o.ARN
	s.clearTarget(t)
	if p.Action == ImportPlaceholder {
		s.record(api.ReasonPlaceholder, fmt.Sprintf("placeholder in %s", o.ARN))
		return
	}
	t.Serial, t.NotAfter, t.ImportedAt = s.iss.Serial, s.iss.NotAfter, s.Now
	s.iss.Installed = true
	s.record(api.ReasonImported, fmt.Sprintf("serial %s into %s", s.iss.Serial, o.ARN))
	s.install(p, o.ARN)
}

// install carries a successful import into what was observed, so that conditions speak of the world as it is now.
func (s *state) install(p Plan, arn string) {
	t, _ := s.target(p.Target)
	now := api.Installed{ARN: arn, Type: "IMPORTED", Leaf: s.heldLeaf(), ImportedAt: s.Now, Tags: p.Set}
	if p.ARN != "" && t.Found != nil {
		now.Tags, now.InUseBy = t.Found.Tags, t.Found.InUseBy
	}
	t.Found = &now
}
