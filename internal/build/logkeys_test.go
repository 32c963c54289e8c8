package build

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLog_EveryMessageIsInTheDocs checks that every log message is explained in the documents.
func TestLog_EveryMessageIsInTheDocs(t *testing.T) {
	docs, err := os.ReadFile("../../docs/reference/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, folder := range []string{"reconciler", "cmd/bootstrap"} {
		for _, f := range parse(t, filepath.Join("../..", folder)) {
			ast.Inspect(f.file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				on, method := callee(call)
				level := strings.TrimSuffix(method, "Context")
				if !strings.EqualFold(on, "log") || !slices.Contains([]string{"Debug", "Info", "Warn", "Error", "LogAttrs"}, level) {
					return true
				}
				if text := firstText(call.Args); text != nil {
					messages++
					message, _, _ := strings.Cut(strings.Trim(text.(*ast.BasicLit).Value, `"`), ":")
					if !strings.Contains(string(docs), "`"+message) {
						t.Errorf("%s: %q is not in docs/reference/logs.md", f.at(call), message)
					}
				}
				return true
			})
		}
	}
	if messages < 10 {
		t.Errorf("only %d messages were found", messages)
	}
}

// TestLog_LinesUseTheKeysOfOneFile checks the sources that write log lines. Keys that are spelled in place soon
// have two spellings; a slog.Duration is nanoseconds in JSON.
func TestLog_LinesUseTheKeysOfOneFile(t *testing.T) {
	lines := 0
	for _, folder := range []string{"reconciler", "cmd/bootstrap"} {
		for _, f := range parse(t, filepath.Join("../..", folder)) {
			ast.Inspect(f.file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				on, method := callee(call)
				switch {
				case on == "slog" && slices.Contains([]string{"String", "Int", "Int64", "Float64", "Bool", "Time", "Any"}, method):
					lines++
					if !fromLogkey(call.Args[0]) {
						t.Errorf("%s: the key is not one of logkey", f.at(call))
					}
				case on == "slog" && method == "Duration":
					t.Errorf("%s: write seconds", f.at(call))
				case strings.EqualFold(on, "log") && method != "LogAttrs":
					if slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return isText(a) && a != firstText(call.Args) }) {
						t.Errorf("%s: a key or message beside the first", f.at(call))
					}
				}
				return true
			})
		}
	}
	if lines < 20 {
		t.Errorf("only %d attributes were found", lines)
	}
}

type parsed struct {
	file *ast.File
	set  *token.FileSet
}

func (p parsed) at(n ast.Node) string { return p.set.Position(n.Pos()).String() }

// parse returns the sources under a folder, without its tests and the simulation.
func parse(t *testing.T, folder string) (all []parsed) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "sim":
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		all = append(all, parsed{file, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// callee returns what is called: the last name before the method, and the method.
func callee(call *ast.CallExpr) (on, method string) {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	switch x := s.X.(type) {
	case *ast.Ident:
		return x.Name, s.Sel.Name
	case *ast.SelectorExpr:
		return x.Sel.Name, s.Sel.Name
	}
	return "", s.Sel.Name
}

// fromLogkey also accepts a parameter that is called key: its caller passes one of logkey.
func fromLogkey(e ast.Expr) bool {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name == "key"
	}
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "logkey"
}

func isText(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Kind == token.STRING
}

func firstText(args []ast.Expr) ast.Expr {
	for _, a := range args {
		if isText(a) {
			return a
		}
	}
	return nil
}
