package build

import (
	"regexp"
	"testing"

	"certloop/internal/build/moduledocs"
)

var terraformBlock = regexp.MustCompile(`(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}`)

// TestTerraform_TheTablesOfAModuleAreThoseOfItsFiles checks the README of each Terraform module.
func TestTerraform_TheTablesOfAModuleAreThoseOfItsFiles(t *testing.T) {
	folders, err := moduledocs.Folders("../../terraform")
	if err != nil || len(folders) < 8 {
		t.Fatal(folders, err)
	}
	for _, folder := range folders {
		is, want, err := moduledocs.README(folder)
		if err != nil {
			t.Error(err)
		} else if is != want {
			t.Errorf("the tables of %s/README.md are not those of its files: run make terraform-docs", folder)
		}
	}
}

// TestTerraform_TheModuleHasFewVariables: everybody who installs certloop reads all of them.
func TestTerraform_TheModuleHasFewVariables(t *testing.T) {
	if n := len(terraformBlock.FindAllString(read(t, "../../terraform/variables.tf"), -1)); n < 10 || n > 26 {
		t.Errorf("the module has %d variables, want 10 to 26", n)
	}
}
