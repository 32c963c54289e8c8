package reconciler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// wakeDelay gives ACM, which is eventually consistent, time until it shows the change of an event.
const wakeDelay = 10 * time.Second

// WakeOwners queues the records that have the claims on these certificates. A certificate without a claim is not ours.
// The event itself decides nothing: a forged one costs a pass, and a lost one waits for the resync.
func (r *Reconciler) WakeOwners(ctx context.Context, arns []string) error {
	seen := map[string]bool{}
	var requests []api.Request
	for _, arn := range arns {
		owner, err := r.Certificates.ClaimOwner(ctx, arn)
		if err != nil {
			return fmt.Errorf("find the owner of %s: %w", arn, err)
		}
		if owner == "" || seen[owner] {
			continue
		}
		seen[owner] = true
		requests = append(requests, api.Request{Key: api.Key{Kind: api.KindCertificate, Name: owner}})
		r.Log.LogAttrs(ctx, slog.LevelInfo, "woken by an ACM event", append(record(api.KindCertificate, owner), slog.String(logkey.ARN, arn))...)
	}
	if len(requests) == 0 {
		return nil
	}
	return r.Queue.Enqueue(ctx, wakeDelay, requests...)
}
