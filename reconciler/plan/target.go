package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// verdict is how one target compares with the spec.
type verdict struct {
	state   api.TargetState
	reason  api.Reason
	message string
	// blocked: nothing that is issued can ever go there (see accepts).
	blocked bool
}

// verdictsOn returns the verdicts on all targets.
func verdictsOn(f *facts) []verdict {
	verdicts := make([]verdict, len(f.Targets))
	for i := range f.Targets {
		verdicts[i] = verdictOn(f, &f.Targets[i])
	}
	return verdicts
}

func verdictOn(f *facts, t *Target) verdict {
	if f.Spec == nil || !t.Wanted {
		return verdict{state: api.Unknown}
	}
	if t.Err != nil {
		reason := api.ReasonOf(t.Err, api.ReasonTargetUnknown)
		return verdict{state: api.Unknown, reason: reason, message: api.MessageOf(t.Err)}
	}
	if t.Found == nil && !f.importMayAppear(t.Stored.Key).IsZero() {
		return verdict{state: api.Unknown, reason: api.ReasonImportPending, message: "looking for the certificate of an import by its tags"}
	}
	if !t.named() && t.Found != nil && !f.owns(t) {
		return ownershipUnproven(t)
	}
	if reason, message := first(accepts, f, t); reason != "" {
		return verdict{state: api.Lacks, reason: reason, message: message, blocked: true}
	}
	if t.OwnerBusy && f.claims(t) {
		return verdict{state: api.Unknown, reason: api.ReasonOwnedByAnother, message: "waiting for the clean-up of the deleted record in the tag of " +
			t.Found.ARN}
	}
	if t.named() && !f.owns(t) && f.entry(t).Reason != api.ReasonOwnedByAnother && targetBackoff(f.entry(t)).Waiting(f.Now) {
		// Whose it is could not be found out: nothing is done to it, and others go on.
		return verdict{state: api.Unknown, reason: f.entry(t).Reason, message: f.entry(t).Message}
	}
	if f.takeoverPauses(t) {
		return verdict{state: api.Unknown, reason: f.entry(t).Reason, message: f.entry(t).Message}
	}
	if reason, message := first(satisfies, f, t); reason != "" {
		return verdict{state: api.Lacks, reason: reason, message: message}
	}
	return verdict{state: api.Satisfies}
}

// primaryOf returns the certificate that ends first among those that satisfy: the one whose renewal cannot wait.
func primaryOf(f *facts) *api.Installed {
	var primary *api.Installed
	for i, v := range f.verdicts {
		if v.state != api.Satisfies {
			continue
		}
		if found := f.Targets[i].Found; primary == nil || found.NotAfter.Before(primary.NotAfter) {
			primary = found
		}
	}
	return primary
}

// held reports whether a chain is kept for import.
func (f *facts) held() bool { return f.iss.Chain != "" }

// lacksHeld reports whether the held chain is missing at the target. One that satisfies and began later than the held one
// is not lacking: somebody installed a newer certificate, and that is a fact to accept.
func (f *facts) lacksHeld(i int) bool {
	t, v := &f.Targets[i], f.verdicts[i]
	if !t.Wanted || v.blocked || v.state == api.Unknown {
		return false
	}
	if t.Found == nil {
		return true
	}
	if f.isHeldCertificate(t.Found) {
		return false
	}
	if v.state != api.Satisfies || t.Found.NotBefore.Before(f.iss.NotBefore) {
		return true
	}
	// Some CAs let every certificate of a day begin at midnight: then the import tells which is the newer one.
	return t.Found.NotBefore.Equal(f.iss.NotBefore) && t.Found.ImportedAt.Before(f.iss.CreatedAt)
}

// isHeldCertificate reports whether the certificate is the one on hold. A serial alone does not say so: it is unique per CA only.
func (f *facts) isHeldCertificate(found *api.Installed) bool {
	return f.held() && found != nil && found.FingerprintSHA256 == f.iss.FingerprintSHA256
}

// getsNewARN reports whether the held chain goes to the target under a new ARN, because what lies at the old one has another
// key type, which ACM does not let change. Only what we imported ourselves is left behind like that.
func getsNewARN(f *facts, t *Target) bool {
	return t.Found != nil && !t.named() && t.Found.KeyType != f.iss.KeyType
}

// usagesFit reports whether ACM would take a leaf with these usages over the present one: it lets usages be added to an
// extension, not removed, but for keyEncipherment of ECDSA and for clientAuth
// (https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html).
func usagesFit(present, next api.Leaf) (missing string, fit bool) {
	ecdsa := next.KeyType == api.EC256 || next.KeyType == api.EC384
	for _, u := range present.KeyUsages {
		if !slices.Contains(next.KeyUsages, u) && (u != "KEY_ENCIPHERMENT" || !ecdsa) {
			return u, false
		}
	}
	for _, u := range present.ExtendedKeyUsages {
		if !slices.Contains(next.ExtendedKeyUsages, u) && u != "TLS_WEB_CLIENT_AUTHENTICATION" {
			return u, false
		}
	}
	if len(present.KeyUsages) == 0 && len(next.KeyUsages) > 0 {
		return "no KeyUsage extension", false
	}
	if len(present.ExtendedKeyUsages) == 0 && len(next.ExtendedKeyUsages) > 0 {
		return "no ExtendedKeyUsage extension", false
	}
	return "", true
}

func allSatisfy(f *facts) bool {
	n := 0
	for i, v := range f.verdicts {
		if !f.Targets[i].Wanted {
			continue
		}
		n++
		if v.state != api.Satisfies {
			return false
		}
	}
	return n > 0
}

// anyLacks reports whether a target lacks what is asked for and can take it.
func anyLacks(f *facts) bool {
	for i, v := range f.verdicts {
		if f.Targets[i].Wanted && v.state == api.Lacks && !v.blocked {
			return true
		}
	}
	return false
}

func anyUnknown(f *facts) bool {
	for i, v := range f.verdicts {
		if f.Targets[i].Wanted && v.state == api.Unknown {
			return true
		}
	}
	return false
}
