package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var namedVariable = regexp.MustCompile(`CERTLOOP_[A-Z_]+`)

// TestTerraform_SetsOrAllowsEveryVariable checks that the Terraform module sets each variable or lets its user set it.
// The function refuses to start with an unknown variable.
func TestTerraform_SetsOrAllowsEveryVariable(t *testing.T) {
	set := variablesIn(t, "../../terraform/function.tf", `(?s)\n  environment = merge\((.*?)\n  \)\n`)
	free := variablesIn(t, "../../terraform/variables.tf", `(?s)\n    condition = alltrue\(\[for key in keys\(var.environment\) : !startswith(.*?)\]`)
	for _, v := range variables {
		if !strings.HasPrefix(v.name, prefix) {
			continue // set by Lambda
		}
		if set[v.name] == free[v.name] {
			t.Errorf("%s: the module sets it: %v, its user may set it: %v", v.name, set[v.name], free[v.name])
		}
		delete(set, v.name)
		delete(free, v.name)
	}
	for _, unknown := range []map[string]bool{set, free} {
		for name := range unknown {
			t.Errorf("the module knows %s, and the function does not", name)
		}
	}
}

// variablesIn returns the names of variables in the part of the file that the expression captures.
func variablesIn(t *testing.T, file, part string) map[string]bool {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(part).FindSubmatch(body)
	if found == nil {
		t.Fatalf("%s has no part %s", file, part)
	}
	names := map[string]bool{}
	for _, name := range namedVariable.FindAllString(string(found[1]), -1) {
		names[name] = true
	}
	return names
}
