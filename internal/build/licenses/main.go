// Command licenses writes the licences of all code that is linked into a program, including Go's own, as one text:
//
//	licenses -o dist/THIRD_PARTY_LICENSES ./cmd/bootstrap
//
// It fails if a module has no licence file: such a module must not be shipped.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "", "the file to write")
	flag.Parse()
	if flag.NArg() != 1 || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	text, err := notice(flag.Arg(0))
	if err == nil {
		err = os.WriteFile(*out, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// notice returns the licences of what is linked into the package. Modules with the same text share one copy of it.
func notice(pkg string) (string, error) {
	modules, err := linked(pkg)
	if err != nil {
		return "", err
	}
	var order []string
	users := map[string][]string{}
	for _, m := range modules {
		text, err := m.licence()
		if err != nil {
			return "", err
		}
		if users[text] == nil {
			order = append(order, text)
		}
		users[text] = append(users[text], strings.TrimSpace(m.Path+" "+m.Version))
	}
	var b strings.Builder
	b.WriteString("certloop contains code of others, under these licences.\n")
	for _, text := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(users[text], "\n"), strings.TrimSpace(text))
	}
	return b.String(), nil
}

// module is what go list prints of a module.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// linked returns the modules that a build of the package for Lambda contains, sorted by path, with Go itself first.
func linked(pkg string) ([]module, error) {
	root, err := output("go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	list, err := output("go", "list", "-deps", "-tags", "lambda.norpc", "-json=Module", pkg)
	if err != nil {
		return nil, err
	}
	found := map[string]module{}
	for d := json.NewDecoder(strings.NewReader(list)); d.More(); {
		var p struct{ Module *module }
		if err := d.Decode(&p); err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Module != nil && !p.Module.Main {
			found[p.Module.Path] = *p.Module
		}
	}
	modules := []module{{Path: "Go", Dir: root}}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		modules = append(modules, found[path])
	}
	return modules, nil
}

func output(name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(command.Args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// licence returns the text of the module's licence and notice files.
func (m module) licence() (string, error) {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return "", fmt.Errorf("module %s: %w", m.Path, err)
	}
	var texts []string
	found := false
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		licence := strings.HasPrefix(name, "LICENSE") || strings.HasPrefix(name, "LICENCE") || strings.HasPrefix(name, "COPYING")
		if e.IsDir() || !licence && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(m.Dir, e.Name()))
		if err != nil {
			return "", fmt.Errorf("module %s: %w", m.Path, err)
		}
		found = found || licence
		texts = append(texts, strings.TrimSpace(string(b)))
	}
	if !found {
		return "", fmt.Errorf("module %s has no licence file", m.Path)
	}
	return strings.Join(texts, "\n\n"), nil
}
