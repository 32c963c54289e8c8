package build

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	terraformBlock       = regexp.MustCompile(`(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}`)
	terraformDescription = regexp.MustCompile(`(?m)^  description = (".*")$`)
	terraformDefault     = regexp.MustCompile(`(?m)^  default += *(.*)$`)
)

// TestTheModulesTablesAreItsVariablesAndOutputs holds the tables of terraform/README.md.
func TestTheModulesTablesAreItsVariablesAndOutputs(t *testing.T) {
	text, err := os.ReadFile("../../terraform/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"variables.tf", "outputs.tf"} {
		rows := terraformRows(t, "../../terraform/"+file)
		if len(rows) == 0 {
			t.Fatalf("%s holds nothing", file)
		}
		if table := strings.Join(rows, "\n"); !strings.Contains(string(text), "|---|\n"+table+"\n\n") {
			t.Errorf("the table of %s in terraform/README.md has to be:\n%s", file, table)
		}
	}
}

// TestTheModuleHasFewVariables: whoever installs certloop reads all of them.
func TestTheModuleHasFewVariables(t *testing.T) {
	if n := len(terraformRows(t, "../../terraform/variables.tf")); n > 25 {
		t.Errorf("the module has %d variables, more than 25", n)
	}
}

func terraformRows(t *testing.T, file string) []string {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, block := range terraformBlock.FindAllStringSubmatch(string(body), -1) {
		description := terraformDescription.FindStringSubmatch(block[3])
		if description == nil {
			t.Errorf("%s %s has no description", block[1], block[2])
			continue
		}
		row := fmt.Sprintf("| `%s` | %s |", block[2], strings.ReplaceAll(strings.Trim(description[1], `"`), `\"`, `"`))
		if block[1] == "variable" {
			row += " " + shownDefault(block[3]) + " |"
		}
		rows = append(rows, row)
	}
	return rows
}

// shownDefault is the third column of a variable.
func shownDefault(block string) string {
	value := terraformDefault.FindStringSubmatch(block)
	if value == nil {
		return "required"
	}
	return "`" + value[1] + "`"
}
