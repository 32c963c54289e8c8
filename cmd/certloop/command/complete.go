package command

import (
	"slices"
	"strings"
	"time"

	"context"

	"github.com/spf13/cobra"

	"certloop/reconciler/api"
)

// completionTime bounds how long a shell waits for the names of records.
const completionTime = 3 * time.Second

// completeNames completes the names of records of a kind, each once.
func (a *app) completeNames(kind api.Kind) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
		defer cancel()
		found, err := a.records(ctx, kind, nil)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for _, l := range found {
			if api.ValidateName(l.Key.Name) == nil && strings.HasPrefix(l.Key.Name, typed) && !slices.Contains(args, l.Key.Name) {
				names = append(names, l.Key.Name)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
