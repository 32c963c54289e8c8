package command

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/migrate"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// Inventory finds the certificates in ACM.
type Inventory interface {
	// Discover lists all accounts and regions of a scope.
	Discover(ctx context.Context, s inventory.Scope) inventory.Found
	// OrganizationRoles returns a role of that name in each account of the organization; the zero role stands for the
	// operator's own account.
	OrganizationRoles(ctx context.Context, name string) ([]api.Role, error)
}

// scopeFlags are the flags that say where to search.
type scopeFlags struct {
	regions, roles []string
	tableRegion    string
	externalID     string
	organization   bool
	roleName       string
	allTags        bool
}

// add adds the flags. --region hides the flag of the same name that selects the installation: here it can be repeated, and says
// where to search. --table-region takes its place.
func (f *scopeFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.regions, "region", nil, a.screen.T("a region to search; repeat it for more (default: the region of the table, and us-east-1 for CloudFront)"))
	flags.StringVar(&f.tableRegion, "table-region", "", a.screen.T("the region of table and function (default: as in the AWS CLI)"))
	flags.StringSliceVar(&f.roles, "role", nil, a.screen.T("the ARN of a role to assume in another account; repeat it for more"))
	flags.StringVar(&f.externalID, "external-id", "", a.screen.T("the external ID that the roles require"))
	flags.BoolVar(&f.organization, "organization", false, a.screen.T("search all active accounts of the organization (organizations:ListAccounts)"))
	flags.StringVar(&f.roleName, "role-name", "OrganizationAccountAccessRole", a.screen.T("the role to assume in each account of the organization"))
	flags.BoolVar(&f.allTags, "all-tags", false, a.screen.T("read the tags of all certificates, also where an account and region then takes ten requests or more"))
}

func newDiscover(a *app) *cobra.Command {
	var f scopeFlags
	var output string
	cmd := &cobra.Command{
		Use:     "discover",
		GroupID: groupMove,
		Short:   a.screen.T("List every certificate in ACM of your accounts and regions, and who manages it"),
		Long: a.screen.T(`List every certificate in ACM of accounts and regions, and who manages it. Imported certificates that nobody manages come first.

MANAGED BY is the record of this installation, the tag of another installation or tool, or Amazon for certificates that ACM renews. "not read" means that the tags were not read because the account and region has too many certificates with tags: set --all-tags.

It uses your own credentials, and assumes the roles of --role: acm:ListCertificates and tag:GetResources, with -o wide and -o json also acm:DescribeCertificate. -o name prints the ARNs of the unmanaged certificates, -o yaml records for them.`),
		Example: `  certloop discover
  certloop discover --region us-east-1 --region ap-northeast-1 --role arn:aws:iam::210987654321:role/audit
  certloop discover --organization -o wide
  certloop discover -o yaml > records.yaml`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.discover(cmd.Context(), f, output) },
	}
	f.add(a, cmd)
	a.outputFlag(cmd, &output)
	return cmd
}

func (a *app) discover(ctx context.Context, f scopeFlags, output string) error {
	if err := checkOutput(output); err != nil {
		return err
	}
	found, names, err := a.search(ctx, f, output == outputWide || output == outputJSON)
	if err != nil {
		return err
	}
	if err := a.showDiscovered(found, names, output); err != nil {
		return err
	}
	return a.showFailures(found)
}

// showFailures shows the places that could not be listed, and is an error if there are any.
func (a *app) showFailures(found inventory.Found) error {
	for _, failure := range found.Failures {
		role := failure.Role.RoleARN
		if role == "" {
			role = a.errs.T("your own credentials")
		}
		a.errs.Wrapped(a.errs.F("%s could not be listed with %s: %s", failure.Region, role, a.errs.Error(failure.Err)), 0)
	}
	if len(found.Failures) > 0 {
		return errFailed
	}
	return nil
}

