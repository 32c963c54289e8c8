package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Input is the whole world as one pass sees it.
type Input struct {
	Now  time.Time
	Name string
	// Owner is the value of our ownership tag.
	Owner string
	// HasRecord: the user's item exists. Spec is nil if it does not, or if it is invalid (SpecErr).
	HasRecord  bool
	Spec       *api.Certificate
	SpecErr    error
	SpecDigest string
	// Status is what is stored; its zero value where HasStatus is false.
	HasStatus bool
	Stored    api.CertificateStatus
	// Distrusted: the stored status or issuance held what the controller cannot have written; Status and Issuance are what
	// is believed of them.
	Distrusted bool
	// Issuance is nil where nothing is in flight.
	Issuance *api.Issuance
	Account  Account
	// Policies are those of the moment at which the record was read.
	Policies api.PolicySet
	// Targets are those of the spec, in its order, then those that only the status still knows.
	Targets []Target
	// Zones and ZoneErr are the answer to NeedsZones; both nil: it was not asked.
	Zones   []api.ChallengeZone
	ZoneErr error
	// Served is what the endpoints serve; nil: they were never probed.
	Served *api.ServedStatus
	// CAA and CAAErr are the answer to NeedsCAA; both nil: it was not asked.
	CAA    []api.CAASet
	CAAErr error
	// Ledger is the answer to NeedsLedger: what is believed of it; nil: it was not read. LedgerDistrusted: the item had what the
	// controller cannot have written, and must not stay as it is.
	Ledger           *api.Ledger
	LedgerDistrusted bool
	// Order and OrderErr are the answer to NeedsOrder.
	Order    *api.Order
	OrderErr error
	// GivenUp and GivenUpErr are the answer to NeedsGivenUp; both nil: it was not asked.
	GivenUp    *api.Order
	GivenUpErr error
	// Synced holds, for each change ID of the issuance, whether Route 53 serves it; a missing one could not be asked.
	Synced map[string]bool
	// Lost are the change IDs of the issuance that Route 53 does not know.
	Lost map[string]bool
	// SyncErr is why the last of them could not be asked about.
	SyncErr error
	// Servers and ServersErr are the answer to NeedsServers; both nil: it was not asked.
	Servers    []api.ServerFinding
	ServersErr error
	// Renewal and RenewalErr are the answer to NeedsRenewalInfo.
	Renewal    *api.RenewalInfo
	RenewalErr error
	// Revocations are the answers to NeedsRevocation, by fingerprint.
	Revocations map[string]RevocationAnswer
	// Force and Placeholder come with a direct invocation.
	Force       string
	Placeholder bool
	// RollBack and RollOutAgain come with a direct invocation too.
	RollBack     bool
	RollOutAgain bool
	Config       Config
}

// Config holds the times that a test may shorten.
type Config struct {
	// Lease is how long an effect may be under way: its deadline plus the clocks' skew.
	Lease time.Duration
	// ImportGrace is longer than ACM's listing by tag can lag behind an import.
	ImportGrace time.Duration
	// ClockSkew is how far two clocks may differ; Lease holds it once.
	ClockSkew time.Duration
	// MinInterval lies between two certificates of a record; 0: none does.
	MinInterval time.Duration
	// CheckRevocation: CAs are asked whether installed certificates are revoked. Otherwise none counts as revoked.
	CheckRevocation bool
	// Probe: endpoints are probed. Frontends: so are the AWS resources that use certificates.
	Probe, Frontends bool
}

func (c Config) leaseHolds(until, now time.Time) bool {
	return now.Before(until) && !until.After(now.Add(c.longestLease()))
}

// longestLease returns what is left at most of a lease that a clock ahead of ours has written.
func (c Config) longestLease() time.Duration { return c.Lease + c.ClockSkew }

// Account is the issuing account as the table shows it.
type Account struct {
	// Name is the one the spec asks for; Spec is nil where there is no valid record of that name.
	Name  string
	Spec  *api.Account
	Found bool
	// Ready: registered, so that orders can be placed under URI.
	Ready bool
	URI   string
	// CAAIdentities are the names of the CA in CAA records; empty: it publishes none, or its directory was not read yet.
	CAAIdentities []string
	// Shapes describe the certificates that it obtained.
	Shapes []api.Shape
	// Message says why it is not ready. Failed: that does not pass by itself.
	Message string
	Failed  bool
	// Refusal says why the policies do not allow the account itself; empty: they do.
	Refusal string
}

// Target is one installation as observed.
type Target struct {
	api.Target
	// Wanted is false for a target that left the spec, and for all of them once the record is deleted.
	Wanted bool
	// Status is what the status knows of it; zero for a new one.
	Stored api.TargetStatus
	// Found is the certificate at the target; nil with a nil Err: there is none.
	Found *api.Installed
	// Err is why ACM could not be read: the target is Unknown.
	Err error
	// Superseded is the ARN on record where the search by ownership tag found a better certificate beside it.
	Superseded string
	// Listed: the search by ownership tag shows Found, so it no longer lags behind its import.
	Listed bool
	// Duplicates are the other certificates that carry the tags of this target of ours.
	Duplicates []api.Installed
	// OwnerGone: Found carries the ownership tag of a record of our table that no longer exists. OwnerBusy: that record may
	// have an effect under way all the same.
	OwnerGone bool
	OwnerBusy bool
	// ClaimedBy is the record that has the claim on Found.ARN, read where the tag does not prove that Found is ours, and
	// where the target is to be let go. ClaimGone: that record no longer exists.
	ClaimedBy string
	ClaimGone bool
	// PredecessorARN is the retired ARN that was read, Predecessor the certificate there (nil with a nil
	// PredecessorErr: it does not exist), PredecessorClaim the record that has the claim on it.
	PredecessorARN   string
	Predecessor      *api.Installed
	PredecessorClaim string
	PredecessorErr   error
}

// named reports whether the record names the ARN, so that only that certificate will do.
func (t *Target) named() bool { return t.ACMARN != "" }
