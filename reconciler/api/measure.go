package api

import "time"

// PassResult is how one pass over a record ended.
type PassResult string

// The results of a pass.
const (
	// PassConverged: nothing is left to do before the record changes or its certificate is due.
	PassConverged PassResult = "Converged"
	// PassRequeued: it waits, for DNS, the CA, the end of a back-off or of another's lease, or for people.
	PassRequeued PassResult = "Requeued"
	// PassFailed: something was tried or looked at and failed, or the table could not be used.
	PassFailed PassResult = "Failed"
)

// PassResults are all there are.
var PassResults = []PassResult{PassConverged, PassRequeued, PassFailed}

// Census is the state of all records at one moment. Certificates whose record is gone are counted nowhere but in
// OldestOverdue.
type Census struct {
	// Ready, NotReady and Suspended are numbers of certificates; each is one of the three.
	Ready, NotReady, Suspended int
	// UnknownKinds is the number of items whose kind nobody knows, and which are ignored.
	UnknownKinds int
	// Installed says that a certificate which is not suspended is in place somewhere; LeastLife is then what is left of
	// the one that expires first, negative once it has.
	Installed bool
	LeastLife time.Duration
	// LongestNotReady is how long a certificate has not been ready; zero: each is, or is suspended.
	LongestNotReady time.Duration
	// OldestOverdue is how long a record, of a certificate or an account, has been due without anybody taking it up;
	// zero: none is due.
	OldestOverdue time.Duration
}

// IssuanceStage is how far a certificate came.
type IssuanceStage string

// The stages.
const (
	// StageObtained: the CA made it, and it was fetched.
	StageObtained IssuanceStage = "Obtained"
	// StageInstalled: it is in every place that can take it.
	StageInstalled IssuanceStage = "Installed"
)
