package revocation

import (
	"time"

	"certloop/reconciler/api"
)

const (
	// clockSkew is how far a CA's clock may be ahead.
	clockSkew = 5 * time.Minute
	// lifeWithoutEnd is how old an answer without nextUpdate may be.
	lifeWithoutEnd = 24 * time.Hour
)

// stale returns why an answer of these times does not count now; empty: it counts.
func (c *check) stale(thisUpdate, nextUpdate time.Time) string {
	now := c.config.Now()
	switch {
	case thisUpdate.After(now.Add(clockSkew)):
		return "an answer of the future (thisUpdate)"
	case !nextUpdate.IsZero() && !now.Before(nextUpdate):
		return "an answer that is out of date (nextUpdate)"
	case nextUpdate.IsZero() && now.Sub(thisUpdate) > lifeWithoutEnd:
		return "an answer without nextUpdate that is older than a day (thisUpdate)"
	}
	return ""
}

const (
	certificateHold = 6
	removeFromCRL   = 8
)

// revoked returns the answer for a verified entry that says revoked. Two reason codes do not say so for good:
//
//   - certificateHold (6) is a pause that the CA's operator can end. A new certificate would get round that decision, and
//     the pause may be over before it is in place. Public CAs must not use it (Baseline Requirements 7.2.2).
//   - removeFromCRL (8) ends a hold, in delta CRLs only (RFC 5280 section 5.3.1). Elsewhere it contradicts itself.
func (c *check) revoked(s source, at time.Time, code int) api.Revocation {
	switch {
	case code == certificateHold:
		return unknown("%s reports that the CA has put the certificate on hold (certificateHold), which it can undo: ask the CA; certloop "+
			"replaces a certificate only when it is revoked for good, or set renew_token to replace it now", s)
	case code == removeFromCRL:
		return unknown("%s reports the reason removeFromCRL, which is not a revocation", s)
	case at.After(c.config.Now().Add(clockSkew)):
		return unknown("%s reports a revocation in the future", s)
	}
	return api.Revocation{State: api.RevocationRevoked, RevokedAt: at.UTC().Truncate(time.Second), Reason: api.RevocationReason(code)}
}

func good() api.Revocation { return api.Revocation{State: api.RevocationGood} }
