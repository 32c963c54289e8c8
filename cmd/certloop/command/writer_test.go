package command

import (
	"context"
	"maps"
	"slices"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
)

// Region implements Writer.
func (w *world) Region() string { return "ap-northeast-1" }

// ChangeRecord changes the record in the world, under the condition that the table has.
func (w *world) ChangeRecord(_ context.Context, c deployment.RecordChange) error {
	w.writes.Lock()
	defer w.writes.Unlock()
	if w.before != nil {
		if err := w.before(c.Key); err != nil {
			return err
		}
	}
	at := w.index(c.Key)
	if err := w.asRead(at, c); err != nil {
		return err
	}
	if at < 0 {
		w.records = append(w.records, api.Listed{Key: c.Key})
		at = len(w.records) - 1
	}
	record := maps.Clone(w.records[at].Record)
	if record == nil {
		record = map[string]any{"kind": string(c.Key.Kind), "name": c.Key.Name}
	}
	maps.Copy(record, c.Set)
	for _, name := range c.Remove {
		delete(record, name)
	}
	w.records[at].Record = record
	w.written = append(w.written, c)
	return nil
}

// RemoveRecord deletes the record, and its status at once.
func (w *world) RemoveRecord(_ context.Context, c deployment.RecordChange) error {
	w.writes.Lock()
	defer w.writes.Unlock()
	if w.before != nil {
		if err := w.before(c.Key); err != nil {
			return err
		}
	}
	at := w.index(c.Key)
	if err := w.asRead(at, c); err != nil {
		return err
	}
	w.records = slices.Delete(w.records, at, at+1)
	w.written = append(w.written, c)
	return nil
}

func (w *world) index(key api.Key) int {
	return slices.IndexFunc(w.records, func(l api.Listed) bool { return l.Key == key })
}

// asRead returns a Conflict unless the record is as it was read, in the attributes that the change concerns.
func (w *world) asRead(at int, c deployment.RecordChange) error {
	var record map[string]any
	if at >= 0 {
		record = w.records[at].Record
	}
	conflict := &api.Error{Kind: api.Conflict, Message: "another writer changed the item first"}
	if (record == nil) != (c.Read == nil) {
		return conflict
	}
	names := slices.Concat(slices.Collect(maps.Keys(c.Set)), c.Remove, c.Watched)
	for _, name := range names {
		before, had := c.Read[name]
		now, has := record[name]
		if c.Read != nil && (had != has || !manifest.Equal(before, now)) {
			return conflict
		}
	}
	return nil
}
