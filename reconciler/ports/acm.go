package ports

import (
	"context"

	"certloop/reconciler/api"
)

// ACM is AWS Certificate Manager in any region, through any role.
type ACM interface {
	// Describe returns the certificate at arn, with tags and the facts of its leaf. NotFound if ACM reports that it
	// does not exist; Terminal with ReasonTargetAccessDenied if access is denied.
	Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error)
	// Find returns the ARNs of all certificates at the location whose TagOwner and TagTarget have these values, of any
	// key type. It may lag behind an import by up to a minute.
	Find(ctx context.Context, at api.Location, owner, target string) ([]string, error)
	// Import imports or re-imports and returns the ARN. Terminal: refused permanently for this certificate
	// (ReasonQuotaExceeded: the quota). A first import has no idempotency token.
	Import(ctx context.Context, at api.Location, r api.ImportRequest) (arn string, err error)
	// Tag sets these tags and removes those keys; idempotent.
	Tag(ctx context.Context, at api.Location, arn string, set map[string]string, remove []string) error
	// Delete deletes the certificate. It succeeds if the certificate does not exist. Terminal with ReasonInUse if it
	// is in use.
	Delete(ctx context.Context, at api.Location, arn string) error
}

// Sweeper lists a whole ACM at once, as the informer cache of the resync.
type Sweeper interface {
	// Sweep returns all imported certificates at the location by ARN, whatever their key type, 1,000 a request.
	Sweep(ctx context.Context, at api.Location) (map[string]api.Summary, error)
}
