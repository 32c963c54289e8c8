package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// WriteServed stores s under the rule of api.Write.Status.
func (t *Table) WriteServed(ctx context.Context, name string, s *api.ServedStatus) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Version != servedVersion(t.served[name]) {
		return conflict("what is served", name)
	}
	s.Version = max(s.Version, 0) + 1
	t.served[name] = canonical.Copy(s)
	t.served[name].Due = ""
	if s.DueAt != 0 {
		t.served[name].Due = api.ServedPartition
	}
	return nil
}

// ForgetServed deletes the item of that version.
func (t *Table) ForgetServed(ctx context.Context, name string, version int64) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if version != servedVersion(t.served[name]) {
		return conflict("what is served", name)
	}
	delete(t.served, name)
	return nil
}

// DueServed iterates over the names that are to be probed by now, oldest first.
func (t *Table) DueServed(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := ended(ctx); err != nil {
			yield("", err)
			return
		}
		for _, name := range t.dueServed(now.Unix()) {
			if !yield(name, nil) {
				return
			}
		}
	}
}

func (t *Table) dueServed(now int64) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	for name, s := range t.served {
		if s.DueAt != 0 && s.DueAt <= now {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(t.served[a].DueAt, t.served[b].DueAt), cmp.Compare(a, b))
	})
	return names
}

func servedVersion(s *api.ServedStatus) int64 {
	if s == nil {
		return 0
	}
	return api.VersionRead(s.Version)
}

// readServed returns a copy of s as the table's readers get it.
func readServed(s *api.ServedStatus) *api.ServedStatus {
	read := canonical.Copy(s)
	if read != nil {
		read.Version = servedVersion(s)
	}
	return read
}
