package build

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// documentedAttribute matches a row of the tables of docs/reference/records.md whose first column is the attribute.
var documentedAttribute = regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")

// TestTerraform_TheModulesOfRecordsHaveEveryAttribute: an attribute that a module does not have cannot be written with
// Terraform. The controller refuses one that only the module has.
func TestTerraform_TheModulesOfRecordsHaveEveryAttribute(t *testing.T) {
	for module, c := range map[string]struct {
		section string
		others  []string // inputs that are not attributes
	}{
		"certificate": {"Certificate", []string{"table_name", "function_name", "wait", "placeholder", "policies"}},
		"account":     {"Account", []string{"table_name", "policies"}},
		"policy":      {"Policy", []string{"table_name"}},
	} {
		t.Run(module, func(t *testing.T) {
			want := append(documentedAttributes(t, c.section), c.others...)
			want = slices.DeleteFunc(want, func(s string) bool { return s == "kind" }) // the module sets it
			got := inputs(t, module)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("the inputs are\n%s, wanted\n%s", got, want)
			}
		})
	}
}

// TestTerraform_TheModulesOfRecordsHaveTheSameValues compares the lists that Terraform has to repeat.
func TestTerraform_TheModulesOfRecordsHaveTheSameValues(t *testing.T) {
	var keyTypes []string
	for _, k := range api.KeyTypes {
		keyTypes = append(keyTypes, string(k))
	}
	aliases := slices.Collect(maps.Keys(api.DirectoryAliases))
	for file, lists := range map[string]map[string][]string{
		"certificate/variables.tf": {
			"key_type":        keyTypes,
			"deletion_policy": {string(api.Retain), string(api.Delete)},
		},
		"account/variables.tf": {"key_type": keyTypes, "directory": aliases, "network": {string(api.NetworkPublic), string(api.NetworkPrivate)}},
	} {
		body := read(t, "../../terraform/modules/"+file)
		for variable, want := range lists {
			got := wordsOf(body, variable)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s knows %q, wanted %q", file, variable, got, want)
			}
		}
	}
}

// TestTerraform_ThePolicyModuleHasTheSameValues compares the lists in its names.tf, in which it searches for the
// nearest word.
func TestTerraform_ThePolicyModuleHasTheSameValues(t *testing.T) {
	body := read(t, "../../terraform/modules/policy/names.tf")
	var keyTypes []string
	for _, k := range api.KeyTypes {
		keyTypes = append(keyTypes, string(k))
	}
	for list, want := range map[string][]string{
		"key_types": keyTypes, "deletion_policies": {string(api.Retain), string(api.Delete)},
		"directories": slices.Collect(maps.Keys(api.DirectoryAliases)), "networks": {string(api.NetworkPublic), string(api.NetworkPrivate)},
	} {
		_, words, _ := strings.Cut(body, "\n    "+list)
		words, _, _ = strings.Cut(words, "]")
		got := matches(`"([^"]+)"`, words)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s are %q, wanted %q", list, got, want)
		}
	}
}

// wordsOf returns the strings of the list in the variable's condition.
func wordsOf(body, variable string) []string {
	_, block, _ := strings.Cut(body, "\nvariable \""+variable+"\" {\n")
	block, _, _ = strings.Cut(block, "\n}\n")
	_, list, _ := strings.Cut(block, "contains([")
	list, _, _ = strings.Cut(list, "]")
	var words []string
	for _, m := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(list, -1) {
		words = append(words, m[1])
	}
	return words
}

func inputs(t *testing.T, module string) (names []string) {
	t.Helper()
	dir := "../../terraform/modules/" + module
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "variables") {
			continue
		}
		for _, m := range terraformBlock.FindAllStringSubmatch(read(t, dir+"/"+e.Name()), -1) {
			names = append(names, m[2])
		}
	}
	return names
}

// documentedAttributes returns the attributes of the first table below the heading.
func documentedAttributes(t *testing.T, section string) (names []string) {
	t.Helper()
	_, text, ok := strings.Cut(read(t, "../../docs/reference/records.md"), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("docs/reference/records.md has no section %s", section)
	}
	_, text, _ = strings.Cut(text, "\n| attribute |")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, m := range documentedAttribute.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

func read(t *testing.T, file string) string {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestTerraform_AFleetHasEveryAttributeOfACertificate: an attribute that the fleet module does not pass on cannot be
// written with it.
func TestTerraform_AFleetHasEveryAttributeOfACertificate(t *testing.T) {
	body := read(t, "../../terraform/modules/fleet/main.tf")
	_, list, _ := strings.Cut(body, "  names = [")
	list, _, _ = strings.Cut(list, "]")
	listed := matches(`"(\w+)"`, list)
	handedOn := matches(`(?m)^  \w+ += each\.value\.(\w+)$`, body)
	want := slices.DeleteFunc(inputs(t, "certificate"), func(s string) bool {
		return slices.Contains([]string{"name", "table_name", "function_name", "wait", "placeholder", "policies"}, s)
	})
	for what, got := range map[string][]string{"knows": listed, "passes on": handedOn} {
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("the fleet %s %s, wanted %s", what, got, want)
		}
	}
}
