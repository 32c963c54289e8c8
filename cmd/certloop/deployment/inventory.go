package deployment

import (
	"context"

	"certloop/cmd/certloop/inventory"
	"certloop/reconciler/api"
)

// Discover finds the certificates of a scope. Its errors are those of single places.
func (d *Deployment) Discover(ctx context.Context, s inventory.Scope) inventory.Found {
	found := inventory.Find(ctx, d.AWS, s)
	for i, f := range found.Failures {
		found.Failures[i].Err = Explain(f.Err, Place{Table: d.Table, Function: d.Function, Region: f.Region, Profile: d.profile})
	}
	return found
}

// OrganizationRoles returns a role of that name in each active account of the organization; the zero role stands for the
// operator's own account.
func (d *Deployment) OrganizationRoles(ctx context.Context, name string) ([]api.Role, error) {
	roles, err := inventory.Organization(ctx, d.AWS, name)
	return roles, d.explained(err)
}

// ReadCertificate reads a certificate of ACM, through a role if it is in another account. known are the records of the
// table by ARN.
func (d *Deployment) ReadCertificate(ctx context.Context, arn string, role api.Role, known map[string]string) (inventory.Detail, error) {
	detail, err := inventory.Read(ctx, d.AWS, arn, role, known)
	return detail, d.explained(err)
}

// WithoutZone returns the names that are in no public hosted zone that the operator's credentials see.
func (d *Deployment) WithoutZone(ctx context.Context, names []string) ([]string, error) {
	missing, err := inventory.WithoutZone(ctx, d.AWS, names)
	return missing, d.explained(err)
}
