package reconciler

import (
	"context"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// readFrontends describes the AWS resources that use the certificate, when it is time for that. What cannot be read changes nothing
// else: the resources that are known already stay.
func (r *Reconciler) readFrontends(ctx context.Context, in *plan.ProbeInput, most time.Duration) {
	if !plan.FrontendsDue(*in) {
		return
	}
	ctx, cancel := r.Clock.WithDeadline(ctx, r.Clock.Now().Add(most))
	defer cancel()
	var reads []plan.FrontendsRead
	for _, at := range plan.Installations(*in) {
		read := plan.FrontendsRead{Installation: at}
		users, err := r.Users.InUseBy(ctx, at.At, at.ARN)
		switch {
		case ctx.Err() != nil:
			read.Problem = "the time of the probe ended before AWS answered which resources use the certificate"
		case err != nil && api.KindOf(err) != api.NotFound:
			read.Problem = "the resources that use the certificate are not known: " + api.MessageOf(err)
		case len(users) > 0:
			read.Found = r.Frontends.Frontends(ctx, at.At, at.ARN, users)
		}
		reads = append(reads, read)
	}
	in.Now = r.now()
	in.Served = plan.SettleFrontends(*in, reads)
}
