package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// All iterates over the table as it was when the loop began, sorted by name, accounts before certificates.
func (t *Table) All(ctx context.Context) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		if err := ended(ctx); err != nil {
			yield(api.Listed{}, err)
			return
		}
		for _, l := range t.listing() {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// Glance is All: in memory there is no lag.
func (t *Table) Glance(ctx context.Context) iter.Seq2[api.Listed, error] { return t.All(ctx) }

func (t *Table) listing() []api.Listed {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []api.Listed
	for key := range t.keys() {
		l := api.Listed{Key: key, Record: t.record(key)}
		switch key.Kind {
		case api.KindAccount:
			l.AccountStatus = canonical.Copy(t.accounts[key.Name])
		case api.KindPolicy:
			l.PolicyStatus = canonical.Copy(t.policyStatuses[key.Name])
		default:
			l.Status = canonical.Copy(t.statuses[key.Name])
		}
		all = append(all, l)
	}
	for policy, records := range t.admitted {
		key := api.Key{Kind: api.KindPolicyUsage, Name: policy}
		all = append(all, api.Listed{Key: key, Admitted: slices.Sorted(maps.Keys(records))})
	}
	for name, served := range t.served {
		all = append(all, api.Listed{Key: api.Key{Kind: api.KindServedStatus, Name: name}, Served: canonical.Copy(served)})
	}
	for key := range t.others {
		if !api.IsKnownKind(key.Kind) || key.Kind == api.KindPolicy {
			all = append(all, api.Listed{Key: key, Unknown: true})
		}
	}
	slices.SortFunc(all, func(a, b api.Listed) int { return compareKeys(a.Key, b.Key) })
	return all
}

// keys returns the keys that have a record or a status.
func (t *Table) keys() map[api.Key]bool {
	keys := map[api.Key]bool{}
	for key := range t.records {
		keys[key] = true
	}
	for name := range t.statuses {
		keys[api.Key{Kind: api.KindCertificate, Name: name}] = true
	}
	for name := range t.accounts {
		keys[api.Key{Kind: api.KindAccount, Name: name}] = true
	}
	for name := range t.policyStatuses {
		keys[api.Key{Kind: api.KindPolicy, Name: name}] = true
	}
	return keys
}

func compareKeys(a, b api.Key) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
}

// Due iterates over the keys that are due at now, oldest first, and by name within a second.
func (t *Table) Due(ctx context.Context, now time.Time) iter.Seq2[api.Key, error] {
	return func(yield func(api.Key, error) bool) {
		if err := ended(ctx); err != nil {
			yield(api.Key{}, err)
			return
		}
		for _, d := range t.due(now.Unix()) {
			if !yield(d.key, nil) {
				return
			}
		}
	}
}

type dueKey struct {
	key api.Key
	at  int64
}

func (t *Table) due(now int64) []dueKey {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []dueKey
	add := func(kind api.Kind, name string, at int64) {
		if at != 0 && at <= now {
			all = append(all, dueKey{api.Key{Kind: kind, Name: name}, at})
		}
	}
	for name, s := range t.statuses {
		add(api.KindCertificate, name, s.DueAt)
	}
	for name, s := range t.accounts {
		add(api.KindAccount, name, s.DueAt)
	}
	slices.SortFunc(all, func(a, b dueKey) int { return cmp.Or(cmp.Compare(a.at, b.at), compareKeys(a.key, b.key)) })
	return all
}
