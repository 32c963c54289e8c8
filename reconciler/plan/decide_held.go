package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// heldValid says that the held chain is still worth installing: for the present digest, and not due for renewal
// itself. One that no target could ever take is kept all the same: another order would bring the like.
func (s *state) heldValid() bool {
	if s.iss.Digest != s.digest {
		return false
	}
	if s.heldStuck() {
		return true
	}
	at, _ := renewal(s.Name, s.heldLeaf(), nil, s.renewBefore())
	if until := s.intervalAfter(s.issued().At); s.Now.Before(s.iss.NotAfter) {
		at = later(at, until) // no better one can be had before
	}
	return s.Now.Before(at)
}

func (s *state) heldLeaf() api.Leaf {
	return api.Leaf{
		Domains: s.iss.Domains, Serial: s.iss.Serial, FingerprintSHA256: s.iss.FingerprintSHA256, Issuer: s.iss.Issuer,
		KeyType: s.iss.KeyType, NotBefore: s.iss.NotBefore, NotAfter: s.iss.NotAfter,
		KeyUsages: s.iss.KeyUsages, ExtendedKeyUsages: s.iss.ExtendedKeyUsages, CertID: s.iss.CertID,
	}
}

// heldStuck says that the chain is installed nowhere and that ACM would refuse it at every target that lacks it.
func (s *state) heldStuck() bool {
	if s.iss.Installed {
		return false
	}
	stuck := false
	for i := range s.Targets {
		if !s.lacksHeld(i) {
			continue
		}
		if _, fits := s.heldFits(&s.Targets[i]); fits {
			return false
		}
		stuck = true
	}
	return stuck
}

// heldFits says whether ACM would take the held chain at the target.
func (s *state) heldFits(t *Target) (string, bool) {
	if t.Found == nil || s.succeeds(t) {
		return "", true
	}
	return usagesFit(t.Found.Leaf, s.heldLeaf())
}

// importHeld imports the held chain into the first target that lacks it, can take it and is not backing off.
func importHeld(s *state) *Plan {
	if !s.held() || s.digest == "" || !s.heldValid() || s.Now.Before(s.iss.NotBefore) {
		return nil
	}
	for i := range s.Targets {
		t := &s.Targets[i]
		if !s.lacksHeld(i) || !s.mayImport(t).IsZero() {
			continue
		}
		if _, fits := s.heldFits(t); !fits || s.pauses(Import, t.Status.Key) {
			continue
		}
		p := &Plan{Action: Import, Reason: api.ReasonImporting, Target: t.Status.Key}
		if t.Found != nil && !s.owns(t) {
			continue
		}
		if t.Found != nil && !s.succeeds(t) {
			p.ARN = t.Found.ARN
			return p
		}
		p.Set = s.wantedTags(t)
		return p
	}
	return nil
}

// mayImport is until when an import into the target must wait; zero: now.
func (s *state) mayImport(t *Target) time.Time {
	at := s.importMayAppear(t.Status.Key)
	if t.Status.FailedSerial == s.iss.Serial || t.Status.FailedSerial == "" {
		at = later(at, t.Status.NextAttemptAt)
	}
	if s.Now.Before(at) {
		return at
	}
	return time.Time{}
}

// finishHeld erases key and chain once every target has them, or when they are superseded.
func finishHeld(s *state) *Plan {
	if !s.held() || s.digest == "" {
		return nil
	}
	if !s.heldValid() {
		return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "the certificate on hold is superseded"}
	}
	for i := range s.Targets {
		if s.Targets[i].Wanted && !s.checks[i].blocked && (s.checks[i].state == api.Unknown || s.lacksHeld(i)) {
			return nil
		}
		if s.Targets[i].Wanted && s.takeoverPauses(&s.Targets[i]) {
			return nil // it is tried again, and the chain has to be there then
		}
	}
	return &Plan{Action: DropIssuance, Reason: api.ReasonCleaningUp, Success: true}
}

// waitHeld waits with a chain on hold. No new order is placed meanwhile.
func waitHeld(s *state) *Plan {
	if !s.held() {
		return nil
	}
	p := s.whyHeld()
	p.At = earliest(p.At, s.cleanupWaits())
	return p
}

// whyHeld is what the held chain waits for: its NotBefore, a target's back-off, a lost reply, a target that could not
// be looked at.
func (s *state) whyHeld() *Plan {
	if s.digest == "" {
		return wait(s.Now.Add(15*time.Minute), api.ReasonTargetUnknown, "the account or an adopted certificate could not be looked at")
	}
	if s.Now.Before(s.iss.NotBefore) {
		return wait(s.iss.NotBefore, api.ReasonNotYetValid, "the certificate is valid from "+s.iss.NotBefore.UTC().Format(time.RFC3339))
	}
	at, reason, message := time.Time{}, api.ReasonImporting, ""
	for i := range s.Targets {
		t := &s.Targets[i]
		switch {
		case t.Wanted && s.checks[i].reason == api.ReasonImportPending:
			at, reason, message = earliest(at, s.Now.Add(15*time.Second)), s.checks[i].reason, s.checks[i].message
		case t.Wanted && s.takeoverPauses(t):
			at, reason, message = earliest(at, t.Status.NextTagAt), s.checks[i].reason, s.checks[i].message
		case t.Wanted && s.checks[i].state == api.Unknown:
			at, reason, message = earliest(at, s.lookAgainAtTarget(i)), s.checks[i].reason, s.checks[i].message
		case !s.lacksHeld(i):
		default:
			if until := s.importMayAppear(t.Status.Key); !until.IsZero() {
				at, reason, message = earliest(at, earlier(until, s.Now.Add(15*time.Second))), api.ReasonImportPending, "looking for the certificate of an import whose reply was lost"
			} else if missing, fits := s.heldFits(t); !fits {
				at, reason, message = earliest(at, s.Now.Add(day)), api.ReasonUsagesIncompatible, usagesMessage(t, missing)
			} else {
				at, reason, message = earliest(at, t.Status.NextAttemptAt), t.Status.Reason, t.Status.Message
			}
		}
	}
	return wait(at, reason, message)
}

func usagesMessage(t *Target, missing string) string {
	return fmt.Sprintf("the new certificate lacks %s, which the one at %s has and ACM lets nobody remove: order a profile that has it, or let the record import under a new ARN", missing, t.Found.ARN)
}
