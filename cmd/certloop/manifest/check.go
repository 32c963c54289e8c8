package manifest

import (
	"slices"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/spec"
)

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
