package ports

import (
	"context"
	"iter"
	"time"

	"certloop/reconciler/api"
)

// Certificates is the table as the certificate loop uses it.
type Certificates interface {
	// Get reads record, status and issuance. It returns an empty Object for an unknown name.
	Get(ctx context.Context, name string) (api.Object, error)
	// Write applies w entirely or not at all. After success, the Versions in w are those now stored. It returns a Conflict
	// if a condition does not hold.
	Write(ctx context.Context, w api.Write) error
	// ClaimARN makes record the owner of arn and returns the owner after the call: another name if another record has
	// it. replace, if set, is an owner whose record is deleted and who may be replaced.
	ClaimARN(ctx context.Context, arn, record, replace string) (owner string, err error)
	// ClaimOwner returns the record that has the claim on arn, read consistently; empty if no record has it.
	ClaimOwner(ctx context.Context, arn string) (owner string, err error)
	// ReleaseARN removes the claim on arn if record has it.
	ReleaseARN(ctx context.Context, arn, record string) error
}

// Accounts is the table as the account loop uses it.
type Accounts interface {
	// GetAccount reads record and status. It returns an empty AccountObject for an unknown name.
	GetAccount(ctx context.Context, name string) (api.AccountObject, error)
	// WriteAccount stores s under the rule of Write.Status.
	WriteAccount(ctx context.Context, name string, s *api.AccountStatus) error
	// ForgetAccount deletes the status of that version; with version 0 there must be none. Another version is a Conflict.
	ForgetAccount(ctx context.Context, name string, version int64) error
}

// Policies is the table as the loop over policies uses it.
type Policies interface {
	// GetPolicy reads a policy by its name without prefix. For an unknown name it returns the policy set alone.
	GetPolicy(ctx context.Context, name string) (api.PolicyObject, error)
	// GetPolicySet reads the set of all policies, which Get and GetAccount return too; zero if there is none.
	GetPolicySet(ctx context.Context) (api.PolicySet, error)
	// WritePolicySet stores set under the rule of Write.Status, but replaces a DamagedPolicySet whatever it holds. A set
	// that does not pass its Check is Terminal with ReasonPolicyTooLarge.
	WritePolicySet(ctx context.Context, set *api.PolicySet) error
	// WritePolicyStatus stores s under the rule of WriteAccount.
	WritePolicyStatus(ctx context.Context, name string, s *api.PolicyStatus) error
	// ForgetPolicyStatus deletes the status under the rule of ForgetAccount.
	ForgetPolicyStatus(ctx context.Context, name string, version int64) error
}

// Usage is the table of which records a policy has admitted under its max_certificates.
type Usage interface {
	// Admit admits record and reports whether it is admitted: it was before, or fewer than most records are.
	Admit(ctx context.Context, policy, record string, most int) (bool, error)
	// Dismiss revokes the admission of record. It does nothing if there is none.
	Dismiss(ctx context.Context, policy, record string) error
}

// Ledgers is the table of what accounts ordered. Certificates.Write writes it.
type Ledgers interface {
	// GetLedger reads the ledger of an account; zero if there is none. One that cannot be read has Version
	// api.DamagedLedger, and nothing else.
	GetLedger(ctx context.Context, account string) (api.Ledger, error)
}

// Index lists names.
type Index interface {
	// All iterates over every record and over every status whose record is deleted (certificates, accounts and policies),
	// one Listed per key; over what policies admitted; over what the endpoints of certificates serve; and over every item of
	// an unknown kind. A record and its status may be of different moments.
	All(ctx context.Context) iter.Seq2[api.Listed, error]
	// Glance is All at half the cost: it may miss what was just written. Nothing may be decided by it.
	Glance(ctx context.Context) iter.Seq2[api.Listed, error]
	// Due iterates over the keys whose due_at is not after now, oldest first.
	Due(ctx context.Context, now time.Time) iter.Seq2[api.Key, error]
}

// Controller is the status that the controller stores about itself, protected as any status is.
type Controller interface {
	// GetController reads it; a zero ControllerStatus if there is none.
	GetController(ctx context.Context) (api.ControllerStatus, error)
	// WriteController stores s under the rule of Write.Status.
	WriteController(ctx context.Context, s *api.ControllerStatus) error
}
