package reconciler

import (
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Result is when the next pass over the record is due.
type Result struct {
	// After is when to reconcile next; zero: only after a change or at the resync.
	After time.Duration
	// Noted is true if the status stores that a message is queued for that time, so that one must be queued.
	Noted bool
	// Carried is true if a queued message brings the record back in time.
	Carried bool
}

// Invocation is a direct invocation of the function (the command line, Terraform's wait).
type Invocation struct {
	// Names are the names of the certificates; at least one, but for a dry run with records.
	Names []string
	// Wait is how long to continue until Require holds; zero means one pass each.
	Wait time.Duration
	// Require is a condition that must be True in the end; otherwise the invocation is an error. Empty: none.
	Require api.ConditionType
	// Force is a token: a new one causes one new certificate.
	Force string
	// DryRun returns the decision and has no effect, not even on the table.
	DryRun bool
	// Records take the place of those of the table under the same keys. They are for DryRun only, and never written.
	Records []Record
	// Placeholder imports a self-signed certificate if a target has none yet, and returns its ARN.
	Placeholder bool
	// RollBack puts the certificate before back in place of the one that is being rolled out. RollOutAgain takes that back.
	RollBack     bool
	RollOutAgain bool

	// refusal is the reason why a policy refused the token, or why a rollback is not possible or cannot be undone, or "". unprobed is
	// why the endpoints of the record will not be probed, or "".
	refusal, unprobed string
	// undoing is true if a pass has seen the rollback that RollOutAgain undoes.
	undoing bool
}

// demand returns what the invocation demands of each certificate.
func (i Invocation) demand() plan.Demand {
	return plan.Demand{Require: i.Require, Force: i.Force, Placeholder: i.Placeholder, RollBack: i.RollBack, RollOutAgain: i.RollOutAgain, Refusal: i.refusal,
		Unprobed: i.unprobed}
}

// Answer is what a direct invocation returns.
type Answer struct {
	Certificates []CertificateAnswer `json:"certificates"`
	// Accounts are those of Records, and those that the certificates need and that are not registered. Only a dry run has them.
	Accounts []AccountAnswer `json:"accounts,omitempty"`
}

// CertificateAnswer is one certificate of an Answer.
type CertificateAnswer struct {
	Name   string                 `json:"name"`
	ACMARN string                 `json:"acm_arn,omitempty"`
	Status *api.CertificateStatus `json:"status,omitempty"`
	// Decision is set if DryRun is.
	Decision *plan.Decision `json:"decision,omitempty"`
}

// AccountAnswer is one account of an Answer.
type AccountAnswer struct {
	Name string `json:"name"`
	// Registers is true if the passes will register the account at the CA, or find its registration.
	Registers bool           `json:"registers,omitempty"`
	Decision  *plan.Decision `json:"decision"`
}
