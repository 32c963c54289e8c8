package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// How many certificates a record may get is bounded here, whatever the record's writer, ACM and the CA do. Between two
// certificates lies Config.MinInterval. Three exemptions let one more through, each at most once per interval: the first
// certificate after a change of the spec, a repair, and a forced one. So a record gets at most four certificates per
// interval. Certificates that were rejected count apart, at most maxRejected of them per interval.

// maxRejected leaves room for a rejection, its repetition, a correction of the record and an error in that one.
const maxRejected = 4

// issuanceTime is what an issuance may take: DNS, validation, signing, and some transient errors between them.
const issuanceTime = time.Hour

// minimumInterval waits until another certificate may be obtained. What is in flight has passed it already.
func minimumInterval(s *state) *Plan {
	if s.inFlight() {
		return nil
	}
	if until := s.tokenPause(); !until.IsZero() {
		return wait(until, api.ReasonMinimumInterval, tooEarly("the token", until))
	}
	until, _ := s.intervalEnd()
	if until.IsZero() {
		return nil
	}
	return wait(until, api.ReasonMinimumInterval, fmt.Sprintf("the last certificate was obtained less than %s ago", s.Config.MinInterval))
}

// intervalEnd returns until when no certificate may be obtained, zero if one may be obtained now, and by which exemption.
func (s *state) intervalEnd() (until time.Time, exemption api.Reason) {
	issued := s.issued()
	if issued.Rejected >= maxRejected {
		if until = s.intervalAfter(issued.RejectedAt); !until.IsZero() {
			return until, ""
		}
	}
	if until = s.intervalAfter(s.lastIssued()); until.IsZero() {
		return until, ""
	}
	for _, exemption := range s.exemptions() {
		spent := s.intervalAfter(*exemptionTime(&issued, exemption))
		if spent.IsZero() {
			return spent, exemption
		}
		until = earlier(until, spent)
	}
	return until, ""
}

// intervalAfter returns the end of the interval that began at a certificate; zero if it is over or there is none.
func (s *state) intervalAfter(at time.Time) time.Time {
	if end := at.Add(s.Config.MinInterval); !at.IsZero() && !at.After(s.Now) && s.Now.Before(end) {
		return end
	}
	return time.Time{}
}

// exemptions returns what the record asks for beyond the renewal of the certificate that was obtained last.
func (s *state) exemptions() []api.Reason {
	issued := s.issued()
	digest, force := issued.Digest, issued.Force
	if digest == "" {
		digest, force = s.status.IssuanceDigest, s.status.IssuanceForce
	}
	var all []api.Reason
	changed := digest != "" && s.digest != "" && s.digestForcedBy(force) != digest
	if changed {
		all = append(all, api.ReasonSpecChanged)
	}
	if !changed && s.anyLacks() {
		all = append(all, api.ReasonRepair)
	}
	if s.status.Force != "" && s.status.Force != force {
		all = append(all, api.ReasonForced)
	}
	return all
}

// anyLacks reports whether a target lacks what is asked for and can take it.
func (s *state) anyLacks() bool {
	for i, v := range s.checks {
		if s.Targets[i].Wanted && v.state == api.Lacks && !v.blocked {
			return true
		}
	}
	return false
}

// issued returns what is on record of the certificates that were obtained.
func (s *state) issued() api.IssuedStatus {
	if s.status.Issued == nil {
		return api.IssuedStatus{}
	}
	return *s.status.Issued
}

// lastIssued returns when the last certificate was obtained. Where the status does not say so, because it was lost or
// written by an older version, the certificates with our tag do: one began to be valid when it was obtained, or before,
// and one that came into being by our import was imported soon after.
func (s *state) lastIssued() time.Time {
	at := s.issued().At
	if !at.IsZero() {
		return at
	}
	for i := range s.Targets {
		f := s.Targets[i].Found
		if f == nil || f.Tags[api.TagOwner] != s.Owner || f.Tags[api.TagPlaceholder] != "" {
			continue
		}
		at = later(at, f.NotBefore)
		if !s.Targets[i].named() && f.Tags[api.TagAdopted] == "" {
			at = later(at, f.ImportedAt)
		}
	}
	return at
}

func exemptionTime(i *api.IssuedStatus, exemption api.Reason) *time.Time {
	switch exemption {
	case api.ReasonSpecChanged:
		return &i.SpecChangedAt
	case api.ReasonRepair:
		return &i.RepairedAt
	case api.ReasonForced:
		return &i.ForcedAt
	}
	return new(time.Time)
}

// noteIssued counts the certificate of the issuance in flight.
func (s *state) noteIssued() {
	issued := s.issued()
	if s.iss.Force != "" && s.iss.Force != s.forcedBefore() {
		issued.LastForcedAt = s.Now
	}
	issued.At, issued.Digest, issued.Force = s.Now, s.iss.Digest, s.iss.Force
	*exemptionTime(&issued, s.iss.Exemption) = s.Now
	s.status.Issued = &issued
}

// noteRejected counts a certificate that came back and is of no use.
func (s *state) noteRejected() {
	issued := s.issued()
	if s.intervalAfter(issued.RejectedAt).IsZero() {
		issued.Rejected = 0
	}
	issued.Rejected, issued.RejectedAt = issued.Rejected+1, s.Now
	s.status.Issued = &issued
}

// longEnough refuses a certificate that ends before its successor could be in place: that is obtained after the minimum
// interval at the earliest, and an issuance takes a while.
func (s *state) longEnough(l api.Leaf) error {
	least := s.Config.MinInterval + issuanceTime
	if later(l.NotBefore, s.Now).Add(least).After(l.NotAfter) {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonLifetimeTooShort,
			Message: fmt.Sprintf("the certificate can be used for less than %s, in which no successor can be put in its place", least)}
	}
	return nil
}
