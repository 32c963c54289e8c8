package command

import (
	"context"
	"iter"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// Deployment is an installation of certloop; *deployment.Deployment implements it.
type Deployment interface {
	Records
	Function
	LogReader
	Writer
	Inventory
	Adopter
	Inspector
	Keeper
	Flights
	// Served returns what the endpoints of a certificate serve; nil if they were never probed.
	Served(ctx context.Context, name string) (*api.ServedStatus, error)
	// Ledger returns what an account ordered lately; zero if nothing counts.
	Ledger(ctx context.Context, account string) (api.Ledger, error)
	// Held returns what ACM holds under an ARN, as the operator's credentials see it.
	Held(ctx context.Context, arn string) (deployment.Held, error)
}

// Records is the table, read with the operator's credentials.
type Records interface {
	// List iterates over all records with their statuses.
	List(ctx context.Context) iter.Seq2[api.Listed, error]
	// Get reads one record with its status. Both are nil if there is none.
	Get(ctx context.Context, key api.Key) (api.Listed, error)
}

// Function is the controller, which decides.
type Function interface {
	// Invoke sends an event (docs/reference/invocation.md) and decodes the answer.
	Invoke(ctx context.Context, event, answer any) error
}

// deployment opens the installation once.
func (a *app) deployment(ctx context.Context) (Deployment, error) {
	if a.opened == nil {
		where := a.where
		if where.Table == "" {
			where.Table = a.getenv("CERTLOOP_TABLE")
		}
		if where.Function == "" {
			where.Function = a.getenv("CERTLOOP_FUNCTION")
		}
		opened, err := a.config.Open(ctx, where)
		if err != nil {
			return nil, err
		}
		a.opened = opened
	}
	return a.opened, nil
}

// records returns the named records of a kind in the order of the names, or all of the kind, sorted by name. It reports
// names that do not exist after it has read the others.
func (a *app) records(ctx context.Context, kind api.Kind, names []string) ([]api.Listed, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return listed(d.List(ctx), kind)
	}
	var found []api.Listed
	var unknown []string
	for _, name := range names {
		l, err := d.Get(ctx, api.Key{Kind: kind, Name: name})
		if err != nil {
			return nil, err
		}
		if !exists(l) {
			unknown = append(unknown, name)
			continue
		}
		found = append(found, l)
	}
	if len(unknown) > 0 {
		return found, a.notFound(kind, unknown)
	}
	return found, nil
}

// exists reports whether there is a record, or what the controller knows of a deleted one.
func exists(l api.Listed) bool {
	return l.Record != nil || l.Status != nil || l.AccountStatus != nil || l.PolicyStatus != nil
}

// notFound is the error for names without a record.
func (a *app) notFound(kind api.Kind, names []string) error {
	return lang.Errorf("%s records not found: %s. Run certloop get to list the records.", kind, list(names))
}
