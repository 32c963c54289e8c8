package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Action is one step of a pass.
type Action string

// The actions. Each has at most one external effect.
const (
	// Wait: nothing to do before Plan.At (zero: before something changes).
	Wait Action = "Wait"
	// Forget removes status, issuance and claims of a deleted record.
	Forget Action = "Forget"
	// ClaimARN claims the ARN that a record names.
	ClaimARN Action = "ClaimARN"
	// ReleaseTarget forgets a target that left the spec, with its claim.
	ReleaseTarget Action = "ReleaseTarget"
	// Tag brings a certificate's tags in line.
	Tag Action = "Tag"
	// DeleteCertificate deletes a certificate from ACM.
	DeleteCertificate Action = "DeleteCertificate"
	// Import puts the held chain into a target.
	Import Action = "Import"
	// ImportPlaceholder puts a self-signed stand-in into a target that has nothing.
	ImportPlaceholder Action = "ImportPlaceholder"
	// RollBack decides that the kept certificate is put back in place of the held one. Imports follow.
	RollBack Action = "RollBack"
	// RollOutAgain takes that decision back.
	RollOutAgain Action = "RollOutAgain"
	// DropIssuance erases key, order and chain.
	DropIssuance Action = "DropIssuance"
	// CleanDNS removes our TXT values from one zone.
	CleanDNS Action = "CleanDNS"
	// MakeKey makes a private key and seals it.
	MakeKey Action = "MakeKey"
	// ResumeOrder goes back to an order that was given up and of which the CA made a certificate after all.
	ResumeOrder Action = "ResumeOrder"
	// NewOrder places an order.
	NewOrder Action = "NewOrder"
	// Publish writes the TXT values of one zone.
	Publish Action = "Publish"
	// Accept tells the CA to validate.
	Accept Action = "Accept"
	// Finalize sends the CSR.
	Finalize Action = "Finalize"
	// Download fetches and checks the chain.
	Download Action = "Download"
	// Admit takes a place for the record in the first of Plan.Places that has one left.
	Admit Action = "Admit"
	// Dismiss gives the record's place in Plan.Policy back.
	Dismiss Action = "Dismiss"
	// Notify sends a notice of the outbox (NextNotice) on every channel that it was not delivered on.
	Notify Action = "Notify"
)

// Plan is what the next step is, why, and with which parameters.
type Plan struct {
	Action  Action
	Reason  api.Reason
	Message string
	// At is when to look again, for Wait; zero: when something changes.
	At time.Time
	// Target is the key of the target that the action is for.
	Target string
	// ARN of Tag, DeleteCertificate, ClaimARN and of a re-Import; empty: a first import.
	ARN string
	// Set and Unset are the tags of Tag, and Set those of a first Import.
	Set   map[string]string
	Unset []string
	// Zone, Role and Values of Publish and CleanDNS.
	Zone   string
	Role   api.Role
	Values []api.TXT
	// URLs are the challenges of Accept.
	URLs []string
	// ReplacesCertID is the CertID of the certificate that the order replaces (RFC 9773 section 5).
	ReplacesCertID string
	// PreviousOwner is the deleted record whose claim ClaimARN takes over.
	PreviousOwner string
	// KeepClaim: ReleaseTarget leaves the claim on ARN, because another target of the record needs it.
	KeepClaim bool
	// Places are the policies that Admit tries, in this order; Policy is that of Dismiss.
	Places []Place
	Policy string
	// PutBack: Import puts the kept certificate back instead of the held one.
	PutBack bool
	// Failure is an error that observing found and that counts as a failed attempt.
	Failure error
	// Success: DropIssuance because every target has the chain.
	Success bool
	// KeepKey: DropIssuance gives the order up and keeps its key, because the CA may still make a certificate of it.
	KeepKey bool
}

// Place is a policy and how many certificates it admits; 0: any number, so that nothing is to be counted.
type Place struct {
	Policy string
	Max    int
}

// Passive reports whether the plan has no effect outside the table and needs no claim.
func (p Plan) Passive() bool { return p.Action == Wait }

// Outcome is what came of an effect.
type Outcome struct {
	Err error
	// NotTried: Err is of something that the effect needs (a key that could not be read); the effect did not happen, and
	// Err says nothing about whom it was meant for.
	NotTried bool
	// ARN of Import, and Claimed: its claim was written; Owner of ClaimARN; Sealed and PublicKeySHA256 of MakeKey; Order of NewOrder; ChangeID of Publish;
	// Chain (PEM) of Download; DeliveredTo of Notify, the channels that accepted the notice, with or without Err.
	ARN             string
	Claimed         bool
	Owner           string
	Sealed          []byte
	PublicKeySHA256 string
	Order           *api.Order
	ChangeID        string
	Chain           string
	// Policy of Admit is the policy that admits the record; empty without an error: every one is full.
	Policy string
	// Note is what the history says of the chain.
	Note        string
	DeliveredTo []string
}

// Settled is what is to be on record.
type Settled struct {
	Status api.CertificateStatus
	// Issuance is what to write; nil: nothing there and nothing to write.
	Issuance *api.Issuance
	// Ledger is what to write of the account; nil: nothing.
	Ledger *api.Ledger
	// At is when to look again; zero: at once after an effect, else when something changes.
	At time.Time
	// Forget: remove everything the controller has under the name, with the claims of these ARNs.
	Forget bool
	Claims []string
}

func wait(at time.Time, reason api.Reason, message string) *Plan {
	return &Plan{Action: Wait, At: at, Reason: reason, Message: message}
}
