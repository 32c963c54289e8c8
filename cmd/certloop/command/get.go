package command

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// getOptions are the flags of get.
type getOptions struct {
	output   string
	notReady bool
	expiring string
	sortBy   string
	watch    bool
}

func newGet(a *app) *cobra.Command {
	var o getOptions
	cmd := &cobra.Command{
		Use:     "get [NAME...]",
		Aliases: []string{"ls"},
		GroupID: groupSee,
		Short:   a.screen.T("List certificates"),
		Long: a.screen.T(`List certificates with their state.

AGE is the age of the installed certificate. REASON is explained by certloop explain.`),
		Example: `  certloop get
  certloop get www api -o wide
  certloop get --not-ready
  certloop get --expiring 14d --sort-by expires
  certloop get -o json | jq '.items[].name'`,
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.get(cmd.Context(), args, o) },
	}
	flags := cmd.Flags()
	a.outputFlag(cmd, &o.output)
	flags.BoolVar(&o.notReady, "not-ready", false, a.screen.T("only certificates that are not Ready"))
	flags.StringVar(&o.expiring, "expiring", "", a.screen.T("only certificates that expire within this time, such as 14d"))
	flags.StringVar(&o.sortBy, "sort-by", "name", a.screen.F("the order: %s", strings.Join(view.SortKeys, ", ")))
	flags.BoolVarP(&o.watch, "watch", "w", false, a.screen.T("show changes until interrupted"))
	cmd.AddCommand(a.getOther("accounts", api.KindAccount), a.getOther("policies", api.KindPolicy))
	return cmd
}

func (a *app) get(ctx context.Context, names []string, o getOptions) error {
	within, err := o.check()
	if err != nil {
		return err
	}
	if o.watch {
		return a.watch(ctx, names, o, within)
	}
	return a.getOnce(ctx, names, o, within)
}

// check returns the time of --expiring; zero: the flag is not set.
func (o getOptions) check() (within time.Duration, err error) {
	if err := checkOutput(o.output); err != nil {
		return 0, err
	}
	if !slices.Contains(view.SortKeys, o.sortBy) {
		return 0, usageError{lang.Errorf("--sort-by is %q: use %s", o.sortBy, list(view.SortKeys))}
	}
	if o.watch && o.output != "" && o.output != outputWide {
		return 0, usageError{lang.Errorf("--watch cannot be combined with -o %s: use -o wide or no -o", o.output)}
	}
	if o.expiring == "" {
		return 0, nil
	}
	return parseSpan("--expiring", o.expiring)
}

func (a *app) getOnce(ctx context.Context, names []string, o getOptions, within time.Duration) error {
	found, missing := a.records(ctx, api.KindCertificate, names)
	selected := a.selected(found, o, within)
	if len(found) > 0 || missing == nil {
		if err := a.showCertificates(selected, o.output); err != nil {
			return err
		}
	}
	return missing
}

// selected returns the certificates that the flags select, in their order.
func (a *app) selected(found []api.Listed, o getOptions, within time.Duration) []view.Certificate {
	var out []view.Certificate
	for _, l := range found {
		c := view.CertificateOf(l)
		if o.notReady && c.Ready() == api.ConditionTrue {
			continue
		}
		if within > 0 && (c.Expires().IsZero() || c.Expires().Sub(a.config.Now()) > within) {
			continue
		}
		out = append(out, c)
	}
	view.Sort(out, o.sortBy)
	return out
}

func (a *app) showCertificates(list []view.Certificate, output string) error {
	switch output {
	case outputJSON, outputYAML:
		items := make([]any, len(list))
		for i, c := range list {
			items[i] = itemOf(api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: c.Name}, Record: c.Record, Status: c.Status})
		}
		return a.encode(output, items)
	case outputName:
		for _, c := range list {
			if a.hasName(c.Name) {
				a.screen.Line(c.Name)
			}
		}
		return nil
	}
	if len(list) == 0 {
		a.errs.Line(a.errs.T("No certificates found."))
		return nil
	}
	view.Certificates(a.screen, list, output == outputWide)
	return nil
}

// getOther returns get accounts and get policies.
func (a *app) getOther(name string, kind api.Kind) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:               name + " [NAME...]",
		Short:             map[api.Kind]string{api.KindAccount: a.screen.T("List accounts"), api.KindPolicy: a.screen.T("List policies")}[kind],
		Example:           "  certloop get " + name + "\n  certloop get " + name + " -o json",
		ValidArgsFunction: a.completeNames(kind),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			found, missing := a.records(cmd.Context(), kind, args)
			if len(found) > 0 || missing == nil {
				if err := a.showOthers(found, kind, output); err != nil {
					return err
				}
			}
			return missing
		},
	}
	a.outputFlag(cmd, &output)
	return cmd
}

func (a *app) showOthers(found []api.Listed, kind api.Kind, output string) error {
	switch {
	case output == outputJSON || output == outputYAML:
		items := make([]any, len(found))
		for i, l := range found {
			items[i] = itemOf(l)
		}
		return a.encode(output, items)
	case output == outputName:
		for _, l := range found {
			if a.hasName(l.Key.Name) {
				a.screen.Line(l.Key.Name)
			}
		}
	case len(found) == 0:
		a.errs.Line(a.errs.F("No %s records found.", kind))
	case kind == api.KindAccount:
		view.Accounts(a.screen, found)
	default:
		view.Policies(a.screen, found)
	}
	return nil
}
