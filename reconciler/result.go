package reconciler

import (
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Result is what one pass says about the next.
type Result struct {
	// After is when to look again; zero: nothing to do until something changes or the resync comes.
	After time.Duration
	// Noted: the status says that a message is queued for that time, so that one has to be.
	Noted bool
	// Carried: a message that is queued already brings the record back in time.
	Carried bool
}

// Invocation is a direct invocation of the function (the command line, Terraform's wait).
type Invocation struct {
	// Names are certificates; at least one.
	Names []string
	// Wait is how long to go on until Require holds; zero: one pass each.
	Wait time.Duration
	// Require is a condition that must be True in the end, else the invocation is an error; empty: none.
	Require api.ConditionType
	// Force is a token: one that was not seen before makes one new certificate.
	Force string
	// DryRun returns the decision and has no effect, not even on the table.
	DryRun bool
	// Placeholder imports a self-signed stand-in where a target has no certificate yet, and returns its ARN.
	Placeholder bool

	// refusal says why a policy refused the token; empty: none did.
	refusal string
}

// demand returns what the invocation asks of each certificate.
func (i Invocation) demand() plan.Demand {
	return plan.Demand{Require: i.Require, Force: i.Force, Placeholder: i.Placeholder, Refusal: i.refusal}
}

// Answer is what a direct invocation returns.
type Answer struct {
	Certificates []CertificateAnswer `json:"certificates"`
}

// CertificateAnswer is one certificate of an Answer.
type CertificateAnswer struct {
	Name   string                 `json:"name"`
	ACMARN string                 `json:"acm_arn,omitempty"`
	Status *api.CertificateStatus `json:"status,omitempty"`
	// Decision is filled in by DryRun.
	Decision *Decision `json:"decision,omitempty"`
}

// Decision is what a pass would do.
type Decision struct {
	Action  string     `json:"action"`
	Reason  api.Reason `json:"reason"`
	Message string     `json:"message,omitempty"`
	Target  string     `json:"target,omitempty"`
	At      time.Time  `json:"at,omitzero"`
}
