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
