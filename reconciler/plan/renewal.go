package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"certloop/reconciler/api"
)

const day = 24 * time.Hour

// renewal says when a certificate is to be renewed. It is a fixed function of the certificate, the CA's window and
// the record, so that a second look cannot move it.
//
//   - With renew_before: that long before the end, clamped to two thirds of the life. A window that ends within the
//     first third of the life (a revocation under way) overrides it.
//   - With a window (RFC 9773 section 4.2): a point in it, fixed by a hash of name and serial; a floor overrides a
//     window that comes too late.
//   - Otherwise: at two thirds of the life (half, under ten days), spread over a twentieth of it by the same hash.
func renewal(name string, l api.Leaf, ari *api.ARIStatus, before time.Duration) (time.Time, api.RenewalSource) {
	life := l.NotAfter.Sub(l.NotBefore)
	point := hashPoint(name, l.Serial)
	window := usableWindow(l, ari)
	if before > 0 && (!window || ari.WindowEnd.After(l.NotBefore.Add(life/3))) {
		return l.NotAfter.Add(-min(before, life*2/3)), api.SourceRenewBefore
	}
	if window {
		at := ari.WindowStart.Add(fraction(ari.WindowEnd.Sub(ari.WindowStart), point))
		return earlier(at, latest(l, life)), api.SourceARI
	}
	share := life * 2 / 3
	if life < 10*day {
		share = life / 2
	}
	return l.NotBefore.Add(share - fraction(life/20, point)).Truncate(time.Second), api.SourceLifetime
}

// latest is the floor under a window that comes too late: a sixth of the life is left, a quarter under ten days.
func latest(l api.Leaf, life time.Duration) time.Time {
	if life < 10*day {
		return l.NotAfter.Add(-life / 4)
	}
	return l.NotAfter.Add(-life / 6)
}

// usableWindow ignores a window that is none: an end before the start, or more than a day before the certificate
// began.
func usableWindow(l api.Leaf, ari *api.ARIStatus) bool {
	return ari != nil && ari.WindowEnd.After(ari.WindowStart) && !ari.WindowEnd.Before(l.NotBefore.Add(-day))
}

// hashPoint is a number fixed by name and serial, evenly spread over all of them.
func hashPoint(name, serial string) uint32 {
	sum := sha256.Sum256([]byte(name + "\x00" + serial))
	return binary.BigEndian.Uint32(sum[:4])
}

// fraction is point/2^32 of d.
func fraction(d time.Duration, point uint32) time.Duration {
	return time.Duration(float64(d) * (float64(point) / (1 << 32))).Truncate(time.Second)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// ari is the CA's window where it speaks of the primary certificate.
func (s *state) ari() *api.ARIStatus {
	if s.status.ARI == nil || s.primary == nil || s.status.FingerprintSHA256 != s.primary.FingerprintSHA256 {
		return nil
	}
	return s.status.ARI
}

func (s *state) renewBefore() time.Duration {
	if s.Spec == nil {
		return 0
	}
	return s.Spec.RenewBefore
}

// renewalDue says that the time of the primary certificate has come.
func (s *state) renewalDue() bool {
	return s.primary != nil && !s.Now.Before(s.renewAt)
}

// observeRenewalInfo carries the CA's answer into the status. Only the next check moves where the window stands.
func (s *state) observeRenewalInfo() {
	if s.status.ARI == nil || (s.Renewal == nil && s.RenewalErr == nil) {
		return
	}
	ari := *s.status.ARI
	if s.RenewalErr != nil {
		ari.Failures++
		ari.NextCheck = s.Now.Add(renewalInfoBackoff(s.RenewalErr, ari.Failures))
	} else {
		r := s.Renewal
		ari.WindowStart, ari.WindowEnd, ari.ExplanationURL = r.WindowStart.UTC(), r.WindowEnd.UTC(), r.ExplanationURL
		ari.Failures, ari.NextCheck = 0, s.Now.Add(min(max(r.RetryAfter, time.Minute), day))
	}
	s.status.ARI = &ari
}

// renewalInfoBackoff: a directory without renewalInfo is asked again in a week; a long-term error after six hours
// (RFC 9773 section 4.3.3), a passing one with growing intervals.
func renewalInfoBackoff(err error, failures int) time.Duration {
	switch api.KindOf(err) {
	case api.NotFound:
		return 7 * day
	case api.Throttled:
		return min(max(api.RetryAfterOf(err), time.Minute), day)
	case api.Transient:
		return min(max(exponential(time.Minute, 6*time.Hour, failures-1), api.RetryAfterOf(err)), day)
	}
	return 6 * time.Hour
}
