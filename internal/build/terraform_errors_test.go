package build

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// usesSelf finds a postcondition that refers to its own resource.
var usesSelf = regexp.MustCompile(`(?s)\n *postcondition \{[^}]*\bself\.`)

// TestTerraform_AFailedResourceIsOneError: Terraform evaluates a postcondition also after its resource failed. self
// does not exist then, and every use of it adds an error that hides the cause.
func TestTerraform_AFailedResourceIsOneError(t *testing.T) {
	const example = "\n    postcondition {\n      condition = self.result != \"\"\n"
	if !usesSelf.MatchString(example) {
		t.Fatal("a postcondition that uses self would not be found")
	}
	for file, body := range terraformFiles(t) {
		if usesSelf.MatchString(body) {
			t.Errorf("%s: a postcondition uses self: write a precondition of an output, which is skipped where the resource failed", file)
		}
	}
}

// TestTerraform_NoInputIsAnObjectType: Terraform drops attributes that an object type does not have, so a typo would
// have no effect and no message.
func TestTerraform_NoInputIsAnObjectType(t *testing.T) {
	object := regexp.MustCompile(`(?m)^  type += .*object\(`)
	for file, body := range terraformFiles(t) {
		for _, block := range terraformBlock.FindAllStringSubmatch(body, -1) {
			if block[1] == "variable" && object.MatchString(block[3]) {
				t.Errorf("%s: variable %s has an object type: use any, and refuse the attributes that are not known", file, block[2])
			}
		}
	}
}

// terraformFiles returns the files of the modules and examples, by name.
func terraformFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir("../../terraform", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".tf") {
			files[path] = read(t, path)
		}
		return err
	})
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	return files
}
