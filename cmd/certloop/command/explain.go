package command

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/docs"
	"certloop/reconciler/api"
)

func newExplain(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "explain [REASON]",
		GroupID: groupSee,
		Short:   a.screen.T("Explain the reason of a condition, with its remedy"),
		Long: a.screen.T(`Explain the reason of a condition, with its remedy, as docs/reference/reasons.md has it. Without a reason, list all of them.

It needs no AWS credentials.`),
		Example: "  certloop explain ZoneNotDelegated\n  certloop explain",
		Args:    usage(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return completeReasons(args, typed), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args) },
	}
}

func (a *app) explain(args []string) error {
	all := a.reasons()
	if len(args) == 0 {
		view.Reasons(a.screen, all)
		return nil
	}
	for _, e := range all {
		if strings.EqualFold(e.Reason, args[0]) {
			view.Explain(a.screen, e)
			return nil
		}
	}
	if nearest := api.Nearest(args[0], reasonNames(all)); nearest != "" {
		return usageError{lang.Errorf("Reason %q is not known. Did you mean %s?", args[0], nearest)}
	}
	return usageError{lang.Errorf("Reason %q is not known. Run certloop explain for the list.", args[0])}
}

// reasons returns the reasons from the page in the operator's language.
func (a *app) reasons() []view.Explanation {
	if a.screen.Language == lang.Japanese {
		return view.ParseReasons(docs.ReasonsJapanese)
	}
	return view.ParseReasons(docs.Reasons)
}

func reasonNames(all []view.Explanation) []string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.Reason
	}
	return names
}

func completeReasons(args []string, typed string) []string {
	if len(args) > 0 {
		return nil
	}
	return slices.DeleteFunc(reasonNames(view.ParseReasons(docs.Reasons)), func(name string) bool {
		return !strings.HasPrefix(strings.ToLower(name), strings.ToLower(typed))
	})
}
