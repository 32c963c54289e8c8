package reconciler

import (
	"context"
	"iter"
	"time"

	"certloop/reconciler/api"
)

// The interfaces the loop needs of the outside. Every method:
//
//   - returns when its context ends, with an error of kind Transient;
//   - returns errors made with api.Error, whose kind follows the contract in api/errors.go: Terminal, Throttled,
//     Conflict and NotFound promise that the effect did not happen, Transient promises nothing;
//   - is safe for concurrent use;
//   - puts no secret into an error.

// What passes between the loop and the table; declared in api, so that the table need not know the loop.
type (
	Object        = api.Object
	AccountObject = api.AccountObject
	PolicyObject  = api.PolicyObject
	Write         = api.Write
	Listed        = api.Listed
)

// Certificates is the table as the certificate loop sees it.
type Certificates interface {
	// Get reads record, status and issuance; a name nobody knows is an empty Object.
	Get(ctx context.Context, name string) (Object, error)
	// Write applies w entirely or not at all; on success the Versions in w are those now stored. A condition that
	// does not hold is a Conflict.
	Write(ctx context.Context, w Write) error
	// ClaimARN makes record the owner of arn. It returns the owner after the call: another name where another record
	// has it. replace, where set, is an owner whose record is gone and who may be replaced.
	ClaimARN(ctx context.Context, arn, record, replace string) (owner string, err error)
	// ClaimOwner returns the record that has the claim on arn, read consistently; empty: nobody has it.
	ClaimOwner(ctx context.Context, arn string) (owner string, err error)
	// ReleaseARN removes the claim on arn where record has it.
	ReleaseARN(ctx context.Context, arn, record string) error
}

// Accounts is the table as the account loop sees it.
type Accounts interface {
	GetAccount(ctx context.Context, name string) (AccountObject, error)
	// WriteAccount stores s under the rule of Write.Status; a nil s deletes the status of version forget.
	WriteAccount(ctx context.Context, name string, s *api.AccountStatus, forget int64) error
}

// Policies is the table as the loop over policies sees it.
type Policies interface {
	// GetPolicy reads a policy by its name without prefix; one that nobody knows has the set alone.
	GetPolicy(ctx context.Context, name string) (PolicyObject, error)
	// GetPolicySet reads the set of all policies, which Get and GetAccount return too; zero where there is none.
	GetPolicySet(ctx context.Context) (api.PolicySet, error)
	// WritePolicySet stores set under the rule of Write.Status, but replaces a DamagedPolicySet whatever it holds. One that
	// does not pass its Check is Terminal with ReasonPolicyTooLarge.
	WritePolicySet(ctx context.Context, set *api.PolicySet) error
	// WritePolicyStatus stores s under the rule of WriteAccount.
	WritePolicyStatus(ctx context.Context, name string, s *api.PolicyStatus, forget int64) error
}

// Usage is which records have a place under the max_certificates of a policy.
type Usage interface {
	// Admit gives record a place, and reports whether it has one: where it had one before, or fewer than most records have.
	Admit(ctx context.Context, policy, record string, most int) (bool, error)
	// Dismiss takes the place away; where record has none, there is nothing to do.
	Dismiss(ctx context.Context, policy, record string) error
}

// Index lists names.
type Index interface {
	// All goes through every record and every status whose record is gone, certificates, accounts and policies, one Listed
	// per key; through what policies admitted; and through every item whose kind nobody knows. A record and its status may be
	// of different moments.
	All(ctx context.Context) iter.Seq2[Listed, error]
	// Glance is All at half the price: what was written a moment ago may not be in it. Nothing may be decided by it.
	Glance(ctx context.Context) iter.Seq2[Listed, error]
	// Due goes through the keys whose due_at is not after now, oldest first.
	Due(ctx context.Context, now time.Time) iter.Seq2[api.Key, error]
}

