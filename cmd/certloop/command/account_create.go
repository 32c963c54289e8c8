package command

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// accountOptions are the flags of account create. There is deliberately none for the HMAC key: a command line is in the
// history of the shell, and every user of the machine sees it.
type accountOptions struct {
	directory, email, kid, hmacFile string
	caFile, network                 string
	// place is where the function reads secrets, as the operator states it.
	place   deployment.SecretPlace
	noWait  bool
	timeout time.Duration
}

func newAccountCreate(a *app) *cobra.Command {
	var o accountOptions
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: a.screen.T("Create an account, store its EAB credential, and wait for its registration"),
		Long: a.screen.T(`Create the record of an ACME account, and wait until the controller has registered it at the CA. On a terminal, it asks for what no flag sets.

The EAB credential is stored in Secrets Manager as <prefix>/eab/NAME, where the function may read it (secretsmanager:CreateSecret, or PutSecretValue for a secret that exists). Prefix and KMS key are those of the function's variables (lambda:GetFunctionConfiguration). The HMAC key is read from a prompt that does not show it, from a file, or from standard input. It is never an argument.

At the end it prints the account's URL, for CAA records.`),
		Example: `  certloop account create letsencrypt --directory letsencrypt --email tls@example.com
  certloop account create jprs --directory jprs --email tls@example.com --eab-kid KID
  certloop account create jprs --directory jprs --email tls@example.com --eab-kid KID --eab-hmac-file - < hmac.txt`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.createAccount(cmd.Context(), args[0], o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.directory, "directory", "", a.screen.T("the URL of the CA's directory, or an alias such as letsencrypt or jprs"))
	flags.StringVar(&o.email, "email", "", a.screen.T("the contact, where the CA announces revocations"))
	flags.StringVar(&o.kid, "eab-kid", "", a.screen.T("the key identifier of the EAB credential"))
	flags.StringVar(&o.hmacFile, "eab-hmac-file", "", a.screen.T("the file with the HMAC key of the EAB credential; - is standard input (default: a prompt)"))
	flags.StringVar(&o.caFile, "ca-certificates", "", a.screen.T("a file with the PEM certificates to trust for the directory of a private CA"))
	flags.StringVar(&o.network, "network", "", a.screen.T("private, if the CA is in your own network"))
	flags.StringVar(&o.place.Prefix, "secret-prefix", "", a.screen.T("the prefix of the function's secrets, if you may not read the function's variables (default: the table's name)"))
	flags.StringVar(&o.place.KMSKey, "secret-kms-key", "", a.screen.T("the KMS key of the function's secrets, if you may not read the function's variables (default: the default key of Secrets Manager)"))
	flags.BoolVar(&o.noWait, "no-wait", false, a.screen.T("do not wait for the registration"))
	a.timeoutFlag(cmd, &o.timeout)
	return cmd
}

func (a *app) createAccount(ctx context.Context, name string, o accountOptions) error {
	switch {
	case o.hmacFile != "" && o.kid == "":
		return usageError{lang.Errorf("--eab-hmac-file needs --eab-kid")}
	case o.place.Prefix != "" && !isSecretPrefix(o.place.Prefix):
		return usageError{lang.Errorf("--secret-prefix is %q: use letters, digits and /_+=.@-, without a slash at either end", o.place.Prefix)}
	}
	d, err := a.deployment(ctx)
	if err != nil {
		return err
	}
	key := api.Key{Kind: api.KindAccount, Name: name}
	present, err := d.Get(ctx, key)
	if err != nil {
		return err
	}
	if present.Record != nil {
		return lang.Errorf("account %[1]s exists: change it with certloop edit account/%[1]s", name)
	}
	ask := a.newPrompt()
	if err := a.completeAccount(&o, ask); err != nil {
		return err
	}
	record, err := a.accountRecord(name, o)
	if err != nil {
		return err
	}
	if o.kid != "" {
		if record["eab_secret_arn"], err = a.storeEAB(ctx, name, o, ask); err != nil {
			return err
		}
	}
	if err := d.ChangeRecord(ctx, deployment.RecordChange{Key: key, Set: record, Watched: watched(key)}); err != nil {
		if isConflict(err) {
			return conflictError(key)
		}
		return err
	}
	a.screen.Line(label(key) + " " + a.screen.T("created"))
	if o.noWait {
		return nil
	}
	return a.awaitAccount(ctx, key, o.timeout)
}

// isSecretPrefix reports whether names of secrets can begin so, with a slash after it.
func isSecretPrefix(prefix string) bool {
	return strings.Trim(prefix, "/") == prefix && strings.Trim(prefix, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+=.@-") == ""
}

// accountRecord returns the attributes of the record, after the controller's own check.
func (a *app) accountRecord(name string, o accountOptions) (map[string]any, error) {
	record := map[string]any{"name": name, "kind": string(api.KindAccount), "directory": o.directory}
	if o.caFile != "" {
		roots, err := a.readFile(o.caFile)
		if err != nil {
			return nil, err
		}
		record["ca_certificates"] = string(roots)
	}
	for attribute, value := range map[string]string{"email": o.email, "network": o.network} {
		if value != "" {
			record[attribute] = value
		}
	}
	if _, err := spec.DecodeAccount(record); err != nil {
		return nil, usageError{allProblems(err)}
	}
	delete(record, "name")
	delete(record, "kind")
	return record, nil
}

// awaitAccount waits until the account is registered, or waiting longer changes nothing, and shows it.
func (a *app) awaitAccount(ctx context.Context, key api.Key, timeout time.Duration) error {
	var l api.Listed
	err := a.poll(ctx, timeout, func(ctx context.Context) (lines []string, done bool, err error) {
		if l, err = a.opened.Get(ctx, key); err != nil {
			return nil, false, err
		}
		if isOutdated(l) {
			l.AccountStatus = nil
		}
		reason, message := view.AccountState(l)
		done = l.AccountStatus.IsReady() || l.AccountStatus.AwaitsOperator()
		return []string{strings.TrimSpace(label(key) + ": " + reason + " " + message)}, done, nil
	})
	if err != nil {
		return err
	}
	a.screen.Line("")
	view.Account(a.screen, l)
	return differs(!l.AccountStatus.IsReady())
}

// isOutdated reports whether the status is of another record of that name, as of a deleted one.
func isOutdated(l api.Listed) bool {
	return l.AccountStatus != nil && l.AccountStatus.SpecDigest != "" && l.AccountStatus.SpecDigest != api.SpecDigest(l.Record)
}
