package command

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// Keeper stores credentials.
type Keeper interface {
	// SecretPlace returns where the function reads the secrets of accounts; with a *deployment.UnreadPlace, where it does so if
	// the Terraform module made the installation.
	SecretPlace(ctx context.Context) (deployment.SecretPlace, error)
	// StoreEAB stores the credential of an account there, and returns the ARN of the secret. No error has anything of the
	// credential.
	StoreEAB(ctx context.Context, account string, credential api.EAB, at deployment.SecretPlace) (arn string, err error)
}

func newAccount(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "account",
		GroupID: groupMove,
		Short:   a.screen.T("Create, show and delete ACME accounts"),
		Example: "  certloop account create jprs --directory jprs --email tls@example.com --eab-kid KID --eab-hmac-file hmac.txt\n  certloop account get jprs\n  certloop account delete jprs",
		Args:    usage(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAccountCreate(a), newAccountGet(a), newAccountDelete(a))
	return cmd
}

func newAccountGet(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "get NAME...",
		Short:             a.screen.T("Show accounts: state, URL, CAA record, and what is left of their limits"),
		Example:           "  certloop account get jprs",
		Args:              usage(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindAccount),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, missing := a.records(cmd.Context(), api.KindAccount, args)
			for i, l := range found {
				if i > 0 {
					a.screen.Line("")
				}
				view.Account(a.screen, l)
				a.limits(cmd.Context(), l)
			}
			return missing
		},
	}
}

func newAccountDelete(a *app) *cobra.Command {
	var o deleteOptions
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: a.screen.T("Delete an account that no certificate uses"),
		Long: a.screen.T(`Delete the record of an account. The account stays registered at the CA, and its key and its EAB credential stay in Secrets Manager.

It is refused while certificates use the account: they could not be renewed. Set --force to delete it anyway.`),
		Example:           "  certloop account delete jprs",
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindAccount),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.kind = strings.ToLower(string(api.KindAccount))
			return a.delete(cmd.Context(), args, o)
		},
	}
	cmd.Flags().BoolVar(&o.force, "force", false, a.screen.T("delete it although certificates use it"))
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, a.screen.T("do not ask"))
	return cmd
}
