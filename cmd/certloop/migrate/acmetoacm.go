package migrate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"certloop/reconciler/api"
)

// These are the fields of acme-to-acm's domains.json, version 1.0.
var (
	documentFields    = []string{"version", "defaults", "certificates"}
	defaultFields     = []string{"email", "acmeProvider", "renewDaysBeforeExpiry"}
	certificateFields = []string{"id", "domains", "email", "acmeProvider", "acmeServerUrl", "route53HostedZoneId", "acmCertificateArn",
		"renewDaysBeforeExpiry", "enabled", "keyType", "rsaKeySize"}
)

// acmeToACM reads a domains.json.
func (b *builder) acmeToACM(body []byte) {
	root, line, err := parseJSON(body)
	if err != nil {
		b.note(Problem, line, "", b.F("it is not JSON: %s", b.Error(err)))
		return
	}
	document, ok := b.object(root, documentFields)
	if !ok {
		return
	}
	if version := document["version"]; version != nil && version.value != "1.0" {
		b.note(Info, version.line, version.path, b.T(`the version is not "1.0": what this version means differently is not known`))
	}
	defaults := map[string]*node{}
	if d := document["defaults"]; d != nil && d.value != nil {
		defaults, _ = b.object(d, defaultFields)
	}
	list := document["certificates"]
	if list == nil {
		b.note(Problem, root.line, "certificates", b.T("certificates is missing: is this the domains.json of acme-to-acm?"))
		return
	}
	items, ok := list.value.([]*node)
	if !ok {
		b.note(Problem, list.line, list.path, b.T("it must be a list"))
	}
	for _, item := range items {
		if fields, ok := b.object(item, certificateFields); ok {
			(&entry{builder: b, at: item, fields: fields, defaults: defaults}).carry()
		}
	}
}

// object returns the fields of an object by name, and reports those that are not known or are there twice.
func (b *builder) object(n *node, known []string) (map[string]*node, bool) {
	list, ok := n.value.([]field)
	if !ok {
		b.note(Problem, n.line, n.path, b.T("it must be an object"))
		return nil, false
	}
	found := map[string]*node{}
	for _, f := range list {
		switch {
		case found[f.name] != nil:
			b.note(Problem, f.line, f.path, b.T("it is there twice: the last one is used"))
		case slices.Contains(known, f.name):
		case api.Nearest(f.name, known) != "":
			b.note(Problem, f.line, f.path, b.F("it is not a field of acme-to-acm: did you mean %s?", api.Nearest(f.name, known)))
		default:
			b.note(Lost, f.line, f.path, b.T("it is not a field of acme-to-acm, and certloop has no counterpart"))
		}
		found[f.name] = f.node
	}
	return found, true
}

// entry is one entry of certificates.
type entry struct {
	*builder
	at               *node
	fields, defaults map[string]*node
}

// get returns a field, or its default; nil: neither is set.
func (e *entry) get(name string) *node {
	for _, from := range []map[string]*node{e.fields, e.defaults} {
		if n := from[name]; n != nil && n.value != nil {
			return n
		}
	}
	return nil
}

// text returns a string field, "" without one, and its place.
func (e *entry) text(name string) (string, *node) {
	n := e.get(name)
	if n == nil {
		return "", e.at
	}
	s, ok := n.value.(string)
	if !ok {
		e.note(Problem, n.line, n.path, e.T("it must be a string"))
	}
	return strings.TrimSpace(s), n
}

// number returns a whole number, and whether there is one.
func (e *entry) number(name string) (value int, at *node, ok bool) {
	n := e.get(name)
	if n == nil {
		return 0, e.at, false
	}
	if number, isNumber := n.value.(json.Number); isNumber {
		if value, err := strconv.Atoi(number.String()); err == nil {
			return value, n, true
		}
	}
	e.note(Problem, n.line, n.path, e.T("it must be a whole number"))
	return 0, n, false
}

// carry makes the record of one certificate.
func (e *entry) carry() {
	account, ok := e.directory()
	if !ok {
		return
	}
	r := Record{"kind": string(api.KindCertificate), "account": account, "domains": e.domains()}
	r["name"] = e.name(r)
	e.zone(r)
	e.arn(r)
	e.renewal(r)
	e.key(r)
	e.enabled(r)
	e.certificates = append(e.certificates, r)
	e.check(r, func(problem string) (int, string) {
		if m := domainAt.FindStringSubmatch(problem); m != nil {
			if list, ok := e.fields["domains"].value.([]*node); ok {
				if i, err := strconv.Atoi(m[1]); err == nil && i < len(list) {
					return list[i].line, list[i].path
				}
			}
		}
		return e.at.line, e.at.path
	})
}

func (e *entry) domains() []any {
	n := e.get("domains")
	if n == nil {
		return []any{}
	}
	list, ok := n.value.([]*node)
	if !ok {
		e.note(Problem, n.line, n.path, e.T("it must be a list"))
		return []any{}
	}
	names := []any{}
	for _, item := range list {
		names = append(names, item.value)
		if _, ok := item.value.(string); !ok {
			e.note(Problem, item.line, item.path, e.T("it must be a string"))
			names[len(names)-1] = ""
		}
	}
	return names
}

// name returns the record's name: the id in the characters that names have.
func (e *entry) name(r Record) string {
	id, at := e.text("id")
	if id == "" {
		id = firstName(r)
	}
	name := e.names.Name(id)
	if name != id {
		e.note(Info, at.line, at.path, e.F("the record is named %s: names have 1 to 63 of a-z, 0-9, '.' and '-', and are unique", name))
	}
	return name
}

func firstName(r Record) string {
	if names, ok := r["domains"].([]any); ok && len(names) > 0 {
		if first, ok := names[0].(string); ok {
			return first
		}
	}
	return ""
}
