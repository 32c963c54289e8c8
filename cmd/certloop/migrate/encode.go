package migrate

import (
	"bytes"
	"maps"
	"slices"

	"github.com/goccy/go-yaml"

	"certloop/cmd/certloop/lang"
)

// order is the order of the attributes in a document; others follow.
var order = []string{"name", "kind", "directory", "email", "eab_secret_arn", "domains", "account", "zone", "region", "acm_arn", "key_type",
	"renew_before", "profile", "preferred_chain", "suspend"}

// YAML returns records as documents that certloop apply accepts.
func YAML(records []Record) ([]byte, error) {
	var out bytes.Buffer
	for i, r := range records {
		if i > 0 {
			out.WriteString("---\n")
		}
		body, err := yaml.MarshalWithOptions(r.ordered(), yaml.IndentSequence(true))
		if err != nil {
			return nil, lang.Errorf("encode record %v: %w", r["name"], err)
		}
		out.Write(body)
	}
	return out.Bytes(), nil
}

func (r Record) ordered() yaml.MapSlice {
	var all yaml.MapSlice
	rest := maps.Clone(r)
	for _, key := range order {
		if value, ok := rest[key]; ok {
			all = append(all, yaml.MapItem{Key: key, Value: value})
			delete(rest, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		all = append(all, yaml.MapItem{Key: key, Value: rest[key]})
	}
	return all
}
