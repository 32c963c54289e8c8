package plan

import (
	"time"

	"certloop/reconciler/api"
)

// Outlook is what a record takes until it is at rest, as far as it can be known before. It follows from the same decisions
// that the passes make (dryrun.go), each of which is assumed to succeed.
type Outlook struct {
	// Orders are the new orders at the CA, Imports the imports into ACM, first ones and re-imports.
	Orders  int `json:"orders"`
	Imports int `json:"imports"`
	// Adoptions are the existing certificates that the record takes over, Deletions the certificates that are deleted from
	// ACM.
	Adoptions int `json:"adoptions,omitempty"`
	Deletions int `json:"deletions,omitempty"`
	// When is when the first of the steps is taken. If there is none, it is when the record is read again; zero: when
	// something changes.
	When time.Time `json:"when,omitzero"`
	// RenewAt is when the certificate in place is to be renewed; zero: none is in place.
	RenewAt time.Time `json:"renew_at,omitzero"`
	// Reason and Message are those of the wait in which the steps end: NotNeeded if the record is then as it is to be, else
	// what keeps it from that.
	Reason  api.Reason `json:"reason"`
	Message string     `json:"message,omitempty"`
	// Warnings are what may go wrong with the orders, for operators.
	Warnings []string `json:"warnings,omitempty"`
	// Wanted is what the record asks for; nil without a valid record.
	Wanted *Wanted `json:"wanted,omitempty"`
	// Targets are the targets as they are now.
	Targets []TargetOutlook `json:"targets,omitempty"`

	// guessedZones: an order depends on the zones, which were not resolved.
	guessedZones bool
	// steps is how many decisions it took.
	steps int
}

// Wanted is the certificate that a record asks for.
type Wanted struct {
	Domains []string `json:"domains"`
	// KeyType is empty if that of a certificate to adopt is not known.
	KeyType   api.KeyType `json:"key_type,omitempty"`
	Account   string      `json:"account"`
	Directory string      `json:"directory,omitempty"`
	Profile   string      `json:"profile,omitempty"`
}

// TargetOutlook is one target as it is now, and what will be done there.
type TargetOutlook struct {
	Key string `json:"key"`
	// ARN is empty if there is no certificate.
	ARN string `json:"arn,omitempty"`
	// Wanted is false for a target that left the record.
	Wanted bool `json:"wanted"`
	// State is that of the certificate there, Reason and Message why it does not satisfy, or is unknown.
	State   api.TargetState `json:"state"`
	Reason  api.Reason      `json:"reason,omitempty"`
	Message string          `json:"message,omitempty"`
	// Serial and NotAfter are those of the certificate there.
	Serial   string    `json:"serial,omitempty"`
	NotAfter time.Time `json:"not_after,omitzero"`
	Imports  int       `json:"imports"`
}

// OutlookOf returns the outlook of the record.
func OutlookOf(in Input) Outlook {
	r := runDry(in)
	f := factsOf(in)
	o := r.outlook
	o.RenewAt, o.Message = f.renewAt.UTC(), api.Message(o.Message)
	if f.Spec != nil {
		o.Wanted = &Wanted{Domains: f.Spec.Domains, KeyType: f.keyType, Account: f.Account.Name}
		if f.Account.Spec != nil {
			o.Wanted.Directory, o.Wanted.Profile = f.Account.Spec.Directory, f.profile()
		}
	}
	for i := range f.Targets {
		o.Targets = append(o.Targets, targetOutlook(f, i, r.imports))
	}
	return o
}

// GuessesZones reports whether the outlook assumes that the zones resolve, because the input does not have them. With their
// answer in it, it knows.
func (o Outlook) GuessesZones() bool { return o.guessedZones }

func targetOutlook(f *facts, i int, imports map[string]int) TargetOutlook {
	t, v := &f.Targets[i], f.verdicts[i]
	o := TargetOutlook{
		Key: t.Stored.Key, ARN: arnOf(f, t), Wanted: t.Wanted, State: v.state, Reason: v.reason, Message: api.Message(v.message),
		Imports: imports[t.Stored.Key],
	}
	if found := t.Found; found != nil && (t.named() || f.owns(t)) {
		o.Serial, o.NotAfter = found.Serial, found.NotAfter.UTC()
	}
	return o
}

// AssumeRegistered returns the input as it is once the account is registered.
func AssumeRegistered(in Input) Input {
	if in.Account.Spec != nil && !in.Account.Ready {
		in.Account.Ready, in.Account.Message, in.Account.URI = true, "", assumed
	}
	return in
}

// AccountOutlook returns whether the passes over the account register it at the CA, or find its registration, and whether it
// is ready then. One that failed for a reason that does not end by itself is not expected to.
func AccountOutlook(in AccountInput) (registers, ready bool) {
	in.Stored.Outbox = nil
	p := DecideAccount(in)
	switch p.Action {
	case CreateKey, Lookup, Register:
		return true, true
	case UpdateContact, Wake:
		return false, in.HasRecord
	}
	registered := in.Spec != nil && in.Stored.URI != "" && in.Stored.Directory == in.Spec.Directory
	switch p.Reason {
	case api.ReasonRegistered:
		return false, true
	case api.ReasonBackingOff:
		return !registered && !AccountFailed(&in.Stored), registered || !AccountFailed(&in.Stored)
	}
	return false, false
}
