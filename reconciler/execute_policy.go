package reconciler

import (
	"context"

	"certloop/reconciler/plan"
)

// executeAdmit admits the record under the first policy with room. A policy without a maximum always has room.
func (r *Reconciler) executeAdmit(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	for _, place := range p.Places {
		if place.Max == 0 {
			return plan.Outcome{Policy: place.Policy}
		}
		admitted, err := r.Usage.Admit(ctx, place.Policy, in.Name, place.Max)
		if err != nil {
			return plan.Outcome{Err: wrap("admit the record under a policy", err)}
		}
		if admitted {
			return plan.Outcome{Policy: place.Policy}
		}
	}
	return plan.Outcome{}
}

func (r *Reconciler) executeDismiss(ctx context.Context, in plan.Input, p plan.Plan) plan.Outcome {
	return plan.Outcome{Err: wrap("revoke the admission under a policy", r.Usage.Dismiss(ctx, p.Policy, in.Name))}
}
