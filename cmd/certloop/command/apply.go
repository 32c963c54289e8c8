package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// applyOptions are the flags of apply.
type applyOptions struct {
	files   []string
	dryRun  bool
	wait    bool
	timeout time.Duration
}

func newApply(a *app) *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:     "apply -f FILE...",
		GroupID: groupChange,
		Short:   a.screen.T("Create or change records as files have them"),
		Long: a.screen.T(`Create or change records as files have them, in YAML or JSON. For the attributes, see docs/reference/records.md in the documents.

Attributes that a file has are set. Attributes that it does not have stay as they are, because another tool may own them. An attribute with the value null is removed. Nothing is written before all problems of all files are corrected; each has its file, line and column.

Accounts are written first, then policies, then certificates. A record that has all values already is not written. With --dry-run the exit code is 2 if something would change.`),
		Example: `  certloop apply -f www.yaml
  certloop apply -f records/ --dry-run
  certloop apply -f www.yaml --wait
  certloop import-config domains.json | certloop apply -f -`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.apply(cmd.Context(), o) },
	}
	a.filesFlag(cmd, &o.files)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, a.screen.T("show what would change, and write nothing"))
	cmd.Flags().BoolVar(&o.wait, "wait", false, a.screen.T("wait until the certificates are Ready"))
	a.timeoutFlag(cmd, &o.timeout)
	return cmd
}

func (a *app) apply(ctx context.Context, o applyOptions) error {
	if len(o.files) == 0 {
		return usageError{lang.Errorf("no file is given: use -f FILE, or -f - for standard input")}
	}
	drafts, err := a.drafts(ctx, o.files)
	if err != nil {
		return err
	}
	if o.dryRun {
		return differs(a.showDrafts(drafts))
	}
	if written := a.write(ctx, drafts); written.err != nil || !o.wait {
		return written.err
	}
	names := namesToAwait(drafts)
	if len(names) == 0 {
		return nil
	}
	return a.await(ctx, names, plan.Demand{Require: api.ConditionReady}, o.timeout)
}

// showDrafts shows what would change, and reports whether something would.
func (a *app) showDrafts(drafts []draft) (changes bool) {
	for _, d := range drafts {
		changes = changes || !d.change.IsEmpty()
		view.Change(a.screen, label(d.key()), d.read, d.change, d.key().Kind)
		a.warn(d)
	}
	return changes
}

// namesToAwait returns the certificates that will become Ready, so all but those that certloop leaves alone.
func namesToAwait(drafts []draft) (names []string) {
	for _, d := range drafts {
		if suspended, _ := d.change.Record["suspend"].(bool); d.key().Kind == api.KindCertificate && !suspended {
			names = append(names, d.key().Name)
		}
	}
	return names
}