// Controller is what the controller remembers of itself in the table, protected as a status is.
type Controller interface {
	// GetController reads it; a zero ControllerStatus where there is none.
	GetController(ctx context.Context) (api.ControllerStatus, error)
	// WriteController stores s under the rule of Write.Status.
	WriteController(ctx context.Context, s *api.ControllerStatus) error
}

// ACM is AWS Certificate Manager in any region, through any role.
type ACM interface {
	// Describe returns the certificate at arn, with tags and the facts of its leaf. NotFound where ACM says that it
	// does not exist; Terminal with ReasonTargetAccessDenied where it may not be seen.
	Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error)
	// Find returns the ARNs of all certificates at the place whose TagOwner and TagTarget have these values, of any
	// key type. It may lag behind an import by up to a minute.
	Find(ctx context.Context, at api.Location, owner, target string) ([]string, error)
	// Import imports or re-imports and returns the ARN. Terminal: refused for good for this certificate
	// (ReasonQuotaExceeded: the quota). A first import has no idempotency token.
	Import(ctx context.Context, at api.Location, r api.ImportRequest) (arn string, err error)
	// Tag sets these tags and removes those keys; idempotent.
	Tag(ctx context.Context, at api.Location, arn string, set map[string]string, remove []string) error
	// Delete deletes the certificate; one that is gone is no error. Terminal with ReasonInUse where it is in use.
	Delete(ctx context.Context, at api.Location, arn string) error
}

// Sweeper lists a whole ACM at once, the informer cache of the resync.
type Sweeper interface {
	// Sweep returns all imported certificates at the place by ARN, whatever their key type, 1,000 a request.
	Sweep(ctx context.Context, at api.Location) (map[string]api.Summary, error)
}

// CA is an ACME certificate authority, step by step. Every method is one step that can be repeated.
type CA interface {
	// NewOrder places an order. It is not idempotent: a reply that is lost leaves an order that nobody finalizes.
	NewOrder(ctx context.Context, a api.ACMEAccount, r api.OrderRequest) (api.Order, error)
	// GetOrder reads an order, with its authorizations while they matter. NotFound where the CA does not have it, or does
	// not show it to the account, as a replica does that has not seen it yet.
	GetOrder(ctx context.Context, a api.ACMEAccount, url string) (api.Order, error)
	// Accept tells the CA to validate these challenges; one that is already processing or valid is no error.
	Accept(ctx context.Context, a api.ACMEAccount, challengeURLs []string) error
	// Finalize sends the CSR (DER). An order that is already processing or valid is no error.
	Finalize(ctx context.Context, a api.ACMEAccount, orderURL, finalizeURL string, csr []byte) error
	// Download fetches the chain, leaf first, in PEM: the alternate whose topmost certificate names preferredChain
	// as its issuer, else the default, with a note. NotFound where the CA does not have the certificate, which it may say
	// for some minutes of one that it has just named. Never Terminal for an answer that crosses a bound.
	Download(ctx context.Context, a api.ACMEAccount, certificateURL, preferredChain string) (api.Chain, error)
}

// RenewalInformer asks a CA when a certificate should be renewed (RFC 9773).
type RenewalInformer interface {
	// RenewalInfo asks about the certificate certID. NotFound where the directory has no renewalInfo.
	RenewalInfo(ctx context.Context, a api.ACMEAccount, certID string) (api.RenewalInfo, error)
}

// Registrar manages accounts at a CA.
type Registrar interface {
	// Lookup sends newAccount with onlyReturnExisting and returns the account URL; NotFound: no account has that key.
	// Terminal with ReasonAccountUnknown where the account was deactivated.
	Lookup(ctx context.Context, a api.ACMEAccount) (uri string, err error)
	// Register sends newAccount, with EAB where eab is set. Terminal with ReasonEABRequired where the CA wants one
	// and eab is nil.
	Register(ctx context.Context, a api.ACMEAccount, email string, eab *api.EAB) (uri string, err error)
	// UpdateContact makes email the account's contact; without one it removes the contact.
	UpdateContact(ctx context.Context, a api.ACMEAccount, email string) error
}