// search finds the certificates of a scope. names gives names that no record has.
func (a *app) search(ctx context.Context, f scopeFlags, users bool) (found inventory.Found, names *migrate.Namer, err error) {
	d, err := a.openFor(ctx, f)
	if err != nil {
		return found, nil, err
	}
	known, names := a.known(ctx)
	s := inventory.Scope{Regions: f.regions, AllTags: f.allTags, Users: users, Known: known, Roles: []api.Role{{}}}
	if len(s.Regions) == 0 {
		s.Regions = []string{d.Region(), cloudFrontRegion(d.Region())}
	}
	slices.Sort(s.Regions)
	s.Regions = slices.Compact(s.Regions)
	if f.organization {
		if s.Roles, err = d.OrganizationRoles(ctx, f.roleName); err != nil {
			return found, nil, err
		}
	}
	for _, role := range f.roles {
		if arn, ok := api.ParseARN(role); !ok || arn.Service != "iam" {
			return found, nil, usageError{lang.Errorf("--role is %q: give the ARN of an IAM role", role)}
		}
		s.Roles = append(s.Roles, api.Role{RoleARN: role, ExternalID: f.externalID})
	}
	return d.Discover(ctx, s), names, nil
}

// openFor opens the installation. Without any other region, it is in the first one that is searched.
func (a *app) openFor(ctx context.Context, f scopeFlags) (Deployment, error) {
	a.where.Region = f.tableRegion
	d, err := a.deployment(ctx)
	if errors.Is(err, deployment.ErrNoRegion) && len(f.regions) > 0 {
		a.where.Region = f.regions[0]
		return a.deployment(ctx)
	}
	return d, err
}

// cloudFrontRegion is where CloudFront's certificates are; China and GovCloud have none.
func cloudFrontRegion(region string) string {
	if strings.HasPrefix(region, "cn-") || strings.HasPrefix(region, "us-gov-") {
		return region
	}
	return "us-east-1"
}

// known returns the records of the table by the ARN of their certificates, and names that no record has. Without a table,
// there are none.
func (a *app) known(ctx context.Context) (known map[string]string, names *migrate.Namer) {
	found, err := a.records(ctx, api.KindCertificate, nil)
	if err != nil {
		a.errs.Wrapped(a.errs.F("The table was not read, so certificates of its records are recognized by their tags only: %s", a.errs.Error(err)), 0)
	}
	known, names = map[string]string{}, &migrate.Namer{}
	for _, l := range found {
		names.Take(l.Key.Name)
		if l.Record == nil {
			continue
		}
		for _, arn := range arnsOf(l) {
			known[arn] = l.Key.Name
		}
	}
	return known, names
}

// arnsOf returns the ARNs that a record names, and those that it has.
func arnsOf(l api.Listed) (arns []string) {
	note := func(record map[string]any) {
		if arn, ok := record["acm_arn"].(string); ok {
			arns = append(arns, arn)
		}
	}
	note(l.Record)
	if targets, ok := l.Record["targets"].([]any); ok {
		for _, t := range targets {
			if target, ok := t.(map[string]any); ok {
				note(target)
			}
		}
	}
	if l.Status != nil {
		for _, t := range l.Status.Targets {
			if t.ARN != "" {
				arns = append(arns, t.ARN)
			}
		}
	}
	return arns
}

func (a *app) showDiscovered(found inventory.Found, names *migrate.Namer, output string) error {
	switch output {
	case outputJSON:
		return a.encode(output, itemsOfDiscovered(found.Certificates))
	case outputYAML:
		return a.writeAdoption(unmanaged(found.Certificates), names)
	case outputName:
		for _, c := range unmanaged(found.Certificates) {
			a.screen.Line(c.ARN)
		}
		return nil
	}
	if len(found.Certificates) == 0 {
		a.errs.Line(a.errs.T("No certificates found."))
		return nil
	}
	view.Discovered(a.screen, found.Certificates, output == outputWide)
	n, unread := len(unmanaged(found.Certificates)), count(found.Certificates, inventory.Unread)
	a.errs.Line("")
	a.errs.Line(a.errs.F("Certificates: %d. Imported and unmanaged: %d.", len(found.Certificates), n))
	if unread > 0 {
		a.errs.Wrapped(a.errs.F("The tags of %d certificates were not read: run certloop discover --all-tags.", unread), 0)
	}
	if n > 0 {
		a.errs.Wrapped(a.errs.T("Next: run certloop adopt --all --dry-run to see what adopting the unmanaged ones takes."), 0)
	}
	return nil
}

func unmanaged(all []inventory.Certificate) (list []inventory.Certificate) {
	for _, c := range all {
		if c.IsUnmanaged() {
			list = append(list, c)
		}
	}
	return list
}

func count(all []inventory.Certificate, kind inventory.Kind) (n int) {
	for _, c := range all {
		if c.Manager.Kind == kind {
			n++
		}
	}
	return n
}
