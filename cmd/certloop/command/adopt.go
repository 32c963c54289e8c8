package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// Adopter reads what an adoption needs to know.
type Adopter interface {
	// ReadCertificate reads a certificate of ACM, through a role if it is in another account. known are the records of the
	// table by ARN.
	ReadCertificate(ctx context.Context, arn string, role api.Role, known map[string]string) (inventory.Detail, error)
	// WithoutZone returns the names that are in no public hosted zone that the operator's credentials see.
	WithoutZone(ctx context.Context, names []string) ([]string, error)
}

// adoptOptions are the flags of adopt.
type adoptOptions struct {
	scopeFlags
	all, dryRun, yes bool
	account          string
}

func newAdopt(a *app) *cobra.Command {
	var o adoptOptions
	cmd := &cobra.Command{
		Use:     "adopt [ARN...]",
		GroupID: groupMove,
		Short:   a.screen.T("Create records for imported certificates, which certloop then renews"),
		Long: a.screen.T(`Create records for certificates that were imported into ACM. certloop then renews them under the same ARN, so what uses them needs no change.

Before that, it reports for each certificate what a re-import must keep, which account can renew it, which names are in no hosted zone, and what uses it. The private key of the present certificate cannot be exported from ACM: to go back, you need your own copy.

--all adopts the imported certificates that nobody manages, as certloop discover lists them. --dry-run writes the records to standard output and nothing to the table.`),
		Example: `  certloop adopt --all --dry-run > records.yaml
  certloop adopt arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.all == (len(args) > 0) {
				return usageError{lang.Errorf("give the ARNs of certificates, or --all")}
			}
			if !o.all && len(o.regions) > 0 {
				return usageError{lang.Errorf("--region is where --all searches, and an ARN has its region: omit it, or set --table-region for the region of the table")}
			}
			return a.adopt(cmd.Context(), args, o)
		},
	}
	o.add(a, cmd)
	flags := cmd.Flags()
	flags.BoolVar(&o.all, "all", false, a.screen.T("adopt all imported certificates that nobody manages"))
	flags.BoolVar(&o.dryRun, "dry-run", false, a.screen.T("write the records to standard output, and nothing to the table"))
	flags.BoolVarP(&o.yes, "yes", "y", false, a.screen.T("do not ask"))
	flags.StringVar(&o.account, "account", "", a.screen.T("the account of the records (default: the one that issued certificates of the same issuer, else default)"))
	return cmd
}

func (a *app) adopt(ctx context.Context, arns []string, o adoptOptions) error {
	roles := map[string]api.Role{}
	for _, role := range o.roles {
		if arn, ok := api.ParseARN(role); ok {
			roles[arn.Account] = api.Role{RoleARN: role, ExternalID: o.externalID}
		}
	}
	if o.all {
		found, _, err := a.search(ctx, o.scopeFlags, false)
		if err != nil {
			return err
		}
		if err := a.showFailures(found); err != nil {
			return err
		}
		for _, c := range unmanaged(found.Certificates) {
			arns = append(arns, c.ARN)
			roles[c.Account()] = c.Role
		}
		if len(arns) == 0 {
			a.errs.Line(a.errs.T("No certificates found that nobody manages."))
			return nil
		}
	}
	list, complete, err := a.adoptions(ctx, arns, roles, o)
	if err != nil {
		return err
	}
	if err := a.writeAdoptions(ctx, list, o); err != nil || complete {
		return err
	}
	return errFailed
}
