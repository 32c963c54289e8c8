package plan

import (
	"time"

	"certloop/reconciler/api"
)

// lagBound is how long a CA may deny what it has named itself. Its replicas lag behind by seconds; after ten minutes it
// has lost the order or the certificate.
const lagBound = 10 * time.Minute

// observeNotFound notes since when the CA denies the order in flight.
func observeNotFound(d *draft) {
	switch {
	case d.Order != nil:
		d.iss.OrderDeniedAt = time.Time{}
	case d.iss.OrderDeniedAt.IsZero() && api.KindOf(d.OrderErr) == api.NotFound:
		d.iss.OrderDeniedAt = d.Now
	}
}

// mayLag reports whether a denial that began at since may still pass. A time that lies ahead is not believed.
func mayLag(f *facts, since time.Time) bool {
	age := f.Now.Sub(since)
	return age >= 0 && age < lagBound
}

// denied returns the error that a denial counts as while it may pass.
func denied(what string, cause error) error {
	return &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Err: cause, RetryAfter: api.RetryAfterOf(cause),
		Message: "the CA does not know " + what + " that it named before; certloop retries for ten minutes, because servers of the CA may lag behind"}
}

// lost returns the failure after that.
func lost(what string) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed,
		Message: "the CA has not known " + what + " that it named before for ten minutes: ask the CA. certloop places another order"}
}

const (
	theOrder       = "the order"
	theCertificate = "the certificate"
)
