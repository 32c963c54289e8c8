package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Intend is what must be on record before the effect of p is tried, so that whoever comes after a crash knows what
// may have happened: the lease, the TXT values that may be in DNS, the import that may be under way. The lease counts from
// at, the time of the claim: what was observed may be older. The caller sets ClaimID.
func Intend(in Input, p Plan, at time.Time) Settled {
	s := newState(in)
	s.settleSeen()
	s.status.LeaseUntil = at.Add(s.Config.Lease)
	s.setDue(s.status.LeaseUntil)
	s.countAttempt(p)
	switch p.Action {
	case Publish:
		s.intendPublish(p)
	case Finalize:
		if s.iss.FinalizedAt.IsZero() {
			s.iss.FinalizedAt = s.Now
		}
	case Import, ImportPlaceholder:
		if p.ARN == "" {
			s.touchIssuance()
			if s.iss.Imports == nil {
				s.iss.Imports = map[string]time.Time{}
			}
			s.iss.Imports[p.Target] = at
		}
	default:
		s.bound()
		return Settled{Status: s.status}
	}
	s.bound()
	return s.settled()
}

// Abandon is what is on record where the effect of p was not begun after all, because too little was left of its lease.
func Abandon(in Input, p Plan) Settled {
	s := newState(in)
	s.status.ClaimID, s.status.LeaseUntil = "", time.Time{}
	if (p.Action == Import || p.Action == ImportPlaceholder) && p.ARN == "" {
		delete(s.iss.Imports, p.Target)
	}
	s.setDue(s.Now)
	return s.settled()
}

func (s *state) intendPublish(p Plan) {
	for _, v := range p.Values {
		s.forgetValue(p.Zone, v)
		s.iss.Published = append(s.iss.Published, api.PublishedTXT{TXT: v, Zone: p.Zone, Role: p.Role})
	}
}

func (s *state) forgetValue(zone string, v api.TXT) {
	kept := s.iss.Published[:0:0]
	for _, p := range s.iss.Published {
		if p.Zone != zone || p.TXT != v {
			kept = append(kept, p)
		}
	}
	s.iss.Published = kept
}

// settled is the present state of status and issuance, to be written.
func (s *state) settled() Settled {
	out := Settled{Status: s.status}
	if s.Issuance != nil || !s.iss.IsEmpty() {
		iss := s.iss
		out.Issuance = &iss
	}
	return out
}

// touchIssuance gives a new issuance what a lost status could not restore.
func (s *state) touchIssuance() {
	s.iss.Force, s.iss.RenewToken = s.status.Force, s.status.RenewToken
}

func (s *state) setDue(at time.Time) {
	s.status.Due, s.status.DueAt = dueEntry(s.Now, at, s.status.DueAt)
}

// dueEntry keeps the entry of the sparse index where it still serves, because each change of it is a write. A near
// time belongs to the queue; the index is its safety net, about ten minutes later. It comes after the message, or else
// each tick would make a pass beside it.
func dueEntry(now, at time.Time, present int64) (string, int64) {
	const near, behind = 15 * time.Minute, 2 * time.Minute
	due := time.Unix(present, 0)
	switch {
	case at.IsZero():
		return "", 0
	case at.Sub(now) >= near:
		return api.DuePartition, at.Unix()
	case present != 0 && due.After(now) && due.Sub(at) >= behind && due.Sub(now) <= near+behind:
		return api.DuePartition, present
	}
	return api.DuePartition, later(now.Add(10*time.Minute), at.Add(behind)).Unix()
}
