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

// NameServers asks the authoritative name servers themselves, as the resolvers of a CA do.
type NameServers interface {
	// AskServers asks each authoritative name server of each zone through which a CA reads the TXT records (RFC 8555 section
	// 8.4): that of _acme-challenge.<domain>, and those to which a CNAME leads. It returns one finding for each server of a
	// zone, the worst of its answers, sorted by zone and server; never nil with a nil error. It asks the servers of the
	// parent's delegation and those of the zone's own NS records, at every address. An error is about what resolvers return for
	// these names: Transient, with ReasonDNSSECBogus or ReasonDNSFailed. The number of servers, addresses and questions and
	// the time are bounded: what was not asked is left out.
	AskServers(ctx context.Context, questions []api.ServerQuestion) ([]api.ServerFinding, error)
}
