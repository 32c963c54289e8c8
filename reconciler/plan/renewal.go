package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"certloop/reconciler/api"
)

const day = 24 * time.Hour

// renewal returns when a certificate is to be renewed, and which rule says so. It is a fixed function of the certificate,
// the CA's window and the record, so that a second look cannot move it.
//
//	renew_before | window (RFC 9773 section 4.2)  | renewal
//	-------------|--------------------------------|---------------------------------------------------------------
//	set          | none, or it ends after the     | renew_before before the end, never in the first third of the
//	             | time that renew_before gives   | lifetime
//	set          | ends before that time          | as without renew_before: the window announces a revocation
//	unset        | usable                         | a point in the window, fixed by a hash of name and serial; at the
//	             |                                | latest when a sixth of the lifetime is left (a quarter under ten days)
//	unset        | none                           | two thirds of the lifetime (half under ten days), less up to a
//	             |                                | twentieth of it, by the same hash
//
// A rollout takes time, at most lead: each of these times comes that much earlier, except a point in the window, and never in the
// first third of the lifetime for that reason.
//
// So a renewal is never later than the end of a window that is followed.
func renewal(name string, l api.Leaf, ari *api.ARIStatus, before, lead time.Duration) (time.Time, api.RenewalSource) {
	from, to := validity(l)
	point := hashPoint(name, l.Serial)
	window := usableWindow(l, ari)
	if fixed := later(wholeSecond(to.Add(-before)), after(to, -span(from, part(from, to, 2, 3)))); before > 0 && (!window || !ari.WindowEnd.Before(fixed)) {
		return ahead(l, fixed, lead), api.SourceRenewBefore
	}
	if window {
		return earlier(hashed(ari.WindowStart, ari.WindowEnd, point), ahead(l, latest(l), lead)), api.SourceARI
	}
	num, den := int64(2), int64(3)
	if short(l) {
		num, den = 1, 2
	}
	at := part(from, to, num, den)
	return ahead(l, hashed(after(at, -span(from, to)/20), at, ^point), lead), api.SourceLifetime
}

// ahead returns the time that is lead before at, but not in the first third of the lifetime.
func ahead(l api.Leaf, at time.Time, lead time.Duration) time.Time {
	from, to := validity(l)
	return earlier(at, later(wholeSecond(at.Add(-lead)), part(from, to, 1, 3)))
}

// validity returns start and end. A certificate whose end is before its start has no lifetime and is due at its end.
func validity(l api.Leaf) (from, to time.Time) {
	return wholeSecond(earlier(l.NotBefore, l.NotAfter)), wholeSecond(l.NotAfter)
}

func wholeSecond(t time.Time) time.Time { return time.Unix(t.Unix(), 0).UTC() }

// short reports whether the lifetime is under ten days.
func short(l api.Leaf) bool { return l.NotAfter.Before(l.NotBefore.Add(10 * day)) }

// latest returns the floor under a window that comes too late: a sixth of the lifetime is left, a quarter under ten days.
func latest(l api.Leaf) time.Time {
	from, to := validity(l)
	if short(l) {
		return part(from, to, 3, 4)
	}
	return part(from, to, 5, 6)
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

// ari returns the CA's window where it speaks of the primary certificate.
func (f *facts) ari() *api.ARIStatus {
	if f.next.ARI == nil || f.primary == nil || f.next.FingerprintSHA256 != f.primary.FingerprintSHA256 ||
		(f.primary.CertID != "" && f.next.ARI.CertID != f.primary.CertID) {
		return nil
	}
	return f.next.ARI
}

func (f *facts) renewBefore() time.Duration {
	if f.Spec == nil {
		return 0
	}
	return f.Spec.RenewBefore
}

// rolloutLead returns how long the rollout of a successor may take.
func rolloutLead(f *facts) time.Duration {
	if f.Spec == nil {
		return 0
	}
	return f.Spec.Rollout.Lead()
}

// renewalTime returns when the primary certificate is to be renewed, and which rule says so; zero: there is none.
func renewalTime(f *facts) (time.Time, api.RenewalSource) {
	if f.primary == nil {
		return time.Time{}, ""
	}
	return renewal(f.Name, f.primary.Leaf, f.window(), f.renewBefore(), rolloutLead(f))
}

// renewalDue reports whether the time of the primary certificate has come.
func (f *facts) renewalDue() bool {
	return f.primary != nil && !f.Now.Before(f.renewAt)
}

// observeRenewalInfo carries the CA's answer into the status. Only the next check moves where the window stands.
func observeRenewalInfo(d *draft) {
	if d.next.ARI == nil || (d.Renewal == nil && d.RenewalErr == nil) {
		return
	}
	ari := *d.next.ARI
	if renewalInfoBackoff(&ari).Waiting(d.Now) {
		return // Intend stored it already
	}
	if d.RenewalErr != nil {
		renewalInfoBackoff(&ari).Fail(d.Now, d.RenewalErr, forRenewalInfo)
	} else {
		r := d.Renewal
		ari.WindowStart, ari.WindowEnd = r.WindowStart.UTC().Truncate(time.Second), r.WindowEnd.UTC().Truncate(time.Second)
		ari.ExplanationURL = r.ExplanationURL
		trustWindow(&d.facts, &ari)
		renewalInfoBackoff(&ari).Pause(d.Now.Add(seconds(bounded(r.RetryAfter, time.Minute, day))))
	}
	d.next.ARI = &ari
}
