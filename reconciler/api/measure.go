package api

import "time"

// PassResult is how one pass over a record ended.
type PassResult string

// These are the results of a pass.
const (
	// PassConverged: nothing is left to do before the record changes or its certificate is due.
	PassConverged PassResult = "Converged"
	// PassRequeued: it waits, for DNS, the CA, the end of a back-off or of another invocation's lease, or for a user.
	PassRequeued PassResult = "Requeued"
	// PassFailed: an effect or an observation failed, or the table could not be used.
	PassFailed PassResult = "Failed"
)

// PassResults lists all results.
var PassResults = []PassResult{PassConverged, PassRequeued, PassFailed}

// Census is the state of all records at one moment. Certificates whose record is deleted are counted in OldestOverdue
// only.
type Census struct {
	// Ready, NotReady and Suspended are numbers of certificates; each is one of the three.
	Ready, NotReady, Suspended int
	// UnknownKinds is the number of items of unknown kinds, which are ignored.
	UnknownKinds int
	// Installed is true if a certificate that is not suspended is installed at a target. LeastLife is then the
	// remaining life of the one that expires first, negative after its end.
	Installed bool
	LeastLife time.Duration
	// LongestNotReady is how long a certificate has not been ready; zero: all are ready or suspended.
	LongestNotReady time.Duration
	// OldestOverdue is how long a certificate or account record has been due without being reconciled; zero: none is
	// due.
	OldestOverdue time.Duration
	// Served is what the endpoints of the certificates serve.
	Served ServedCensus
}

// ServedCensus is what the endpoints of all certificates serve, as the last probe of each stored it. Endpoints that never served a
// certificate of their record are not in use yet or belong to another service, and endpoints of suspended records are left
// alone: neither counts.
type ServedCensus struct {
	// Probed is true if endpoints are probed. Otherwise no other field is set.
	Probed bool
	// Answered is true if a probe that is not overdue received a certificate. LeastLife is then the remaining life of the one
	// that expires first.
	Answered  bool
	LeastLife time.Duration
	// NotCurrent is the number of endpoints that serve another certificate than the one that was imported last, although
	// there was time to serve it. Unreachable is the number of endpoints that did not answer twice in a row.
	NotCurrent, Unreachable int
	// OldestOverdue is how long the endpoints of a certificate have been due for a probe; zero: none are due.
	OldestOverdue time.Duration
}

// IssuanceStage is a stage of an issuance.
type IssuanceStage string

// These are the stages.
const (
	// StageObtained: the CA issued the certificate, and it was downloaded.
	StageObtained IssuanceStage = "Obtained"
	// StageInstalled: it is installed at every target that accepts it.
	StageInstalled IssuanceStage = "Installed"
)
