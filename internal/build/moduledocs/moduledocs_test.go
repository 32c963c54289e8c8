package moduledocs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const someModule = `
variable "first" {
  description = "Patterns such as *.example.com, a|b and ` + "`*`" + `; <none> by default."
  type        = map(list(string))
  default     = { a = [] }
  validation {
    condition     = true
    error_message = "no"
  }
}

variable "second" {
  type        = string
  description = <<-EOT
    Two
    lines.
  EOT
}

resource "x" "y" {}

output "third" {
  description = "The end."
  value       = 1
}
`

const someREADME = "# m\n\n" + beginInputs + "old\n" + end + "\ntext\n\n" + beginOutputs + end + "last\n"

func TestREADME_HasTheTablesOfTheFiles(t *testing.T) {
	want := "# m\n\n" + beginInputs + `
| name | description | type | default | required |
|---|---|---|---|---|
` + "| `first` | Patterns such as \\*.example.com, a\\|b and `*`; \\<none> by default. | `map(list(string))` | `{ a = [] }` | no |\n" +
		"| `second` | Two lines. | `string` |  | yes |\n\n" + end + "\ntext\n\n" + beginOutputs + "\n| name | description |\n|---|---|\n| `third` | The end. |\n\n" + end + "last\n"
	folder := written(t, someModule, someREADME)
	if _, got, err := README(folder); err != nil || got != want {
		t.Fatalf("%v\n%s\nwant\n%s", err, got, want)
	}
	folder = written(t, someModule, want)
	if is, got, err := README(folder); err != nil || got != is {
		t.Errorf("written once more it changes: %v\n%s", err, got)
	}
}

func TestREADME_IsRefused(t *testing.T) {
	for sentence, c := range map[string]struct{ module, readme, want string }{
		"without the marks":          {someModule, "# m\n", "put them where the table belongs"},
		"without the end of a table": {someModule, strings.Replace(someREADME, end+"last", "last", 1), "put them where"},
		"without a description":      {`variable "x" {}`, someREADME, "variable x has no description"},
		"where a file is no HCL":     {`variable {`, someREADME, "m.tf"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if _, _, err := README(written(t, c.module, c.readme)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	if _, _, err := README(t.TempDir()); err == nil {
		t.Error("an empty folder is a module")
	}
}

func written(t *testing.T, module, readme string) string {
	t.Helper()
	folder := t.TempDir()
	for name, body := range map[string]string{"m.tf": module, "README.md": readme} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
