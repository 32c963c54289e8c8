package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// habits are the differences between CAs. Each is used by a scenario of scenarios_zoo.go.
type habits struct {
	// PendingFor is how long a challenge stays pending after it was accepted (Boulder).
	PendingFor time.Duration
	// Lag is how long replicas answer "not found" about a new order, and about the certificate of a valid one.
	Lag time.Duration
	// Prevalidated: orders are ready at once and have no challenges (ACM, DigiCert, Naver).
	Prevalidated bool
	// RetryAfter is the CA's Retry-After for an order; zero: it sends none.
	RetryAfter time.Duration
	// OrderLife is the lifetime of the next orders; zero stands for a day.
	OrderLife time.Duration
	// ReadyAgain: a finalized order becomes ready again, without a certificate.
	ReadyAgain bool
	// Shares: all requests for the same names get the same pending order.
	Shares bool
	// Adds are names that the CA adds to every certificate.
	Adds []string
	// Directory is the only URL that the CA answers, with its query parameters; empty: any.
	Directory string
	// Problem is the answer to every new order, Withhold that to every download; nil: no such error.
	Problem, Withhold error
	// HTML reports whether a proxy in front of the CA answers the next request; nil: never.
	HTML func() bool
}

func (h *habits) orderLife() time.Duration {
	if h.OrderLife == 0 {
		return 24 * time.Hour
	}
	return h.OrderLife
}

func (c *ca) readDirectory(a api.ACMEAccount) (api.Directory, error) {
	if c.Directory != "" && a.Directory != c.Directory {
		return api.Directory{}, &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Message: "the server returned HTTP 404 and is not an ACME directory"}
	}
	return api.Directory{CAAIdentities: []string{issuerName}}, nil
}

func (c *ca) lags(since time.Time) bool { return c.clock.now.Before(since.Add(c.Lag)) }

// shared returns the order that the CA returns again, or nil if it creates a new one.
func (c *ca) shared(a api.ACMEAccount, domains []string) *order {
	if !c.Shares {
		return nil
	}
	for _, o := range c.orders {
		if c.proceed(o); o.account == a.URI && slices.Equal(o.domains, domains) && (o.Status == api.OrderPending || o.Status == api.OrderReady) {
			return o
		}
	}
	return nil
}
