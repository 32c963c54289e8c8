package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// revocationTime bounds the revocation checks of one step together: what does not respond is asked again later.
const revocationTime = 20 * time.Second

// observeRevocation asks about the certificates whose time has come. No answer is an answer: RevocationUnknown.
func (r *Reconciler) observeRevocation(ctx context.Context, in *plan.Input) {
	if r.Revocation == nil {
		return
	}
	due := plan.NeedsRevocation(*in)
	if len(due) == 0 {
		return
	}
	ctx, cancel := r.Clock.WithDeadline(ctx, r.Clock.Now().Add(revocationTime))
	defer cancel()
	in.Revocations = map[string]plan.RevocationAnswer{}
	for _, check := range due {
		answer, err := r.Revocation.CheckRevocation(ctx, check.Query)
		if err != nil {
			answer = api.Revocation{State: api.RevocationUnknown, Message: api.MessageOf(err)}
		}
		in.Revocations[check.Fingerprint] = plan.RevocationAnswer{Revocation: answer}
	}
}
