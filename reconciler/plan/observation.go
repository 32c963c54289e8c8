package plan

import (
	"strings"

	"certloop/reconciler/api"
)

// What an observation of the targets asks for, and what it makes of the answers. Package reconciler makes the requests.

// ObservedTargets returns the targets to observe: those of the spec in its order, then those that only the status knows.
func ObservedTargets(in Input) []Target {
	known := map[string]api.TargetStatus{}
	for _, t := range in.Stored.Targets {
		known[t.Key] = t
	}
	var targets []Target
	if in.Spec != nil {
		for _, t := range in.Spec.Targets {
			ts, ok := known[t.Key()]
			if !ok {
				ts = api.TargetStatus{Key: t.Key()}
			}
			delete(known, t.Key())
			targets = append(targets, Target{Target: t, Wanted: true, Stored: ts})
		}
	}
	for _, ts := range in.Stored.Targets {
		if _, left := known[ts.Key]; left {
			t := Target{Target: api.Target{Location: ts.Location}, Stored: ts}
			if strings.HasPrefix(ts.Key, "arn:") {
				t.ACMARN = ts.Key // the key of a target that named its ARN
			}
			targets = append(targets, t)
		}
	}
	return targets
}

// KnownARN returns the ARN to describe: the one that the record names, else the one on record; empty: there is none.
func (t *Target) KnownARN() string {
	if t.ACMARN != "" {
		return t.ACMARN
	}
	return t.Stored.ARN
}

// NeedsClaim reports whether the claim on what was found has to be read. Where the owner tag is the record's, only a
// certificate that is to be let go needs it.
func NeedsClaim(in Input, t Target) bool {
	return t.Found != nil && (!t.Wanted || t.Found.Tags[api.TagOwner] != in.Owner)
}

// NeedsPredecessor reports whether the certificate that the target left behind has to be described, because it is still to
// be marked as retired.
func NeedsPredecessor(t Target) bool { return t.Stored.RetiredARN != "" && t.Wanted && t.Err == nil }

// Search is how a target's certificate is searched for by its tags.
type Search string

const (
	// SearchNothing: the certificate is known.
	SearchNothing Search = ""
	// SearchBeside: what was found counts, and another one may be there beside it.
	SearchBeside Search = "Beside"
	// SearchInstead: what was found is not proved to be the record's, so anything that is found counts before it.
	SearchInstead Search = "Instead"
)

// NeedsSearch returns how the target's certificate is to be searched for: where none is known, where the known one does not
// exist or is not proved to be the record's, and where the reply of an import was lost, so that the new certificate may be
// there beside the old one. A certificate that the record names is never searched for.
func NeedsSearch(in Input, t Target) Search {
	held := in.Issuance != nil && (in.Issuance.Chain != "" || !in.Issuance.Imports[t.Stored.Key].IsZero())
	switch {
	case t.Err != nil || t.named():
		return SearchNothing
	case t.Found != nil && !Owns(in, t):
		return SearchInstead
	case t.Found != nil && !held:
		return SearchNothing
	}
	return SearchBeside
}

// WithoutFound returns the target as if nothing had been found there.
func WithoutFound(t Target) Target {
	t.Found, t.OwnerGone, t.OwnerBusy, t.ClaimedBy, t.ClaimGone, t.Duplicates = nil, false, false, "", false, nil
	return t
}

// WithFound returns the target after the search has found one more certificate: it is the target's, or a second one beside
// it, or no import of ours. The index that the search asks lags behind the tags, so the tags themselves are checked.
func WithFound(in Input, t Target, found *api.Installed) Target {
	switch {
	case found == nil || !isOwnImport(in, t, found):
	case t.Found == nil:
		t.Found, t.Listed = found, true
	case !Prefer(in, t.Stored.ARN, found, t.Found):
		t.Duplicates = append(t.Duplicates, *found)
	case t.Found.ARN == t.Stored.ARN:
		t.Found, t.Listed, t.Superseded = found, true, t.Stored.ARN
	default:
		t.Duplicates = append(t.Duplicates, *t.Found)
		t.Found, t.Listed = found, true
	}
	return t
}

// isOwnImport reports whether an import for this target of the record made the certificate.
func isOwnImport(in Input, t Target, found *api.Installed) bool {
	return found.Type == "IMPORTED" && found.Tags[api.TagOwner] == in.Owner && found.Tags[api.TagTarget] == t.Stored.Key &&
		found.Tags[api.TagRetired] == "" && found.Tags[api.TagAdopted] == ""
}

// OwningRecord returns the name of the other record of the same table that the owner tag names; empty: it names none.
func OwningRecord(in Input, owner string) string {
	ours, _, _ := api.ParseOwner(in.Owner)
	if table, name, ok := api.ParseOwner(owner); ok && owner != in.Owner && table == ours {
		return name
	}
	return ""
}

// IsDeleted reports whether the record does not exist any more, and whether it may have an effect under way all the same.
func IsDeleted(in Input, o api.Object) (deleted, busy bool) {
	if o.Record != nil {
		return false, false
	}
	return true, o.Status != nil && LeaseHolds(*o.Status, in.Now, in.Config)
}
