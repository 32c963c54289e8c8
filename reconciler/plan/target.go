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

// judge gives every target its verdict.
func (s *state) judge() {
	s.checks = make([]verdict, len(s.Targets))
	for i := range s.Targets {
		s.checks[i] = s.verdictOn(&s.Targets[i])
	}
	s.primary = s.findPrimary()
	if s.primary != nil {
		s.observeProvenance(s.primary)
		s.renewAt, s.source = renewal(s.Name, s.primary.Leaf, s.window(), s.renewBefore())
	}
}

func (s *state) verdictOn(t *Target) verdict {
	if s.Spec == nil || !t.Wanted {
		return verdict{state: api.Unknown}
	}
	if t.Err != nil {
		reason := api.ReasonOf(t.Err, api.ReasonTargetUnknown)
		return verdict{state: api.Unknown, reason: reason, message: api.MessageOf(t.Err)}
	}
	if t.Found == nil && !s.importMayAppear(t.Status.Key).IsZero() {
		return verdict{state: api.Unknown, reason: api.ReasonImportPending, message: "looking for the certificate of an import by its tags"}
	}
	if !t.named() && t.Found != nil && !s.owns(t) {
		return unproven(t)
	}
	if reason, message := first(accepts, s, t); reason != "" {
		return verdict{state: api.Lacks, reason: reason, message: message, blocked: true}
	}
	if t.OwnerBusy && s.claims(t) {
		return verdict{state: api.Unknown, reason: api.ReasonOwnedByAnother, message: "waiting until the deleted record in the tag of " +
			t.Found.ARN + " is cleaned up after"}
	}
	if t.named() && !s.owns(t) && t.Status.Reason != api.ReasonOwnedByAnother && targetBackoff(&t.Status).Waiting(s.Now) {
		// Whose it is could not be found out: nothing is done to it, and others go on.
		return verdict{state: api.Unknown, reason: t.Status.Reason, message: t.Status.Message}
	}
	if s.takeoverPauses(t) {
		return verdict{state: api.Unknown, reason: t.Status.Reason, message: t.Status.Message}
	}
	if reason, message := first(satisfies, s, t); reason != "" {
		return verdict{state: api.Lacks, reason: reason, message: message}
	}
	return verdict{state: api.Satisfies}
}

// findPrimary is the certificate that ends first among those that satisfy: the one whose renewal cannot wait.
func (s *state) findPrimary() *api.Installed {
	var primary *api.Installed
	for i, v := range s.checks {
		if v.state != api.Satisfies {
			continue
		}
		if f := s.Targets[i].Found; primary == nil || f.NotAfter.Before(primary.NotAfter) {
			primary = f
		}
	}
	return primary
}

// held says that a chain is kept for import.
func (s *state) held() bool { return s.iss.Chain != "" }

// lacksHeld says that the held chain is missing at the target. One that satisfies and began later than the held one
// is not lacking: somebody installed a newer certificate, and that is a fact to accept.
func (s *state) lacksHeld(i int) bool {
	t, v := &s.Targets[i], s.checks[i]
	if !t.Wanted || v.blocked || v.state == api.Unknown {
		return false
	}
	if t.Found == nil {
		return true
	}
	if s.isHeld(t.Found) {
		return false
	}
	if v.state != api.Satisfies || t.Found.NotBefore.Before(s.iss.NotBefore) {
		return true
	}
	// Some CAs let every certificate of a day begin at midnight: then the import tells which is the newer one.
	return t.Found.NotBefore.Equal(s.iss.NotBefore) && t.Found.ImportedAt.Before(s.iss.CreatedAt)
}

// isHeld says that the certificate is the one on hold. A serial alone does not say so: it is unique per CA only.
func (s *state) isHeld(f *api.Installed) bool {
	return s.held() && f.FingerprintSHA256 == s.iss.FingerprintSHA256
}

// succeeds says that the held chain goes to the target under a new ARN, because what lies at the old one has another
// key type, which ACM does not let change. Only what we imported ourselves is left behind like that.
func (s *state) succeeds(t *Target) bool {
	return t.Found != nil && !t.named() && t.Found.KeyType != s.iss.KeyType
}

// usagesFit says whether ACM would take a leaf with these usages over the present one: it lets usages be added to an
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
