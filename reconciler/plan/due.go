package plan

import (
	"time"

	"certloop/reconciler/api"
)

func (d *draft) setDue(at time.Time) {
	d.next.Due, d.next.DueAt = dueEntry(d.Now, at, d.next.DueAt)
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
