package migrate

import (
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// No two records get the same name, whatever the input calls them.
func TestNamer_NeverGivesANameTwice(t *testing.T) {
	var n Namer
	given := map[string]string{}
	long := strings.Repeat("a", 70)
	for _, text := range []string{"a", "A", "a", "a-2", "a-2", "*.b", "wildcard.b", "日本", "本日", "", "---", long, long + "b", long, "certificate", "a.", "a_"} {
		name := n.Name(text)
		if before, twice := given[name]; twice || api.ValidateName(name) != nil {
			t.Errorf("%q gets the name %q, as %q did, or it is not valid", text, name, before)
		}
		given[name] = text
	}
}