// DNS is Route 53, through any role, and the public DNS it is seen through.
type DNS interface {
	// Resolve says where the TXT record of each domain goes ("*." is ignored), CNAME delegation followed. zone, where
	// set, is the only zone allowed. Terminal with ReasonZoneNotFound, ReasonZoneNotDelegated or
	// ReasonDNSAccessDenied, the message naming the domain.
	Resolve(ctx context.Context, r api.Role, domains []string, zone string) ([]api.ChallengeZone, error)
	// Publish adds the values to what is there, in one change batch, compare and swap, and returns the change's ID;
	// "" where all were there already.
	Publish(ctx context.Context, r api.Role, zone string, values []api.TXT) (changeID string, err error)
	// InSync says whether all of Route 53's name servers serve the change.
	InSync(ctx context.Context, r api.Role, changeID string) (bool, error)
	// Remove takes the values away and leaves all others; values that are gone are no error.
	Remove(ctx context.Context, r api.Role, zone string, values []api.TXT) error
}

// Sealer keeps private keys (KMS).
type Sealer interface {
	// Seal encrypts plain, bound to the record's name.
	Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error)
	// Open decrypts. Transient with ReasonKeyUnavailable: the KMS key is disabled or access is denied, wait. Terminal
	// with ReasonKeyLost: the ciphertext does not open or its KMS key is destroyed.
	Open(ctx context.Context, name string, sealed []byte) (api.Secret, error)
}

// AccountKeys keeps account keys and EAB credentials (Secrets Manager).
type AccountKeys interface {
	// Create stores key under id, or returns the key that is there already. id is the last part of the secret's name:
	// <account>/<digest of directory>.
	Create(ctx context.Context, id string, key api.Secret) (api.Secret, error)
	// Key returns the key under id; NotFound: there is none.
	Key(ctx context.Context, id string) (api.Secret, error)
	// EAB reads a credential. Terminal with ReasonEABUnavailable, the message naming the ARN and the form expected.
	EAB(ctx context.Context, secretARN string) (api.EAB, error)
}

// Queue is the work queue (SQS).
type Queue interface {
	// Enqueue adds all requests, to be seen after delay (at most 15 minutes; longer ones are cut).
	Enqueue(ctx context.Context, delay time.Duration, requests ...api.Request) error
}

// Notifier tells people and machines (SNS and EventBridge), each on a channel that has a lasting name. At least once: it
// may repeat where a reply was lost, never lose.
type Notifier interface {
	// Notify tells n on every channel but those in told, each whatever came of the others, and returns the names of those
	// that took it now. It does so with an error too, which is that of the channels that did not. Without an error n is
	// told everywhere.
	Notify(ctx context.Context, n api.Notice, told []string) (took []string, err error)
}

// Meter is told what an operator watches (CloudWatch). It neither fails nor waits for anybody: work never suffers from
// being measured. What it is told carries no name of a record.
type Meter interface {
	// Reconciled counts a pass over a record by how it ended.
	Reconciled(result api.PassResult)
	// Failed counts something that was tried or looked at and failed, by its reason; where it has none, by its kind.
	Failed(reason string)
	// Issued counts a certificate that came to that stage, and how long that took from the order on. It is called at most
	// once for each stage of an issuance; not at all where the pass that saw it could not say so.
	Issued(stage api.IssuanceStage, took time.Duration)
	// Counted is told the state of all records.
	Counted(c api.Census)
	// Resynced counts a completed resync.
	Resynced()
}

// Clock is time itself, so that a test can be its master.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or at once when ctx ends.
	Sleep(ctx context.Context, d time.Duration)
	// WithDeadline returns a context that ends with ctx, and at that time by this clock.
	WithDeadline(ctx context.Context, at time.Time) (context.Context, context.CancelFunc)
}
