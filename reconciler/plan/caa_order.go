package plan

import (
	"strings"

	"certloop/reconciler/api"
)

// caaFindings returns what the CAA records mean for the names of the record: one finding for all names with the same answer, the
// names that may be issued left out, those that forbid first.
func caaFindings(f *facts) []CAAFinding {
	type group struct {
		CAAFinding
		domains []string
	}
	var groups []*group
	for _, domain := range f.Spec.Domains {
		found := JudgeCAA(CAAQuestion{Domain: domain, Set: caaSet(f, domain), Identities: f.Account.CAAIdentities, AccountURL: f.Account.URI, Now: f.Now})
		if found.State == CAAAllowed {
			continue
		}
		known := false
		for _, g := range groups {
			if g.CAAFinding == found {
				g.domains, known = append(g.domains, domain), true
			}
		}
		if !known {
			groups = append(groups, &group{found, []string{domain}})
		}
	}
	var all []CAAFinding
	for _, state := range []CAAState{CAAForbidden, CAAWarned, CAAUnknown} {
		for _, g := range groups {
			if g.State == state {
				found := g.CAAFinding
				found.What = shortNames(g.domains) + ": " + g.What
				all = append(all, found)
			}
		}
	}
	return all
}

// Message returns the finding as one text.
func (f CAAFinding) Message() string { return api.Message(f.What + ": " + f.Remedy) }

// caaSet returns the record set that was read for the name.
func caaSet(f *facts, domain string) api.CAASet {
	domain = strings.TrimPrefix(domain, "*.")
	for _, set := range f.CAA {
		if set.Domain == domain {
			return set
		}
	}
	return api.CAASet{Domain: domain, Name: domain, Err: f.CAAErr}
}

// readsCAA reports whether CAA records were read, or could not be.
func readsCAA(f *facts) bool { return f.CAA != nil || f.CAAErr != nil }

// caaForbids returns the failure that keeps the order from being placed; nil: CAA does not forbid it, or that is not known.
func caaForbids(f *facts) error {
	if !readsCAA(f) {
		return nil
	}
	var messages []string
	for _, found := range caaFindings(f) {
		if found.State == CAAForbidden {
			messages = append(messages, found.What+": "+found.Remedy)
		}
	}
	if len(messages) == 0 {
		return nil
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonCAAForbids, Message: api.Message(strings.Join(messages, "; "))}
}

// CAAWarnings returns what the CAA records of the record do not forbid, but what an operator should know; empty: nothing, or they
// were not read.
func CAAWarnings(in Input) []string {
	f := factsOf(in)
	if f.Spec == nil || !readsCAA(f) {
		return nil
	}
	var all []string
	for _, found := range caaFindings(f) {
		if found.State != CAAForbidden {
			all = append(all, found.Message())
		}
	}
	return all[:min(len(all), mostCAAWarnings)]
}

// mostCAAWarnings is how many lines about CAA one answer has at most for one record.
const mostCAAWarnings = 10

// NeedsCAA reports whether the CAA records of the record are to be read: an order would be placed now, or as soon as there is a key.
// The CA's names are needed to compare them with.
func NeedsCAA(in Input) bool {
	if in.CAA != nil || in.CAAErr != nil || len(in.Account.CAAIdentities) == 0 {
		return false
	}
	next := Decide(in).Action
	return next == NewOrder || (next == MakeKey && in.Zones != nil)
}
