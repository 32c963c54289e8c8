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
