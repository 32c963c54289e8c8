package plan

import (
	"time"

	"certloop/reconciler/api"
)

// probeTolerance is how long the endpoints of a certificate may be due for a probe. After it, what the last probe saw is old.
const probeTolerance = time.Hour

// ServedCount counts what a listing holds of the endpoints of certificates, which are items of their own in it. It keeps little of
// each certificate, because the two arrive in any order.
type ServedCount struct {
	watched map[string]bool
	served  map[string]api.ServedCensus
}

// Add adds one item of a listing.
func (s *ServedCount) Add(item api.Listed, now time.Time) {
	switch {
	case item.Key.Kind == api.KindServedStatus && item.Served != nil:
		if s.served == nil {
			s.served = map[string]api.ServedCensus{}
		}
		s.served[item.Key.Name] = countServed(*BelieveServed(item.Served, now), now)
	case item.Key.Kind == api.KindCertificate && item.Record != nil:
		if suspend, _ := item.Record["suspend"].(bool); !suspend {
			if s.watched == nil {
				s.watched = map[string]bool{}
			}
			s.watched[item.Key.Name] = true
		}
	}
}

// Census returns the sum of what was added.
func (s *ServedCount) Census() api.ServedCensus {
	all := api.ServedCensus{Probed: true}
	for name, one := range s.served {
		// A probe that is due is overdue whatever the record says: the probe itself finds out that it is not needed.
		all.OldestOverdue = max(all.OldestOverdue, one.OldestOverdue)
		if !s.watched[name] {
			continue
		}
		all.NotCurrent += one.NotCurrent
		all.Unreachable += one.Unreachable
		if one.Answered && (!all.Answered || one.LeastLife < all.LeastLife) {
			all.Answered, all.LeastLife = true, one.LeastLife
		}
	}
	return all
}

// countServed counts the endpoints of one certificate.
func countServed(s api.ServedStatus, now time.Time) (c api.ServedCensus) {
	if s.DueAt != 0 {
		c.OldestOverdue = max(now.Sub(time.Unix(s.DueAt, 0)), 0)
	}
	// The last probe was late enough: what an earlier one saw may have ended since.
	late := s.CheckedAt.Sub(s.ExpectedSince) >= servedPatience
	for _, e := range s.Endpoints {
		if !e.Seen {
			continue
		}
		switch e.State {
		case api.ServedPrevious, api.ServedOther:
			if late {
				c.NotCurrent++
			}
		case api.ServedUnreachable:
			if s.CheckedAt.After(e.Since) {
				c.Unreachable++
			}
		case api.ServedCurrent, api.ServedUnknown:
		}
		if left := e.NotAfter.Sub(now); !e.NotAfter.IsZero() && c.OldestOverdue < probeTolerance && (!c.Answered || left < c.LeastLife) {
			c.Answered, c.LeastLife = true, left
		}
	}
	return c
}
