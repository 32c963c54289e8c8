package plan

import (
	"time"

	"certloop/reconciler/api"
)

// facts are what is known of a record at one moment: what was observed, and what follows from it. newDraft computes them in
// a written order. Rows, needs and conditions read them, and nothing that reads them changes them: only a draft does.
type facts struct {
	// Input is what was observed. Its Stored is the status as it was read.
	Input
	// next is the status as it is to be written: the stored one, brought up to what was observed.
	next api.CertificateStatus
	// iss is the issuance as it is to be written; empty where nothing is in flight.
	iss api.Issuance
	// kept is the certificate that can be put back; nil: there is none.
	kept *api.Leaf
	// keyType is the effective one; empty where an adopted certificate decides it and could not be observed.
	keyType api.KeyType
	// digest is the issuance digest of the present spec; empty while it cannot be known.
	digest string
	// verdicts are those on the targets, in the order of Input.Targets.
	verdicts []verdict
	// admission is what the policies say of the record.
	admission admission
	// tokenWaits is until when a policy keeps the record's new renew_token from forcing a certificate, forceRefused the same
	// for the token of a direct invocation; zero: it does not.
	tokenWaits, forceRefused time.Time
	// primary is the installed certificate that ends first among those that satisfy; nil: none does.
	primary *api.Installed
	// renewAt is when primary is to be renewed, and source the rule that says so.
	renewAt time.Time
	source  api.RenewalSource
}

// factsOf returns the facts of what was observed.
func factsOf(in Input) *facts { return &newDraft(in).facts }

// entry returns what the status has of the target; an empty entry where it has none.
func (f *facts) entry(t *Target) *api.TargetStatus {
	if ts := f.targetStatus(t.Stored.Key); ts != nil {
		return ts
	}
	return &api.TargetStatus{Key: t.Stored.Key}
}

// arnOf returns where the target's certificate lies or is to lie; empty: nowhere yet.
func arnOf(f *facts, t *Target) string {
	switch {
	case t.ACMARN != "":
		return t.ACMARN
	case t.Found != nil:
		return t.Found.ARN
	}
	return f.entry(t).ARN
}

// inFlight reports whether a key, an order or a chain is kept.
func (f *facts) inFlight() bool {
	return len(f.iss.SealedKey) > 0 || f.iss.OrderURL != "" || f.iss.Chain != ""
}

// target returns the target of that key and its verdict.
func (f *facts) target(key string) (*Target, *verdict) {
	for i := range f.Targets {
		if f.Targets[i].Stored.Key == key {
			return &f.Targets[i], &f.verdicts[i]
		}
	}
	return nil, nil
}

// targetStatus returns the entry of the status for that key.
func (f *facts) targetStatus(key string) *api.TargetStatus {
	for i := range f.next.Targets {
		if f.next.Targets[i].Key == key {
			return &f.next.Targets[i]
		}
	}
	return nil
}

// KeyType returns the effective key type of the record.
func KeyType(in Input) api.KeyType { return factsOf(in).keyType }

// PreferredChain returns the issuer of the topmost certificate that the record or its account prefers.
func PreferredChain(in Input) string { return factsOf(in).preferredChain() }
