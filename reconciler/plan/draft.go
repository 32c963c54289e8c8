package plan

import (
	"slices"

	"certloop/reconciler/api"
)

// A draft is what is to be written, with the facts that it rests on. Only Intend and Settle write into one; what they change
// of the world as it was observed (an import, new tags) is in the draft's own copy of it.
type draft struct {
	facts
	// installed is the type of the notice that is due because this step saw the end of an issuance; empty: it did not.
	installed string
	// ledger is the ledger of the account as it is to be written; nil: as it was read.
	ledger *api.Ledger
}

// newDraft brings the stored status up to what was observed, and computes the facts. The order matters: each line uses
// what the lines above it have found.
func newDraft(in Input) *draft {
	d := &draft{facts: facts{Input: in, next: cloneStatus(in.Stored)}}
	d.Targets = slices.Clone(in.Targets)
	if in.Issuance != nil {
		d.iss = cloneIssuance(*in.Issuance)
	}
	forgetLostChanges(d)
	restore(d)
	boundPauses(d)
	d.admission = admissionOf(d.facts)
	clearAnothersRetryAfter(d)
	observeSpec(d)
	observeZones(d)
	observeServers(d)
	observeNotFound(d)
	d.keyType = effectiveKeyType(&d.facts)
	d.digest = d.digestForcedBy(d.next.Force)
	observeRenewalInfo(d)
	observeRevocation(d)
	forgetKept(d)
	d.judge()
	clearStaleFailures(d)
	observeCertificate(d)
	trackRevocation(d)
	baseline(d)
	observePolicy(d)
	return d
}

// judge computes what follows from the certificates at the targets.
func (d *draft) judge() {
	d.verdicts = verdictsOn(&d.facts)
	d.primary = primaryOf(&d.facts)
	observeProvenance(d)
	d.renewAt, d.source = renewalTime(&d.facts)
}

// refresh judges anew what a step has changed.
func (d *draft) refresh() {
	d.judge()
	observeCertificate(d)
	trackRevocation(d)
	baseline(d)
	noteOutdated(d)
	d.admission = admissionOf(d.facts)
	observePolicy(d)
}
