package ports

import (
	"context"
	"iter"
	"time"

	"certloop/reconciler/api"
)

// Served is the table of what the endpoints of certificates serve. Certificates.Get returns it as well.
type Served interface {
	// WriteServed stores s under the rule of Write.Status.
	WriteServed(ctx context.Context, name string, s *api.ServedStatus) error
	// ForgetServed deletes the item of that version. Another version is a Conflict.
	ForgetServed(ctx context.Context, name string, version int64) error
	// DueServed iterates over the names of certificates whose DueAt is not after now, oldest first.
	DueServed(ctx context.Context, now time.Time) iter.Seq2[string, error]
}
