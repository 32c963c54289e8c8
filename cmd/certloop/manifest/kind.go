package manifest

import (
	"fmt"
	"slices"
	"strings"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

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
