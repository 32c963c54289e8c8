package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

const (
	// mostRecords and longestRecords bound the records of a dry run, in number and in bytes of JSON.
	mostRecords    = 100
	longestRecords = 1 << 20
	// deepestRecord is deeper than any attribute of a record.
	deepestRecord = 32
)

// setRecords reads the records of a dry run. It checks what makes an item of the table; the passes judge the attributes, so
// that a record that is not valid is reported as it would be from the table.
func setRecords(i *invocation, raw json.RawMessage) error {
	if len(raw) > longestRecords {
		return fmt.Errorf("has %d bytes: use at most %d, and several invocations", len(raw), longestRecords)
	}
	var items []json.RawMessage
	if err := decode(raw, &items, "a list of records as JSON objects"); err != nil {
		return err
	}
	if len(items) > mostRecords {
		return fmt.Errorf("has %d records: use at most %d, and several invocations", len(items), mostRecords)
	}
	var problems *multierror.Error
	seen := map[api.Key]bool{}
	for n, item := range items {
		record, err := readRecord(item)
		if err == nil && seen[record.Key] {
			err = fmt.Errorf("is a second record %s: list it once", record.Key)
		}
		if err != nil {
			problems = multierror.Append(problems, fmt.Errorf("record %d %w", n+1, err))
			continue
		}
		seen[record.Key] = true
		i.Records = append(i.Records, record)
	}
	return joined("of the event", problems)
}

// readRecord returns the record with the key under which the table has it.
func readRecord(raw json.RawMessage) (reconciler.Record, error) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	value, err := readValue(in, 0)
	if err != nil {
		return reconciler.Record{}, err
	}
	item, ok := value.(map[string]any)
	if !ok {
		return reconciler.Record{}, fmt.Errorf("is %s: use a JSON object", shown(string(raw)))
	}
	key, err := recordKey(item)
	return reconciler.Record{Key: key, Item: item}, err
}

func recordKey(item map[string]any) (api.Key, error) {
	name, named := item["name"].(string)
	kind, _ := item["kind"].(string)
	key := api.Key{Kind: api.Kind(kind), Name: name}
	if !named {
		return key, errors.New("has no name: set name to the name of the record")
	}
	switch key.Kind {
	case api.KindCertificate, api.KindAccount:
		return key, api.ValidateName(name)
	case api.KindPolicy:
		return key, errors.New("is a Policy, which a dry run does not accept: the policies in force decide what it may read")
	}
	return key, fmt.Errorf("has the kind %s: use %s or %s", shown(kind), api.KindCertificate, api.KindAccount)
}

// readValue reads one JSON value as the store returns attributes. Of two values for one attribute, encoding/json would
// silently take the last.
func readValue(in *json.Decoder, depth int) (any, error) {
	if depth > deepestRecord {
		return nil, fmt.Errorf("is nested more than %d levels deep: no attribute needs that", deepestRecord)
	}
	token, err := in.Token()
	if err != nil {
		return nil, errors.New("is not JSON: use a JSON object")
	}
	switch token {
	case json.Delim('{'):
		return readObject(in, depth)
	case json.Delim('['):
		list := []any{}
		for in.More() {
			v, err := readValue(in, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := in.Token()
		return list, err
	}
	return token, nil
}

func readObject(in *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for in.More() {
		token, err := in.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errors.New("is not JSON: use a JSON object")
		}
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("has the attribute %s twice: set it once", shown(name))
		}
		if object[name], err = readValue(in, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := in.Token()
	return object, err
}
