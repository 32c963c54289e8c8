package plan

import (
	"time"

	"certloop/reconciler/api"
)

// TakeCensus counts what the listing holds at now.
func TakeCensus(items []api.Listed, now time.Time) api.Census {
	var c api.Census
	for _, item := range items {
		Enumerate(&c, item, now)
	}
	return c
}

// Enumerate adds one item of a listing to the census, for those who do not want all of it in memory.
func Enumerate(c *api.Census, item api.Listed, now time.Time) {
	if item.Unknown {
		c.UnknownKinds++
		return
	}
	c.OldestOverdue = max(c.OldestOverdue, overdue(item, now))
	if item.Key.Kind != api.KindCertificate || item.Record == nil {
		return
	}
	if suspend, _ := item.Record["suspend"].(bool); suspend {
		c.Suspended++
		return
	}
	countReady(c, item.Status, now)
	countExpiry(c, item.Status, now)
}

// countReady takes a certificate that has no status yet for one that is not ready from now on: nothing says since when
// it is known, and the first pass over it will.
func countReady(c *api.Census, s *api.CertificateStatus, now time.Time) {
	var ready api.Condition
	if s != nil {
		ready, _ = api.GetCondition(s.Conditions, api.ConditionReady)
	}
	if ready.Status == api.ConditionTrue {
		c.Ready++
		return
	}
	c.NotReady++
	if s == nil {
		return
	}
	if since := notReadySince(*s); !since.IsZero() {
		c.LongestNotReady = max(c.LongestNotReady, now.Sub(since))
	}
}

// countExpiry counts every target: one that could not be renewed expires although the first one is well. A target
// that left the record is nobody's wish any more.
func countExpiry(c *api.Census, s *api.CertificateStatus, now time.Time) {
	if s == nil {
		return
	}
	for _, t := range s.Targets {
		if t.ARN == "" || t.NotAfter.IsZero() || !t.DroppedSince.IsZero() {
			continue
		}
		left := t.NotAfter.Sub(now)
		if !c.Installed || left < c.LeastLife {
			c.Installed, c.LeastLife = true, left
		}
	}
}

// overdue returns how long the item has been due. A lease that has not ended is somebody at work.
func overdue(item api.Listed, now time.Time) time.Duration {
	var (
		dueAt int64
		lease time.Time
	)
	switch {
	case item.Status != nil:
		dueAt, lease = item.Status.DueAt, item.Status.LeaseUntil
	case item.AccountStatus != nil:
		dueAt, lease = item.AccountStatus.DueAt, item.AccountStatus.LeaseUntil
	}
	if dueAt == 0 {
		return 0
	}
	return max(now.Sub(later(time.Unix(dueAt, 0), lease)), 0)
}
