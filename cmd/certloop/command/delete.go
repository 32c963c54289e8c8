package command

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// deleteOptions are the flags of delete.
type deleteOptions struct {
	kind    string
	files   []string
	yes     bool
	force   bool
	wait    bool
	timeout time.Duration
}

func newDelete(a *app) *cobra.Command {
	var o deleteOptions
	cmd := &cobra.Command{
		Use:     "delete NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Delete records, after it has shown what becomes of the certificates in ACM"),
		Long: a.screen.T(`Delete records. First it shows what happens to each certificate in ACM, as the attribute deletion_policy has it, and what uses it, and asks.

What uses a certificate is read with your own credentials (acm:DescribeCertificate).`),
		Example: `  certloop delete www
  certloop delete account/jprs
  certloop delete www api --yes --wait
  certloop delete -f records.yaml`,
		RunE: func(cmd *cobra.Command, names []string) error { return a.delete(cmd.Context(), names, o) },
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			kind, err := parseKind(o.kind)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeNames(kind)(cmd, args, typed)
		},
	}
	flags := cmd.Flags()
	a.kindFlag(cmd, &o.kind)
	a.filesFlag(cmd, &o.files)
	flags.BoolVarP(&o.yes, "yes", "y", false, a.screen.T("do not ask"))
	flags.BoolVar(&o.force, "force", false, a.screen.T("delete an account although certificates use it"))
	flags.BoolVar(&o.wait, "wait", false, a.screen.T("wait until certloop has finished the deletion"))
	a.timeoutFlag(cmd, &o.timeout)
	return cmd
}

func (a *app) delete(ctx context.Context, names []string, o deleteOptions) error {
	found, err := a.toDelete(ctx, names, o)
	if err != nil || len(found) == 0 {
		return err
	}
	if err := a.showDeletion(ctx, found, o.force); err != nil {
		return err
	}
	if !o.yes {
		if err := a.confirm(ctx, a.errs.F("Delete these records (%d)?", len(found))); err != nil {
			return err
		}
	}
	deleted := a.each(ctx, series{labels: labelsOf(found), do: func(i int) error { return a.deleteOne(ctx, found[i]) },
		// A certificate that stays needs its account, and its policy.
		blocks: func(failed, next int) bool {
			return found[failed].Key.Kind == api.KindCertificate && found[next].Key.Kind != api.KindCertificate
		}})
	if len(deleted.done) == 0 || !o.wait {
		return deleted.err
	}
	var gone []api.Listed
	for _, i := range deleted.done {
		gone = append(gone, found[i])
	}
	return worse(deleted.err, a.awaitDeletion(ctx, gone, o.timeout))
}

func (a *app) deleteOne(ctx context.Context, l api.Listed) error {
	err := a.opened.RemoveRecord(ctx, deployment.RecordChange{Key: l.Key, Read: l.Record, Watched: watched(l.Key)})
	if isConflict(err) {
		err = conflictError(l.Key)
	}
	if err == nil {
		a.screen.Line(label(l.Key) + " " + a.screen.T("deleted"))
	}
	return err
}

// toDelete returns the records in the order in which they are deleted: certificates before the accounts that they need.
// Files may have records that do not exist, so that the same command succeeds twice.
func (a *app) toDelete(ctx context.Context, names []string, o deleteOptions) ([]api.Listed, error) {
	keys, err := parseKeys(names, o.kind)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 && len(o.files) == 0 {
		return nil, usageError{lang.Errorf("no record is given: give names, or -f FILE")}
	}
	found, err := a.present(ctx, keys)
	if err != nil {
		return nil, err
	}
	if len(o.files) > 0 {
		docs, problems, err := a.documents(o.files, a.opened.Region())
		switch {
		case err != nil:
			return nil, err
		case len(problems) > 0:
			return nil, a.refuse(problems)
		}
		for _, doc := range docs {
			if slices.Contains(keys, doc.Key) {
				continue
			}
			l, err := a.opened.Get(ctx, doc.Key)
			switch {
			case err != nil:
				return nil, err
			case l.Record == nil:
				a.screen.Line(label(doc.Key) + " " + a.screen.T("does not exist"))
			default:
				found = append(found, l)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y api.Listed) int {
		return slices.Index(writable, y.Key.Kind) - slices.Index(writable, x.Key.Kind)
	})
	return found, nil
}
