package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// habits are in what CAs differ. Each is one inhabitant of the zoo (scenarios_zoo.go).
type habits struct {
	// PendingFor is how long a challenge stays pending after it was accepted (Boulder).
	PendingFor time.Duration
	// Lag is how long replicas deny a new order, and the certificate of a valid one.
	Lag time.Duration
	// Prevalidated: orders are ready at once and have no challenges (ACM, DigiCert, Naver).
	Prevalidated bool
	// RetryAfter is when the CA wants to be asked again about an order; zero: it does not say.
	RetryAfter time.Duration
	// OrderLife is how long the next orders may take; zero: a day.
	OrderLife time.Duration
	// ReadyAgain: an order is ready after it was finalized, and nothing comes of it.
	ReadyAgain bool
	// Shares: one pending order for all who ask for the same names.
	Shares bool
	// Adds are names that come with every certificate.
	Adds []string
	// Directory is the only URL that the CA answers to, query parameters included; empty: any.
	Directory string
	// Problem is the answer to every new order, Withhold that to every download; nil: none.
	Problem, Withhold error
	// HTML reports whether something in front of the CA answers the next request; nil: never.
	HTML func() bool
}

func (h *habits) orderLife() time.Duration {
	if h.OrderLife == 0 {
		return 24 * time.Hour
	}
	return h.OrderLife
}

func (c *ca) lags(since time.Time) bool { return c.clock.now.Before(since.Add(c.Lag)) }

// shared is the order that the CA hands out again; nil: a new one is made.
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
