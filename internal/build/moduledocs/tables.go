package moduledocs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// These marks enclose the tables of a README.
const (
	beginInputs  = "<!-- inputs: written by make terraform-docs -->\n"
	beginOutputs = "<!-- outputs: written by make terraform-docs -->\n"
	end          = "<!-- end -->\n"
)

// README returns the README of the module in that folder: the current text and the wanted one.
func README(folder string) (is, want string, err error) {
	m, err := read(folder)
	if err != nil {
		return "", "", err
	}
	file := filepath.Join(folder, "README.md")
	body, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	is = string(body)
	if want, err = between(is, beginInputs, inputs(m.inputs)); err == nil {
		want, err = between(want, beginOutputs, outputs(m.outputs))
	}
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", file, err)
	}
	return is, want, nil
}

// between returns text with table after the mark begin, up to the next end.
func between(text, begin, table string) (string, error) {
	before, rest, ok := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		return "", fmt.Errorf("%q, and %q after it, are missing: put them where the table belongs", begin, end)
	}
	return before + begin + "\n" + table + "\n" + end + after, nil
}

func inputs(all []entry) string {
	var b strings.Builder
	b.WriteString("| name | description | type | default | required |\n|---|---|---|---|---|\n")
	for _, e := range all {
		required := "no"
		if e.value == "" {
			required = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", e.name, cell(e.description), code(e.valueType), code(e.value), required)
	}
	return b.String()
}

func outputs(all []entry) string {
	var b strings.Builder
	b.WriteString("| name | description |\n|---|---|\n")
	for _, e := range all {
		fmt.Fprintf(&b, "| `%s` | %s |\n", e.name, cell(e.description))
	}
	return b.String()
}

func code(source string) string {
	if source == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(strings.Join(strings.Fields(source), " "), "|", `\|`) + "`"
}

// cell returns a description in the form for a table: characters outside of code that Markdown would interpret are
// escaped.
func cell(description string) string {
	parts := strings.Split(strings.ReplaceAll(description, "|", `\|`), "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer("*", `\*`, "<", `\<`, "[", `\[`).Replace(parts[i])
	}
	return strings.Join(parts, "`")
}
