package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

func newSuspend(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "suspend NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Stop the renewal of certificates, and all other changes"),
		Long: a.screen.T(`Set the attribute suspend of certificates to true. certloop then changes nothing for them, in ACM or at the CA, and does not renew them. Their status still shows the facts.

Other attributes stay as they are.`),
		Example: "  certloop suspend www",
	}
	return a.switching(cmd, true)
}

func newResume(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "resume NAME...",
		GroupID: groupChange,
		Short:   a.screen.T("Let certloop renew suspended certificates again"),
		Long:    a.screen.T("Remove the attribute suspend of certificates, so that certloop renews them again. Other attributes stay as they are."),
		Example: "  certloop resume www",
	}
	return a.switching(cmd, false)
}

// switching completes a command that changes the attribute suspend.
func (a *app) switching(cmd *cobra.Command, suspend bool) *cobra.Command {
	cmd.Args = usage(cobra.MinimumNArgs(1))
	cmd.ValidArgsFunction = a.completeNames(api.KindCertificate)
	cmd.RunE = func(cmd *cobra.Command, names []string) error { return a.setSuspend(cmd.Context(), names, suspend) }
	return cmd
}

func (a *app) setSuspend(ctx context.Context, names []string, suspend bool) error {
	keys, err := parseKeys(names, string(api.KindCertificate))
	if err != nil {
		return err
	}
	for _, key := range keys {
		if key.Kind != api.KindCertificate {
			return usageError{lang.Errorf("%s is not a certificate: only certificates can be suspended", label(key))}
		}
	}
	found, err := a.present(ctx, keys)
	if err != nil {
		return err
	}
	return a.each(ctx, series{labels: labelsOf(found), do: func(i int) error { return a.setOneSuspend(ctx, found[i], suspend) }}).err
}

// setOneSuspend changes one record. Where another writer came first it reads the record again.
func (a *app) setOneSuspend(ctx context.Context, l api.Listed, suspend bool) error {
	for try := 1; ; try++ {
		c := deployment.RecordChange{Key: l.Key, Read: l.Record}
		before, is := l.Record["suspend"]
		switch {
		case before == suspend || !suspend && !is:
			a.screen.Line(label(l.Key) + " " + a.screen.T("unchanged"))
			return nil
		case suspend:
			c.Set = map[string]any{"suspend": true}
		default:
			c.Remove = []string{"suspend"}
		}
		err := a.opened.ChangeRecord(ctx, c)
		switch {
		case err == nil && suspend:
			a.screen.Line(label(l.Key) + " " + a.screen.T("suspended"))
			return nil
		case err == nil:
			a.screen.Line(label(l.Key) + " " + a.screen.T("resumed"))
			return nil
		case !isConflict(err):
			return err
		case try == maxConflicts:
			return conflictError(l.Key)
		}
		again, err := a.present(ctx, []api.Key{l.Key})
		if err != nil {
			return err
		}
		l = again[0]
	}
}
