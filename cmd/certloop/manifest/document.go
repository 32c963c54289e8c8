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

// kindOf returns the kind of the record, and reports a kind that is missing or that users do not write; it then returns
// the kind that the attributes belong to, or "".
func (r *reader) kindOf(root node, attributes map[string]any) api.Kind {
	given, at := attributes["kind"], root.find("kind")
	text, _ := given.(string)
	kind := api.Kind(text)
	guess := guessed(attributes)
	switch {
	case slices.Contains(writable, kind):
		return kind
	case given == nil:
		r.wrong(at, "kind", lang.Errorf("is missing: write kind: %s", guess))
		return guess
	case api.IsKnownKind(kind):
		r.wrong(at, "kind", lang.Errorf("%s is a kind that only the controller writes: use %s", kind, kinds()))
		return ""
	}
	if near := api.NearestKind(kind); near != "" {
		r.wrong(at, "kind", lang.Errorf("%s is not a kind of record: did you mean %s?", api.Quote(text), near))
		return near
	}
	r.wrong(at, "kind", lang.Errorf("%s is not a kind of record: use %s", api.Quote(fmt.Sprint(given)), kinds()))
	return guess
}

func kinds() string { return "Certificate, Account or Policy" }

// guessed returns the kind that only has these attributes.
func guessed(attributes map[string]any) api.Kind {
	has := func(name string) bool { _, ok := attributes[name]; return ok }
	name, _ := attributes["name"].(string)
	switch {
	case strings.HasPrefix(name, api.PolicyPrefix) || has("records"):
		return api.KindPolicy
	case has("directory"):
		return api.KindAccount
	}
	return api.KindCertificate
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

// finding is what package spec finds in an attribute.
type finding string

func (f finding) Error() string { return string(f) }

// at returns a problem of the record with its position in the document.
func (d *Document) at(p *spec.Problem) Problem {
	at := d.root.find(p.Attribute)
	if p.Attribute == "record" {
		at = d.root.at
	}
	return Problem{Position: at, Field: p.Attribute, Err: finding(p.Text)}
}

// unique reports a record that another document has too.
func (r *reader) unique(d Document) {
	at := d.root.find("name")
	if first, ok := r.seen[d.Key]; ok {
		r.wrong(at, "name", lang.Errorf("%s is there twice, first at %s: remove one", d.Key, first))
		return
	}
	r.seen[d.Key] = at
}

// Position returns where the document has the attribute with that path; if it has not, where the document begins.
func (d *Document) Position(path string) Position { return d.root.find(path) }

// Check returns the problems of a record that has the document's attributes, and others that the table has.
func (d *Document) Check(record map[string]any, defaults spec.Defaults) Problems {
	var found Problems
	for _, p := range spec.Check(record, defaults) {
		problem := d.at(p)
		first, _ := firstStep(p.Attribute)
		_, here := d.Attributes[first]
		if _, there := record[first]; there && !here {
			problem.Err = lang.Errorf("%w (the table has %s, this file does not: to remove it, write %s: null)", problem.Err, first, first)
		}
		found = append(found, problem)
	}
	return found
}

// Removals returns the problems of attributes that are null, so that they are to be removed, and that are neither known nor in
// the record: a misspelled one would have no effect.
func (d *Document) Removals(record map[string]any, defaults spec.Defaults) Problems {
	var found Problems
	for _, m := range d.root.members {
		_, there := record[m.name]
		if m.value.kind != kindNull || there {
			continue
		}
		for _, p := range spec.Check(map[string]any{"kind": string(d.Key.Kind), m.name: true}, defaults) {
			if !slices.Contains(spec.Attributes(d.Key.Kind), m.name) && d.at(p).Position == m.at {
				found = append(found, d.at(p))
			}
		}
	}
	return found
}

// Has reports whether the document has the attribute that a path begins with.
func (d *Document) Has(path string) bool {
	first, _ := firstStep(path)
	_, ok := d.Attributes[first]
	return ok
}
