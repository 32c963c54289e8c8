package reconciler

import (
	"context"
	"hash/fnv"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// updateController changes the controller's own status and returns what is then stored. If another invocation writes at
// the same time, change is called again with the new status, so no change is lost. A status that change leaves
// unchanged is not written.
func (r *Reconciler) updateController(ctx context.Context, change func(api.ControllerStatus) api.ControllerStatus) (api.ControllerStatus, error) {
	for try := range maxConflicts {
		read, err := r.Controller.GetController(ctx)
		if err != nil {
			return read, err
		}
		s := change(plan.BelieveController(read, r.Clock.Now(), r.planConfig()))
		if api.SameStored(read, s) {
			return s, nil
		}
		err = r.Controller.WriteController(ctx, &s)
		if err == nil || api.KindOf(err) != api.Conflict {
			return s, err
		}
		r.Clock.Sleep(ctx, r.spread(time.Duration(try+1)*100*time.Millisecond))
	}
	return api.ControllerStatus{}, &api.Error{Kind: api.Transient,
		Message: "the item ControllerStatus is being written by too many invocations at the same time; certloop retries"}
}

// spread returns a random part of most, so that writers who conflicted once do not conflict again.
func (r *Reconciler) spread(most time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.NewID()))
	return most * time.Duration(h.Sum32()%100+1) / 100
}
