package ports

import (
	"context"

	"certloop/reconciler/api"
)

// DNS is Route 53, through any role, and the public DNS that shows what Route 53 serves.
type DNS interface {
	// Resolve returns where the TXT record of each domain goes ("*." is ignored), CNAME delegation followed. zone, if
	// set, is the only zone allowed. Terminal with ReasonZoneNotFound, ReasonZoneNotDelegated or
	// ReasonDNSAccessDenied; the message names the domain.
	Resolve(ctx context.Context, r api.Role, domains []string, zone string) ([]api.ChallengeZone, error)
	// Publish adds the values to those that exist, in one change batch, compare and swap, and returns the change's ID;
	// "" if all of them existed.
	Publish(ctx context.Context, r api.Role, zone string, values []api.TXT) (changeID string, err error)
	// InSync reports whether all of Route 53's name servers serve the change.
	InSync(ctx context.Context, r api.Role, changeID string) (bool, error)
	// Remove removes the values and keeps all others. It succeeds if the values do not exist.
	Remove(ctx context.Context, r api.Role, zone string, values []api.TXT) error
}

// CAA reads CAA records from the public DNS.
type CAA interface {
	// ReadCAA returns the relevant CAA record set of each domain (RFC 8659 section 3), in the order of domains ("*." is ignored),
	// each domain once. It follows CNAMEs as a resolver does, and goes on from the parent of the original name. A set that cannot
	// be read has Err; an error of the call is about all of them. The number of questions, their time, and the records of a set
	// are bounded: what exceeds a bound has Err too.
	ReadCAA(ctx context.Context, domains []string) ([]api.CAASet, error)
}
