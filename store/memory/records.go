package memory

import (
	"fmt"
	"reflect"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// PutRecord writes a record as users and administrators do: unconditionally and whole. record has the plain values of
// api.Object.Record, with name and kind (Certificate, Account, or Policy in the partition of a policy). Anything else
// is a mistake of the test, and panics.
func (t *Table) PutRecord(record map[string]any) {
	key := keyOf(record)
	c, err := canonical.Record(record)
	if err != nil {
		panic(fmt.Sprintf("put %s: %v", key, err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// A write that changes nothing is not in the stream.
	if !reflect.DeepEqual(t.records[key], c) {
		t.changes = append(t.changes, key)
	}
	t.records[key] = c.(map[string]any)
}

func keyOf(record map[string]any) api.Key {
	name, _ := record["name"].(string)
	kind, _ := record["kind"].(string)
	key, ok := recordKey(api.Kind(kind), name)
	if !ok || name == "" {
		panic(fmt.Sprintf("put %v: a record has a name, and the kind Certificate, Account or Policy", record))
	}
	return key
}

// recordKey returns the key of the record in that partition, and false if no record belongs there.
func recordKey(kind api.Kind, partition string) (api.Key, bool) {
	switch kind {
	case api.KindCertificate, api.KindAccount:
		return api.Key{Kind: kind, Name: partition}, true
	case api.KindPolicy:
		name, ok := api.PolicyOfPartition(partition)
		return api.Key{Kind: kind, Name: name}, ok
	}
	return api.Key{}, false
}

// PutItem writes any item that a writer of records can write: a record, or an item of another kind, which nothing
// reads. A status in the partition of a record is one of those.
func (t *Table) PutItem(item map[string]any) {
	name, _ := item["name"].(string)
	kind, _ := item["kind"].(string)
	if _, ok := recordKey(api.Kind(kind), name); ok {
		t.PutRecord(item)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.others[api.Key{Kind: api.Kind(kind), Name: name}] = true
}

// DeleteItem deletes an item that PutItem wrote.
func (t *Table) DeleteItem(key api.Key) {
	t.DeleteRecord(key)
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.others, key)
}

// DeleteRecord deletes a record as users do. It ignores a record that does not exist.
func (t *Table) DeleteRecord(key api.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.records[key]; !ok {
		return
	}
	delete(t.records, key)
	t.changes = append(t.changes, key)
}

// DeleteStatus deletes the status of a record, as a user may do by mistake.
func (t *Table) DeleteStatus(key api.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch key.Kind {
	case api.KindAccount:
		delete(t.accounts, key.Name)
	case api.KindPolicy:
		delete(t.policyStatuses, key.Name)
	default:
		delete(t.statuses, key.Name)
	}
}

// Changes returns the keys of the records that users wrote or deleted since the last call, in order, as the table's
// filtered stream does. It omits the controller's own writes.
func (t *Table) Changes() []api.Key {
	t.mu.Lock()
	defer t.mu.Unlock()
	changes := t.changes
	t.changes = nil
	return changes
}

func (t *Table) record(key api.Key) map[string]any {
	record, ok := t.records[key]
	if !ok {
		return nil
	}
	c, err := canonical.Record(record)
	if err != nil {
		panic(fmt.Sprintf("get %s: %v", key, err)) // PutRecord accepts nothing that Record refuses
	}
	return c.(map[string]any)
}
