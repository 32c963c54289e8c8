package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
)

func newEdit(a *app) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:     "edit NAME",
		GroupID: groupChange,
		Short:   a.screen.T("Edit a record in your editor"),
		Long: a.screen.T(`Open a record in the editor of VISUAL or EDITOR, else vi, and write the attributes that you changed, added or removed. If the text has problems, they are shown at its top and the editor opens again.

Nothing is written if the record was changed by another writer in the meantime. The text is then kept in a file.`),
		Example: "  certloop edit www\n  EDITOR='code --wait' certloop edit account/jprs",
		Args:    usage(cobra.ExactArgs(1)),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if kind, err := parseKind(kind); err == nil && len(args) == 0 {
				return a.completeNames(kind)(cmd, args, typed)
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, names []string) error { return a.edit(cmd.Context(), names, kind) },
	}
	a.kindFlag(cmd, &kind)
	return cmd
}

func (a *app) edit(ctx context.Context, names []string, kind string) error {
	keys, err := parseKeys(names, kind)
	if err != nil {
		return err
	}
	// In an editor, Ctrl-C is a command of the editor, and this process receives it too.
	ctx = context.WithoutCancel(ctx)
	found, err := a.present(ctx, keys)
	if err != nil {
		return err
	}
	s, err := a.newSession(found[0])
	if err != nil {
		return err
	}
	change, err := s.change()
	switch {
	case err != nil:
		return s.kept(err)
	case change.IsEmpty():
		s.remove()
		a.screen.Line(label(s.key) + " " + a.screen.T("unchanged"))
		return nil
	}
	err = a.opened.ChangeRecord(ctx, deployment.RecordChange{Key: s.key, Read: s.read, Set: change.Set, Remove: change.Remove, Watched: watched(s.key)})
	if isConflict(err) {
		err = lang.Errorf("%s was changed by another writer while you edited it", label(s.key))
	}
	if err != nil {
		return s.kept(err)
	}
	s.remove()
	a.screen.Line(label(s.key) + " " + a.screen.T("configured"))
	return nil
}
