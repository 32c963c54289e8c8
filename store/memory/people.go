package memory

import (
	"fmt"
	"reflect"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// PutRecord writes a record as users and administrators do: unconditionally, whole. record holds the plain values of
// api.Object.Record, name and kind (Certificate, Account, or Policy in the partition of a policy) among them; anything else
// is a mistake of the test, and panics.
func (t *Table) PutRecord(record map[string]any) {
	key := keyOf(record)
	c, err := canonical.Record(record)
	if err != nil {
		panic(fmt.Sprintf("put %s: %v", key, err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// A write that changes nothing leaves no entry in a stream.
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

// recordKey returns the key of the record in that partition; false where none lies there.
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

// PutItem writes any item that whoever may write records can write: a record, or one of another kind, whose content
// nothing reads. A status in the partition of a record is one of those.
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

// DeleteRecord deletes a record as people do; one that is gone is no error.
func (t *Table) DeleteRecord(key api.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.records[key]; !ok {
		return
	}
	delete(t.records, key)
	t.changes = append(t.changes, key)
}

// DeleteStatus throws the status of a record away, as nobody should and somebody will.
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

// Changes returns the keys of the records that people put or deleted since the last call, in order: what the table's
// stream shows through its filter. The controller's own writes are not in it.
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
		panic(fmt.Sprintf("get %s: %v", key, err)) // PutRecord let nothing in that Record refuses
	}
	return c.(map[string]any)
}
