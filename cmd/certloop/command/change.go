package command

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// Writer writes records with the operator's credentials. It never writes what the controller writes.
type Writer interface {
	// ChangeRecord changes single attributes of a record, RemoveRecord deletes it. Both return an *api.Error of kind
	// Conflict if the record is not as it was read.
	ChangeRecord(ctx context.Context, c deployment.RecordChange) error
	RemoveRecord(ctx context.Context, c deployment.RecordChange) error
	// Region returns the region of the table.
	Region() string
}

// writable are the kinds of records in the order in which they are written: a certificate needs its account, and a policy
// bounds it from the start.
var writable = []api.Kind{api.KindAccount, api.KindPolicy, api.KindCertificate}

// label returns how a record is called in output, such as certificate/www.
func label(key api.Key) string {
	return strings.ToLower(string(key.Kind)) + "/" + api.Message(key.Name)
}

// labels are how the records of a kind are called.
func labels(kind api.Kind, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = label(api.Key{Kind: kind, Name: name})
	}
	return out
}

// labelsOf are how records are called.
func labelsOf(found []api.Listed) []string {
	out := make([]string, len(found))
	for i, l := range found {
		out[i] = label(l.Key)
	}
	return out
}

// parseKeys returns the keys of names such as www or account/jprs. A name without a kind has the kind of --kind.
func parseKeys(names []string, kind string) ([]api.Key, error) {
	fallback, err := parseKind(kind)
	if err != nil {
		return nil, err
	}
	var keys []api.Key
	for _, name := range names {
		key := api.Key{Kind: fallback, Name: name}
		if kind, rest, ok := strings.Cut(name, "/"); ok {
			if key.Kind, err = parseKind(kind); err != nil {
				return nil, err
			}
			key.Name = rest
		}
		if key.Kind == api.KindPolicy {
			key.Name = strings.TrimPrefix(key.Name, api.PolicyPrefix)
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func parseKind(text string) (api.Kind, error) {
	for _, kind := range writable {
		if strings.EqualFold(text, string(kind)) {
			return kind, nil
		}
	}
	return "", usageError{lang.Errorf("%q is not a kind of record: use %s", text, "certificate, account, policy")}
}

// kindFlag adds --kind.
func (a *app) kindFlag(cmd *cobra.Command, kind *string) {
	names := []string{"certificate", "account", "policy"}
	cmd.Flags().StringVar(kind, "kind", names[0], a.screen.F("the kind of the records: %s", list(names)))
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// defaults are those of the controller, which is in the region of the table.
func (a *app) defaults() spec.Defaults { return spec.Defaults{Region: a.opened.Region()} }

// isConflict reports whether another writer came first.
func isConflict(err error) bool {
	var e *api.Error
	return errors.As(err, &e) && e.Kind == api.Conflict
}

// watched are the attributes that must be as they were read when a record is judged as a whole.
func watched(key api.Key) []string { return spec.Attributes(key.Kind) }

// present reads the records under the keys. It is an error if one of them does not exist.
func (a *app) present(ctx context.Context, keys []api.Key) ([]api.Listed, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, err
	}
	var found []api.Listed
	unknown := map[api.Kind][]string{}
	for _, key := range keys {
		l, err := d.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		if l.Record == nil {
			unknown[key.Kind] = append(unknown[key.Kind], key.Name)
			continue
		}
		found = append(found, l)
	}
	for _, kind := range slices.Backward(writable) {
		if len(unknown[kind]) > 0 {
			return nil, a.notFound(kind, unknown[kind])
		}
	}
	return found, nil
}

// refuse shows problems of files on standard error, one line each, and returns that nothing was written.
func (a *app) refuse(err error) error {
	for line := range strings.SplitSeq(a.errs.Error(err), "\n") {
		a.errs.Line(line)
	}
	return lang.Errorf("the files have problems: correct them. Nothing was written.")
}

// conflictError is the error where another writer came first.
func conflictError(key api.Key) error {
	return lang.Errorf("%s was changed by another writer in the meantime: run the command again", label(key))
}
