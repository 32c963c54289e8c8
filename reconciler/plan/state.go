package plan

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// state is an Input with everything derived from it that more than one row asks for. It is computed once a pass.
type state struct {
	Input
	// status is a copy of Input.Status, brought up to what was observed: generation, tokens, targets.
	status api.CertificateStatus
	// iss is never nil; an empty one where nothing is in flight.
	iss api.Issuance
	// keyType is the effective one; empty where an adopted certificate decides it and could not be looked at.
	keyType api.KeyType
	// digest is the issuance digest of the present spec; empty while it cannot be known.
	digest string
	// checks are the verdicts on the targets, in the order of Input.Targets.
	checks []verdict
	// admission is what the policies say of the record.
	admission admission
	// tokenWaits is until when a policy keeps the record's new renew_token from forcing a certificate, forceRefused the same
	// for the token of a direct invocation; zero: it does not.
	tokenWaits, forceRefused time.Time
	// primary is the installed certificate that ends first among those that satisfy; nil: none does.
	primary *api.Installed
	// renewAt is when primary is to be renewed, and by which rule.
	renewAt time.Time
	source  api.RenewalSource
	// paused is when the first of those actions may be tried that rows passed over; zero: none was.
	paused time.Time
	// installed is the type of the notice that is due because this step saw the end of an issuance; empty: it did not.
	installed string
}

func newState(in Input) *state {
	s := &state{Input: in, status: cloneStatus(in.Status)}
	s.Targets = slices.Clone(in.Targets)
	if in.Issuance != nil {
		s.iss = cloneIssuance(*in.Issuance)
		s.forgetLostChanges()
	}
	s.restore()
	s.boundPauses()
	s.admit()
	s.clearAnothersRetryAfter()
	s.observeSpec()
	s.observeZones()
	s.observeDenial()
	s.keyType = s.effectiveKeyType()
	s.digest = s.effectiveDigest()
	s.observeRenewalInfo()
	s.judge()
	s.clearStaleFailures()
	s.observeCertificate()
	s.baseline()
	s.observePolicy()
	return s
}

// forgetLostChanges waits, instead of for a change that Route 53 does not know, for the time that a change takes at most:
// the values were accepted, and an ID that is unknown now stays unknown.
func (s *state) forgetLostChanges() {
	for i := range s.iss.Published {
		if v := &s.iss.Published[i]; v.ChangeID != "" && s.Lost[v.ChangeID] {
			v.ChangeID, v.ServedFrom = "", s.Now.Add(propagation)
		}
	}
}

// restore takes from the issuance what a deleted status took with it, so that a forced issuance in flight is
// neither dropped nor done twice.
func (s *state) restore() {
	if s.HasStatus || s.Issuance == nil {
		return
	}
	s.status.Force, s.status.RenewToken = s.iss.Force, s.iss.RenewToken
}

// observeSpec carries the record's facts into the status: generation, tokens, and what a later deletion needs.
func (s *state) observeSpec() {
	if s.HasRecord && s.status.SpecDigest != s.SpecDigest {
		s.status.SpecDigest = s.SpecDigest
		s.status.Generation++
		s.clearTagPauses()
		s.forgetReported(func(cause string) bool { return cause != causeNotReady })
	}
	s.observeTokens()
	if s.Spec == nil {
		return
	}
	if r := s.status.LastReason; s.zoneChanged() && (zoneReason(r) || r == api.ReasonDNSFailed) {
		s.clearFailures()
	}
	if !s.denied() || s.Spec.DeletionPolicy != api.Delete {
		s.status.DeletionPolicy = s.Spec.DeletionPolicy // Delete only where it was allowed: the deletion acts on it
	}
	s.status.Zone, s.status.DNS = s.Spec.Zone, nil
	if s.Spec.DNS != (api.Role{}) {
		dns := s.Spec.DNS
		s.status.DNS = &dns
	}
}

// observeTokens notes the record's token and that of a direct invocation, which goes before. One that was not seen before
// forces a new certificate. Tokens of a record that no policy allows wait until one does, and says how often they may.
func (s *state) observeTokens() {
	if s.unjudged() {
		return
	}
	pause := s.newTokenPause()
	if s.Spec != nil && s.Spec.RenewToken != "" && s.Spec.RenewToken != s.status.RenewToken {
		switch {
		case s.tokenIsBaseline():
			s.status.RenewToken = s.Spec.RenewToken
		case !pause.IsZero():
			s.tokenWaits = pause
		default:
			s.status.Force, s.status.RenewToken = s.Spec.RenewToken, s.Spec.RenewToken
		}
	}
	if s.Force == "" || s.Force == s.status.Force {
		return
	}
	if s.forceRefused = pause; pause.IsZero() {
		s.status.Force = s.Force
		s.clearTagPauses()
	}
}

