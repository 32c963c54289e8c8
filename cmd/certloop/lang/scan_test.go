package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// use is one call of T, F or lang.Errorf in the source of the command line.
type use struct {
	at     string
	text   string
	format bool
}

// scan finds the calls of T, F and lang.Errorf in the files of one package. Only lang.Language has methods of these names
// there. Calls whose text cannot be known are returned as the second value.
func scan(set *token.FileSet, files []*ast.File) (found []use, unknown []string) {
	constants := constantsOf(files)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !translates(method) {
				return true
			}
			at := set.Position(call.Pos()).String()
			text, known := literal(call.Args[0], constants)
			if !known {
				unknown = append(unknown, at)
				return true
			}
			found = append(found, use{at: at, text: text, format: method.Sel.Name != "T"})
			return true
		})
	}
	return found, unknown
}

// translates reports whether a call's first argument is a text of the catalogue.
func translates(method *ast.SelectorExpr) bool {
	of, isName := method.X.(*ast.Ident)
	switch method.Sel.Name {
	case "T", "F":
		return true
	case "Errorf":
		return isName && of.Name == "lang"
	}
	return false
}

// constantsOf returns the values of a package's constants, at the top or in functions, by name.
func constantsOf(files []*ast.File) map[string]ast.Expr {
	all := map[string]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			decl, ok := n.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				return true
			}
			for _, s := range decl.Specs {
				spec := s.(*ast.ValueSpec)
				for i, value := range spec.Values {
					all[spec.Names[i].Name] = value
				}
			}
			return true
		})
	}
	return all
}

// literal returns the text of a literal, a sum of literals, or a constant of the package.
func literal(e ast.Expr, constants map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return literal(e.X, constants)
	case *ast.BinaryExpr:
		left, ok := literal(e.X, constants)
		right, both := literal(e.Y, constants)
		return left + right, ok && both && e.Op == token.ADD
	case *ast.Ident:
		if value, ok := constants[e.Name]; ok {
			return literal(value, constants)
		}
	}
	return "", false
}

// usesOf returns every text of the catalogue that is used below a folder, tests apart.
func usesOf(t *testing.T, folder string) (all []use) {
	t.Helper()
	set, packages := parsed(t, folder)
	for _, files := range packages {
		found, unknown := scan(set, files)
		all = append(all, found...)
		for _, at := range unknown {
			t.Errorf("%s: the text is neither a string literal nor a constant of the package, so the catalogue cannot have it", at)
		}
	}
	return all
}

// parsed returns the files below a folder by package, without tests.
func parsed(t *testing.T, folder string) (set *token.FileSet, packages map[string][]*ast.File) {
	t.Helper()
	set, packages = token.NewFileSet(), map[string][]*ast.File{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse %s: %w", path, err)
		}
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, packages
}
