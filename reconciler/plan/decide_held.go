package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// heldValid reports whether the held chain is still worth installing: for the present digest, not revoked, and not due for
// renewal itself. One that no target could ever take is kept all the same: another order would bring the like.
func heldValid(f *facts) bool {
	if f.iss.Digest != f.digest || isRevoked(f, f.iss.FingerprintSHA256) {
		return false
	}
	if heldFitsNowhere(f) {
		return true
	}
	at, _ := renewal(f.Name, heldLeaf(f), nil, f.renewBefore(), rolloutLead(f))
	if until := intervalAfter(f, f.issued().At); f.Now.Before(f.iss.NotAfter) {
		at = later(at, until) // no better one can be had before
	}
	return f.Now.Before(at)
}

func heldLeaf(f *facts) api.Leaf {
	return api.Leaf{
		Domains: f.iss.Domains, Serial: f.iss.Serial, FingerprintSHA256: f.iss.FingerprintSHA256, Issuer: f.iss.Issuer,
		KeyType: f.iss.KeyType, NotBefore: f.iss.NotBefore, NotAfter: f.iss.NotAfter,
		KeyUsages: f.iss.KeyUsages, ExtendedKeyUsages: f.iss.ExtendedKeyUsages, CertID: f.iss.CertID,
	}
}

// heldFitsNowhere reports whether the chain is installed nowhere and that ACM would refuse it at every target that lacks it.
func heldFitsNowhere(f *facts) bool {
	if f.iss.Installed {
		return false
	}
	stuck := false
	for i := range f.Targets {
		if !f.lacksHeld(i) {
			continue
		}
		if _, fits := heldFits(f, &f.Targets[i]); fits {
			return false
		}
		stuck = true
	}
	return stuck
}

// heldFits reports whether ACM would take the held chain at the target.
func heldFits(f *facts, t *Target) (string, bool) {
	if t.Found == nil || getsNewARN(f, t) {
		return "", true
	}
	return usagesFit(t.Found.Leaf, heldLeaf(f))
}

// importHeld imports the held chain into the first target that lacks it, can take it and is not backing off.
func importHeld(d *decision) *Plan {
	if !d.held() || d.digest == "" || !heldValid(d.facts) || d.Now.Before(d.iss.NotBefore) {
		return nil
	}
	wave := rolloutOf(d.facts)
	for i := range d.Targets {
		t := &d.Targets[i]
		if !d.lacksHeld(i) || !mayReceive(d.facts, i, wave) || !mayImport(d.facts, t).IsZero() {
			continue
		}
		if _, fits := heldFits(d.facts, t); !fits || d.pauses(Import, t.Stored.Key) {
			continue
		}
		p := &Plan{Action: Import, Reason: api.ReasonImporting, Target: t.Stored.Key}
		if t.Found != nil && !d.owns(t) {
			continue
		}
		if t.Found != nil && !getsNewARN(d.facts, t) {
			p.ARN = t.Found.ARN
			return p
		}
		p.Set = wantedTags(d.facts, t)
		return p
	}
	return nil
}

// mayImport returns until when an import into the target must wait; zero: now.
func mayImport(f *facts, t *Target) time.Time {
	at := f.importMayAppear(t.Stored.Key)
	if f.entry(t).FailedSerial == f.iss.Serial || f.entry(t).FailedSerial == "" {
		at = later(at, f.entry(t).NextAttemptAt)
	}
	if f.Now.Before(at) {
		return at
	}
	return time.Time{}
}

// finishHeld erases key and chain once every target has them, or when they are superseded.
func finishHeld(d *decision) *Plan {
	if !d.held() || d.digest == "" {
		return nil
	}
	if !heldValid(d.facts) {
		return &Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "the held certificate is superseded"}
	}
	if d.iss.Rollback != nil || rolloutOf(d.facts).state != waveProved {
		return nil
	}
	for i := range d.Targets {
		if d.Targets[i].Wanted && !d.verdicts[i].blocked && (d.verdicts[i].state == api.Unknown || d.lacksHeld(i)) {
			return nil
		}
		if d.Targets[i].Wanted && d.takeoverPauses(&d.Targets[i]) {
			return nil // it is tried again, and the chain has to be there then
		}
	}
	return &Plan{Action: DropIssuance, Reason: api.ReasonCleaningUp, Success: true}
}

// waitHeld waits with a chain on hold. No new order is placed meanwhile.
func waitHeld(d *decision) *Plan {
	if !d.held() {
		return nil
	}
	p := whyHeld(d.facts)
	if rollout := whyRolloutWaits(d.facts); rollout != nil && p.Reason == api.ReasonImporting && p.Message == "" {
		rollout.At = earliest(rollout.At, p.At)
		p = rollout
	}
	p.At = earliest(p.At, earliest(cleanupWaits(d.facts), nextRevocationCheck(d.facts)))
	return p
}

// whyHeld returns what the held chain waits for: its NotBefore, a target's back-off, a lost reply, a target that could not
// be read.
func whyHeld(f *facts) *Plan {
	if f.digest == "" {
		return wait(f.Now.Add(15*time.Minute), api.ReasonTargetUnknown, "the account or an adopted certificate could not be read")
	}
	if f.Now.Before(f.iss.NotBefore) {
		return wait(f.iss.NotBefore, api.ReasonNotYetValid, "the certificate is valid from "+f.iss.NotBefore.UTC().Format(time.RFC3339))
	}
	at, reason, message := time.Time{}, api.ReasonImporting, ""
	wave := rolloutOf(f)
	for i := range f.Targets {
		t := &f.Targets[i]
		switch {
		case t.Wanted && f.verdicts[i].reason == api.ReasonImportPending:
			at, reason, message = earliest(at, f.Now.Add(15*time.Second)), f.verdicts[i].reason, f.verdicts[i].message
		case t.Wanted && f.takeoverPauses(t):
			at, reason, message = earliest(at, f.entry(t).NextTagAt), f.verdicts[i].reason, f.verdicts[i].message
		case t.Wanted && f.verdicts[i].state == api.Unknown:
			at, reason, message = earliest(at, recheckTargetAt(f, i)), f.verdicts[i].reason, f.verdicts[i].message
		case !f.lacksHeld(i) || !mayReceive(f, i, wave):
		default:
			if until := f.importMayAppear(t.Stored.Key); !until.IsZero() {
				at, reason, message = earliest(at, earlier(until, f.Now.Add(15*time.Second))), api.ReasonImportPending, "looking for the certificate of an import whose reply was lost"
			} else if missing, fits := heldFits(f, t); !fits {
				at, reason, message = earliest(at, f.Now.Add(day)), api.ReasonUsagesIncompatible, usagesMessage(t, missing)
			} else {
				at, reason, message = earliest(at, f.entry(t).NextAttemptAt), f.entry(t).Reason, f.entry(t).Message
			}
		}
	}
	return wait(at, reason, message)
}

func usagesMessage(t *Target, missing string) string {
	return fmt.Sprintf("the new certificate lacks %s, which the one at %s has and ACM lets nobody remove: order a profile that has it, or let the record import under a new ARN", missing, t.Found.ARN)
}