// tokenIsBaseline reports whether a renew_token that is new to the status forces nothing: it is the first one, and no
// certificate is on record. The record then had it before its first certificate was made, or the status was lost, which
// must not cost a certificate.
func (s *state) tokenIsBaseline() bool {
	return s.status.RenewToken == "" && (!s.HasStatus || (s.status.IssuanceDigest == "" && s.status.Serial == ""))
}

// clearTagPauses has the tags tried again at once: somebody asked for something else.
func (s *state) clearTagPauses() {
	for i := range s.status.Targets {
		tagBackoff(&s.status.Targets[i]).Reset()
	}
	for i := range s.Targets {
		tagBackoff(&s.Targets[i].Status).Reset()
	}
}

// effectiveKeyType is the spec's, else that of the certificate it names, else the default.
func (s *state) effectiveKeyType() api.KeyType {
	if s.Spec == nil || s.Spec.KeyType != "" {
		if s.Spec == nil {
			return ""
		}
		return s.Spec.KeyType
	}
	named := false
	for i := range s.Targets {
		t := &s.Targets[i]
		if !t.Wanted || !t.named() {
			continue
		}
		named = true
		if t.Found != nil {
			return t.Found.KeyType
		}
	}
	if named {
		return s.status.KeyType
	}
	return api.DefaultKeyType
}

func (s *state) effectiveDigest() string { return s.digestForcedBy(s.status.Force) }

// digestForcedBy is the issuance digest of the present spec under that force token.
func (s *state) digestForcedBy(token string) string {
	if s.Spec == nil || s.Account.Spec == nil || s.keyType == "" {
		return ""
	}
	return api.IssuanceDigest(api.DigestInput{
		Names:          s.Spec.Domains,
		KeyType:        s.keyType,
		Account:        s.Account.Name,
		Directory:      s.Account.Spec.Directory,
		Profile:        s.profile(),
		PreferredChain: s.preferredChain(),
		Force:          token,
	})
}

func (s *state) profile() string {
	if s.Spec.Profile != "" || s.Account.Spec == nil {
		return s.Spec.Profile
	}
	return s.Account.Spec.Profile
}

func (s *state) preferredChain() string {
	if s.Spec.PreferredChain != "" || s.Account.Spec == nil {
		return s.Spec.PreferredChain
	}
	return s.Account.Spec.PreferredChain
}

// baseline accepts the installed certificate for the present digest where no other is on record: after an adoption,
// or when the status was thrown away. An issuance in flight for the digest speaks against it: that one is wanted. So does
// a token that forces one: the certificate in place was there before it.
func (s *state) baseline() {
	if s.status.IssuanceDigest != "" || s.digest == "" || !s.allSatisfy() {
		return
	}
	if s.inFlight() && s.iss.Digest == s.digest {
		return
	}
	s.status.IssuanceDigest = s.digestForcedBy(s.status.IssuanceForce)
}

// seeOutdated notes whether the record asks for another certificate than the one in place. Targets do not show it where
// only the preferred chain differs. Where the record cannot be judged, what was known stays.
func (s *state) seeOutdated() {
	if s.digest != "" || !s.HasRecord {
		s.status.Outdated = s.changed()
	}
}

// inFlight says that a key, an order or a chain is kept.
func (s *state) inFlight() bool {
	return len(s.iss.SealedKey) > 0 || s.iss.OrderURL != "" || s.iss.Chain != ""
}

func (s *state) allSatisfy() bool {
	n := 0
	for i, v := range s.checks {
		if !s.Targets[i].Wanted {
			continue
		}
		n++
		if v.state != api.Satisfies {
			return false
		}
	}
	return n > 0
}

// target returns the target of that key and its verdict.
func (s *state) target(key string) (*Target, *verdict) {
	for i := range s.Targets {
		if s.Targets[i].Status.Key == key {
			return &s.Targets[i], &s.checks[i]
		}
	}
	return nil, nil
}

// targetStatus is the entry of the status for that key.
func (s *state) targetStatus(key string) *api.TargetStatus {
	for i := range s.status.Targets {
		if s.status.Targets[i].Key == key {
			return &s.status.Targets[i]
		}
	}
	return nil
}

// KeyType is the effective key type of the record.
func KeyType(in Input) api.KeyType { return newState(in).keyType }

// PreferredChain is the issuer of the topmost certificate that the record or its account prefers.
func PreferredChain(in Input) string { return newState(in).preferredChain() }
