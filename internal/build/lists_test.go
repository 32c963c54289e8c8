package build

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTexts_NoListAsGoWritesIt: fmt writes a slice or a map as [a b] or map[a:b], which users cannot read. A text enumerates it.
func TestTexts_NoListAsGoWritesIt(t *testing.T) {
	packages := exported(t, "../..", "certloop/cmd/...", "certloop/providers/...", "certloop/reconciler/...", "certloop/store/...")
	checked, files := 0, token.NewFileSet()
	imports := importing(files, packages)
	for _, p := range packages {
		if p.DepOnly || forTests(p.ImportPath) {
			continue
		}
		checked++
		for _, found := range listsFormatted(t, p, files, imports) {
			t.Error(found)
		}
	}
	if checked < 30 {
		t.Errorf("only %d packages were checked", checked)
	}
}

// TestTexts_AListIsFound holds that the test above finds what it is for.
func TestTexts_AListIsFound(t *testing.T) {
	dir := t.TempDir()
	source := `package p

import "fmt"

type note struct{}

func (note) F(format string, args ...any) string { return fmt.Sprintf(format, args...) }

type names []string

type shown []string

func (shown) String() string { return "" }

func texts(list []string, m map[string]int, n names, b []byte, s shown) {
	_ = fmt.Errorf("%v", list)
	_ = fmt.Sprintf("%d of %[2]s", 1, m)
	_ = note{}.F("for %q", n)
	_ = fmt.Sprintf("%x %d %s %v", b, len(list), s, list[0])
}
`
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	imports := importing(files, exported(t, "", "fmt"))
	found := listsFormatted(t, goPackage{Dir: dir, ImportPath: "p", GoFiles: []string{"p.go"}}, files, imports)
	if len(found) != 3 {
		t.Errorf("found: %s", strings.Join(found, "\n"))
	}
}

// forTests reports whether the texts of the package are read by tests only.
func forTests(path string) bool {
	for _, part := range []string{"/fake", "/contract", "/storetest", "/memory", "/sim"} {
		if strings.HasSuffix(path, part) || strings.Contains(path, part+"/") {
			return true
		}
	}
	return false
}

type goPackage struct {
	Dir, ImportPath, Export string
	GoFiles                 []string
	DepOnly                 bool
}

// exported returns the packages and all that they import, with what the compiler exported of each.
func exported(t *testing.T, dir string, patterns ...string) map[string]goPackage {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-export", "-deps", "-json=Dir,ImportPath,Export,GoFiles,DepOnly"}, patterns...)...)
	list.Dir, list.Stderr = dir, os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]goPackage{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

// importing imports the packages from what the compiler exported.
func importing(files *token.FileSet, packages map[string]goPackage) types.Importer {
	return importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(packages[path].Export) })
}

// listsFormatted returns each argument of a format in the package that is a slice, an array or a map.
func listsFormatted(t *testing.T, p goPackage, files *token.FileSet, imports types.Importer) (found []string) {
	t.Helper()
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: imports}
	if _, err := config.Check(p.ImportPath, files, parsed, info); err != nil {
		t.Fatal(err)
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call.Ellipsis.IsValid() || !formats(info, call) {
				return true
			}
			for _, arg := range call.Args {
				if isList(info.TypeOf(arg)) {
					at := files.Position(arg.Pos())
					found = append(found, at.String()+": a text formats "+info.TypeOf(arg).String()+": use api.Enumerate or strings.Join")
				}
			}
			return true
		})
	}
	return found
}

// formats reports whether the function called has the form of Printf, and the call a format.
func formats(info *types.Info, call *ast.CallExpr) bool {
	f, ok := info.TypeOf(call.Fun).(*types.Signature)
	if !ok || !f.Variadic() || f.Params().Len() < 2 {
		return false
	}
	last := f.Params().Len() - 1
	if len(call.Args) <= last || f.Params().At(last).Type().String() != "[]any" {
		return false
	}
	format := info.Types[call.Args[last-1]].Value
	return format != nil && format.Kind() == constant.String && strings.Contains(constant.StringVal(format), "%")
}

func isList(t types.Type) bool {
	if t == nil {
		return false
	}
	for _, method := range []string{"String", "Error"} {
		if m, _, _ := types.LookupFieldOrMethod(t, true, nil, method); m != nil {
			return false
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return !types.Identical(u.Elem().Underlying(), types.Typ[types.Byte])
	case *types.Array:
		return !types.Identical(u.Elem().Underlying(), types.Typ[types.Byte])
	case *types.Map:
		return true
	}
	return false
}
