package ports

import (
	"context"

	"certloop/reconciler/api"
)

// Users shows which AWS resources use a certificate.
type Users interface {
	// InUseBy returns the ARNs of the resources that ACM knows to use the certificate at that ARN, sorted, in one request. NotFound:
	// there is no such certificate.
	InUseBy(ctx context.Context, at api.Location, arn string) ([]string, error)
}

// Frontends shows where the AWS resources that use a certificate are reached.
type Frontends interface {
	// Frontends describes the resources that ACM's InUseBy names for the certificate at that ARN, through the location's
	// role. It never fails: what could not be described is an Unknown Frontend, with the reason. At most api.MaxFrontends are
	// described, and the rest is Unknown. It returns them sorted by ARN.
	Frontends(ctx context.Context, at api.Location, certificate string, inUseBy []string) []api.Frontend
}
