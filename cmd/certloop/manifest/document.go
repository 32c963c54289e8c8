package manifest

import (
	"fmt"
	"slices"
	"strings"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// writable are the kinds of records that users and administrators write.
var writable = []api.Kind{api.KindCertificate, api.KindAccount, api.KindPolicy}

// document reads one record.
func (r *reader) document(file string, root node) {
	if root.kind == kindNull {
		return
	}
	if len(r.documents) >= maxDocuments {
		if len(r.documents) == maxDocuments {
			r.wrong(root.at, "", lang.Errorf("is record %d: use at most %d at a time", maxDocuments+1, maxDocuments))
			r.documents = append(r.documents, Document{})
		}
		return
	}
	if root.kind != kindMap {
		r.wrong(root.at, "", lang.Errorf("is not a record: write its attributes, such as name, kind and domains"))
		return
	}
	if isWire(root) {
		r.wrong(root.at, "", lang.Errorf(`is in the form of aws dynamodb put-item: write plain values, such as "name": "www"`))
		return
	}
	r.twice(root, "", 0)
	d := Document{Attributes: map[string]any{}, file: file, root: root}
	for _, m := range slices.Backward(root.members) {
		d.Attributes[m.name] = m.value.plain()
	}
	kind := r.kindOf(root, d.Attributes)
	r.check(&d, kind)
	if name, ok := d.Attributes["name"].(string); ok && kind != "" {
		d.Key = api.Key{Kind: kind, Name: strings.TrimPrefix(name, prefixOf(kind))}
		r.unique(d)
		r.documents = append(r.documents, d)
	}
}

func prefixOf(kind api.Kind) string {
	if kind == api.KindPolicy {
		return api.PolicyPrefix
	}
	return ""
}

// isWire reports whether a value is an item as the AWS CLI reads it, in which each value has its type as a name.
func isWire(root node) bool {
	name, _ := root.get("name")
	_, ok := name.get("S")
	return ok && len(name.members) == 1
}

// twice reports names that a map has twice: only one of the values would count.
func (r *reader) twice(n node, path string, depth int) {
	first := map[string]Position{}
	for _, m := range n.members {
		field := strings.TrimPrefix(path+shownName(m.name), ".")
		if at, ok := first[m.name]; ok {
			r.wrong(m.at, field, lang.Errorf("is there twice, first in line %d: remove one", at.Line))
		} else {
			first[m.name] = m.at
		}
		r.twice(m.value, field, depth+1)
	}
	for i, e := range n.entries {
		r.twice(e, fmt.Sprintf("%s[%d]", path, i), depth+1)
	}
}

// shownName returns a name as the next step of a path.
func shownName(name string) string {
	if name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == "" {
		return "." + name
	}
	return "[" + api.Quote(name) + "]"
}

// check reports what package spec refuses in the attributes that the document has.
func (r *reader) check(d *Document, kind api.Kind) {
	if kind == "" {
		return
	}
	whole := map[string]any{}
	for name, value := range d.Attributes {
		// null removes an attribute, also one that is not known: see Removals.
		if value != nil {
			whole[name] = value
		}
	}
	whole["kind"] = string(kind)
	for _, p := range spec.Check(whole, r.defaults) {
		first, _ := firstStep(p.Attribute)
		_, given := d.Attributes[first]
		if !given && first != "name" && slices.Contains(spec.Attributes(kind), first) {
			continue // the record in the table may have it
		}
		r.problems = append(r.problems, d.at(p))
	}
}
