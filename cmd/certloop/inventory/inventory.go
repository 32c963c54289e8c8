// Package inventory finds the certificates in ACM of several accounts and regions, with the operator's credentials, and
// who manages them.
//
// The listing of one account and region costs fewer than ten requests for 1,200 certificates. ListCertificates returns
// 1,000 of them a page, but the Resource Groups Tagging API only 100 resources. So tags are read only where they decide
// something, and at most for as many certificates as the budget allows; the others are Unread, never Unmanaged.
package inventory

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"certloop/reconciler/api"
)

// Scope is where to search.
type Scope struct {
	Regions []string
	// Roles are assumed, one account each; the zero role stands for the operator's own credentials.
	Roles []api.Role
	// Known are the records of the installation's table by the ARN of their certificates.
	Known map[string]string
	// AllTags reads the tags of all certificates, however many requests that takes.
	AllTags bool
	// Users asks ACM for each certificate what uses it: one request each.
	Users bool
}

// Certificate is a certificate in ACM.
type Certificate struct {
	ARN    string
	Region string
	// Role is how it was reached; zero: with the operator's own credentials.
	Role api.Role
	// Names are the first 100 DNS names. MoreNames reports whether there are others.
	Names     []string
	MoreNames bool
	// Type is IMPORTED, AMAZON_ISSUED or PRIVATE. Status is ISSUED, EXPIRED, PENDING_VALIDATION, …
	Type, Status string
	KeyType      api.KeyType
	// NotAfter is zero if the certificate is not issued yet.
	NotAfter time.Time
	InUse    bool
	// Users are the ARNs of what uses it, if Scope.Users is set.
	Users   []string
	Tags    map[string]string
	Manager Manager
	// service is ACM's ManagedBy, such as CLOUDFRONT.
	service string
}

// Account returns the ID of the AWS account.
func (c Certificate) Account() string {
	arn, _ := api.ParseARN(c.ARN)
	return arn.Account
}

// IsUnmanaged reports whether it was imported and nothing renews it.
func (c Certificate) IsUnmanaged() bool { return c.Manager.Kind == Unmanaged }

// Failure is a place that could not be listed, in part or at all.
type Failure struct {
	Role   api.Role
	Region string
	Err    error
}

// Found is the result of a search.
type Found struct {
	// Certificates are in the order in which they concern operators: unmanaged ones first, then by expiry.
	Certificates []Certificate
	Failures     []Failure
}

// parallel is how many places are listed at a time.
const parallel = 4

// Find lists all places. A place that fails does not keep the others from being listed.
func Find(ctx context.Context, config aws.Config, s Scope) Found {
	var found Found
	var mu sync.Mutex
	var places errgroup.Group
	places.SetLimit(parallel)
	for _, role := range s.Roles {
		with := as(config, role)
		for _, region := range s.Regions {
			places.Go(func() error {
				p := newPlace(with, region, role)
				certificates, err := p.find(ctx, s)
				mu.Lock()
				defer mu.Unlock()
				found.Certificates = append(found.Certificates, certificates...)
				if err != nil {
					found.Failures = append(found.Failures, Failure{Role: role, Region: region, Err: err})
				}
				return nil
			})
		}
	}
	_ = places.Wait()
	slices.SortFunc(found.Certificates, compare)
	// A role of the operator's own account lists the same certificates again.
	found.Certificates = slices.CompactFunc(found.Certificates, func(x, y Certificate) bool { return x.ARN == y.ARN })
	slices.SortFunc(found.Failures, func(x, y Failure) int {
		return cmp.Or(cmp.Compare(x.Role.RoleARN, y.Role.RoleARN), cmp.Compare(x.Region, y.Region))
	})
	return found
}

// compare sorts by how much a certificate concerns operators, then by expiry.
func compare(x, y Certificate) int {
	return cmp.Or(cmp.Compare(x.Manager.Kind, y.Manager.Kind), expiry(x).Compare(expiry(y)), cmp.Compare(x.ARN, y.ARN),
		cmp.Compare(x.Role.RoleARN, y.Role.RoleARN))
}

// expiry returns a time far ahead for what is not issued yet.
func expiry(c Certificate) time.Time {
	if c.NotAfter.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return c.NotAfter
}
