// Package moduledocs makes the tables of inputs and outputs in the README of a Terraform module from its files.
package moduledocs

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// entry is a variable or an output of a module.
type entry struct {
	name, description string
	// valueType and value are a variable's type and default as they are written; an empty value means that there is no
	// default.
	valueType, value string
}

// module is what callers see of a module, in the order of its files.
type module struct{ inputs, outputs []entry }

// read parses the files of the module in that folder.
func read(folder string) (m module, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(files) == 0 {
		return m, errors.Join(fmt.Errorf("%s holds no module", folder), err)
	}
	// The files are read in the order of their names: outputs.tf, then variables.tf before variables_targets.tf.
	slices.Sort(files)
	parser := hclparse.NewParser()
	for _, file := range files {
		parsed, problems := parser.ParseHCLFile(file)
		if problems.HasErrors() {
			return m, problems
		}
		if err := m.add(parsed); err != nil {
			return m, err
		}
	}
	return m, nil
}

func (m *module) add(file *hcl.File) error {
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		if block.Type != "variable" && block.Type != "output" {
			continue
		}
		e := entry{name: block.Labels[0]}
		source := func(attribute string) string {
			if a, ok := block.Body.Attributes[attribute]; ok {
				return string(a.Expr.Range().SliceBytes(file.Bytes))
			}
			return ""
		}
		e.valueType, e.value = source("type"), source("default")
		if e.description = text(block.Body.Attributes["description"]); e.description == "" {
			return fmt.Errorf("%s %s has no description", block.Type, e.name)
		}
		if block.Type == "variable" {
			m.inputs = append(m.inputs, e)
		} else {
			m.outputs = append(m.outputs, e)
		}
	}
	return nil
}

// text returns the value of an attribute that is a string, on one line.
func text(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	value, problems := a.Expr.Value(nil)
	if problems.HasErrors() {
		return ""
	}
	return strings.Join(strings.Fields(value.AsString()), " ")
}
