package plan

import (
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// Whether the CA revoked a certificate is asked once a day for each certificate that is installed and satisfies, at a time
// of day that a hash of record name and serial number fixes. The rules:
//
//   - Only a verified "revoked" changes anything. It stays on record (State), so that a later answer changes nothing: a
//     revocation cannot be undone.
//   - The target of a revoked certificate lacks a certificate. So the successor is made as by a repair, under the bounds of
//     a repair: the minimum interval with its exemption, the back-off, the pauses.
//   - A certificate that was just issued is asked about ten minutes later at the earliest: its responder may not know it
//     yet.
//   - Without an answer, the next request is after 10 minutes, doubled up to a day.

// settledIn is how long a responder may not know a certificate that was just issued: JPRS names ten minutes.
const settledIn = 10 * time.Minute

// RevocationCheck is a certificate to ask about.
type RevocationCheck struct {
	Fingerprint string
	Query       api.RevocationQuery
}

// RevocationAnswer is the answer about it.
type RevocationAnswer struct{ api.Revocation }

// NeedsRevocation returns the certificates to ask about: installed, satisfying, and due. A suspended record's count too:
// its facts are kept up to date. What is not in the stored status yet is asked about in a later pass.
func NeedsRevocation(in Input) []RevocationCheck {
	if !in.Config.CheckRevocation {
		return nil
	}
	f := factsOf(in)
	if !f.Config.CheckRevocation || leased(f) != nil || f.Spec == nil || !f.HasRecord || f.denied() {
		return nil
	}
	var due []RevocationCheck
	for i := range f.next.Revocations {
		r := &f.next.Revocations[i]
		stored := revocationOf(in.Stored.Revocations, r.FingerprintSHA256)
		t := satisfiedWith(f, r.FingerprintSHA256)
		if t == nil || stored == nil || stored.State == api.RevocationRevoked || revocationBackoff(stored).Waiting(f.Now) {
			continue
		}
		query := api.RevocationQuery{Chain: t.Found.Chain}
		if a := f.Account.Spec; a != nil {
			query.Network, query.CACertificates = a.Network, a.CACertificates
		}
		due = append(due, RevocationCheck{r.FingerprintSHA256, query})
	}
	return due
}

// observeRevocation carries the answers into the status. Settle gets the same answers after Intend stored them: they count
// only while the check is due.
func observeRevocation(d *draft) {
	if !d.Config.CheckRevocation {
		d.next.Revocations = nil
		return
	}
	for i := range d.next.Revocations {
		r := &d.next.Revocations[i]
		answer, asked := d.Revocations[r.FingerprintSHA256]
		if !asked || r.State == api.RevocationRevoked || revocationBackoff(r).Waiting(d.Now) {
			continue
		}
		r.CheckedAt, r.State, r.Message = d.Now, answer.State, answer.Message
		switch answer.State {
		case api.RevocationRevoked:
			r.RevokedAt, r.RevocationReason, r.Failures, r.NextCheckAt = answer.RevokedAt, answer.Reason, 0, time.Time{}
		case api.RevocationGood:
			revocationBackoff(r).Pause(revocationSlot(d.Name, r.Serial, d.Now))
		default:
			revocationBackoff(r).Fail(d.Now, nil, forRevocation)
		}
	}
}

// trackRevocation adds an entry for each certificate that is found to satisfy, and removes those of certificates that are
// installed no more. While a target cannot be read, none is removed.
func trackRevocation(d *draft) {
	if !d.Config.CheckRevocation || d.Spec == nil {
		return
	}
	for i := range d.Targets {
		found := d.Targets[i].Found
		if d.verdicts[i].state != api.Satisfies || revocationOf(d.next.Revocations, found.FingerprintSHA256) != nil {
			continue
		}
		d.next.Revocations = append(d.next.Revocations, api.RevocationStatus{Serial: found.Serial, FingerprintSHA256: found.FingerprintSHA256,
			NextCheckAt: revocationSlot(d.Name, found.Serial, d.Now.Add(settledIn))})
	}
	if slices.ContainsFunc(d.Targets, func(t Target) bool { return t.Err != nil }) {
		return
	}
	d.next.Revocations = slices.DeleteFunc(d.next.Revocations, func(r api.RevocationStatus) bool {
		return r.FingerprintSHA256 != d.iss.FingerprintSHA256 && !slices.ContainsFunc(d.Targets, func(t Target) bool {
			return t.Wanted && t.Found != nil && t.Found.FingerprintSHA256 == r.FingerprintSHA256
		})
	})
	if len(d.next.Revocations) == 0 {
		d.next.Revocations = nil
	}
}

// revocationSlot returns the first time after at at which the certificate is asked about.
func revocationSlot(name, serial string, at time.Time) time.Time {
	midnight := at.UTC().Truncate(day)
	slot := hashed(midnight, midnight.Add(day), hashPoint(name, serial))
	for !slot.After(at) {
		slot = slot.Add(day)
	}
	return slot
}

// nextRevocationCheck returns when the CA is to be asked next about a certificate that is installed; zero: it is not.
func nextRevocationCheck(f *facts) (at time.Time) {
	for i := range f.next.Revocations {
		r := &f.next.Revocations[i]
		if r.State != api.RevocationRevoked && satisfiedWith(f, r.FingerprintSHA256) != nil {
			at = earliest(at, later(r.NextCheckAt, f.Now.Add(time.Minute)))
		}
	}
	return at
}

func revocationOf(list []api.RevocationStatus, fingerprint string) *api.RevocationStatus {
	for i := range list {
		if list[i].FingerprintSHA256 == fingerprint {
			return &list[i]
		}
	}
	return nil
}

// satisfiedWith returns a target at which the certificate is installed and satisfies; nil: there is none.
func satisfiedWith(f *facts, fingerprint string) *Target {
	for i, v := range f.verdicts {
		if t := &f.Targets[i]; v.state == api.Satisfies && t.Found.FingerprintSHA256 == fingerprint {
			return t
		}
	}
	return nil
}

// isRevoked reports whether the CA revoked the certificate, as far as is known.
func isRevoked(f *facts, fingerprint string) bool {
	r := revocationOf(f.next.Revocations, fingerprint)
	return r != nil && fingerprint != "" && r.State == api.RevocationRevoked
}

// checkRevoked comes after everything else: only a certificate that satisfies otherwise is asked about.
func checkRevoked(f *facts, t *Target) (api.Reason, string) {
	if !isRevoked(f, t.Found.FingerprintSHA256) {
		return "", ""
	}
	return api.ReasonRevoked, revokedMessage(revocationOf(f.next.Revocations, t.Found.FingerprintSHA256))
}

func revokedMessage(r *api.RevocationStatus) string {
	return fmt.Sprintf("the CA revoked certificate %s at %s (%s)", r.Serial, r.RevokedAt.UTC().Format(time.RFC3339), r.RevocationReason)
}

// revokedTarget returns the first target that lacks a certificate because its own is revoked; nil: there is none.
func revokedTarget(f *facts) *Target {
	for i, v := range f.verdicts {
		if f.Targets[i].Wanted && v.state == api.Lacks && v.reason == api.ReasonRevoked {
			return &f.Targets[i]
		}
	}
	return nil
}

// replaced returns the renewal information of the certificate that an order replaces: the one in place, also where it is
// revoked; nil: nothing is known of it.
func replaced(f *facts) *api.ARIStatus {
	if ari := f.ari(); ari != nil || f.next.ARI == nil || !isRevoked(f, f.next.FingerprintSHA256) {
		return ari
	}
	return f.next.ARI
}

// noteRevoked sends one notice for each certificate that is found to be revoked.
func noteRevoked(d *draft) {
	for i := range d.next.Revocations {
		r := &d.next.Revocations[i]
		if r.State != api.RevocationRevoked || r.Reported {
			continue
		}
		r.Reported = true
		message := revokedMessage(r)
		if d.Spec != nil && d.Spec.Suspend {
			message += ": the record is suspended, so certloop does not replace it"
		} else {
			message += ": certloop replaces it"
		}
		d.record(api.ReasonRevoked, message)
		d.addReported(causeNotReady)
		d.addReported(string(api.ReasonRevoked))
		d.notify(api.NoticeRevoked, api.ReasonRevoked, message)
	}
}

// NewlyRevoked returns the serial numbers of the certificates that now are known to be revoked and were not before.
func NewlyRevoked(before, now api.CertificateStatus) (serials []string) {
	for _, r := range now.Revocations {
		old := revocationOf(before.Revocations, r.FingerprintSHA256)
		if r.State == api.RevocationRevoked && (old == nil || old.State != api.RevocationRevoked) {
			serials = append(serials, r.Serial)
		}
	}
	return serials
}
