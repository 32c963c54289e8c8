package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/migrate"
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

// adoption is a certificate with the record that adopts it.
type adoption struct {
	inventory.Detail
	record migrate.Record
	// reason is why the record has its account.
	reason string
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
	list, obstacles, err := a.adoptions(ctx, arns, roles, o)
	if err != nil {
		return err
	}
	if err := a.writeAdoptions(ctx, list, o); err != nil {
		return err
	}
	if obstacles {
		return errFailed
	}
	return nil
}

// adoptions reads and reports the certificates, and returns those that can be adopted.
func (a *app) adoptions(ctx context.Context, arns []string, roles map[string]api.Role, o adoptOptions) (list []adoption, obstacles bool, err error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, false, err
	}
	known, names := a.known(ctx)
	certificates, err := a.records(ctx, api.KindCertificate, nil)
	if err != nil {
		return nil, false, err
	}
	for _, arn := range unique(arns) {
		parsed, _ := api.ParseARN(arn)
		detail, err := d.ReadCertificate(ctx, arn, roles[parsed.Account], known)
		if err != nil {
			return nil, false, err
		}
		if obstacle := a.obstacleTo(detail.Certificate, o.all); obstacle != "" {
			a.errs.Line(obstacle)
			obstacles = true
			continue
		}
		one := adoption{Detail: detail, record: adoptionOf(detail.Certificate, names)}
		one.record["account"], one.reason = a.accountFor(detail.Leaf.Issuer, o.account, certificates)
		missing, err := d.WithoutZone(ctx, detail.Names)
		if err != nil {
			return nil, false, err
		}
		a.reportAdoption(one, missing)
		list = append(list, one)
	}
	a.reportPermission(list)
	return list, obstacles, nil
}

// writeAdoptions writes the records to the table, or with --dry-run to standard output.
func (a *app) writeAdoptions(ctx context.Context, list []adoption, o adoptOptions) error {
	if o.dryRun {
		var records []migrate.Record
		for _, one := range list {
			records = append(records, one.record)
		}
		return a.writeRecords(records)
	}
	if len(list) == 0 {
		return nil
	}
	if !o.yes {
		if err := a.confirm(ctx, a.errs.F("Create these records (%d)?", len(list))); err != nil {
			return err
		}
	}
	for _, one := range list {
		key := api.Key{Kind: api.KindCertificate, Name: one.record["name"].(string)}
		delete(one.record, "name")
		delete(one.record, "kind")
		err := a.opened.ChangeRecord(ctx, deployment.RecordChange{Key: key, Set: one.record, Watched: watched(key)})
		if isConflict(err) {
			err = conflictError(key)
		}
		if err != nil {
			return err
		}
		a.screen.Line(label(key) + " " + a.screen.T("created"))
	}
	return nil
}
