package command

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// listed returns the records of a kind, sorted by name.
func listed(all iter.Seq2[api.Listed, error], kind api.Kind) ([]api.Listed, error) {
	var found []api.Listed
	for l, err := range all {
		if err != nil {
			return nil, err
		}
		if !l.Unknown && l.Key.Kind == kind {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(x, y api.Listed) int { return cmp.Compare(x.Key.Name, y.Key.Name) })
	return found, nil
}

func list(names []string) string { return strings.Join(names, ", ") }

// unique returns the texts in their order, each once.
func unique(texts []string) (out []string) {
	for _, text := range texts {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// hasName reports whether a record can have that name, and warns if not. With a line end in it, a script would take it for
// the names of other records.
func (a *app) hasName(name string) bool {
	valid := api.ValidateName(name) == nil
	if !valid {
		a.errs.Line(screen.Warn.Render(a.errs.T("Warning:")) + " " + a.errs.F("a record is left out, because its name is not valid: %q", name))
	}
	return valid
}
