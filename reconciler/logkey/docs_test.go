package logkey_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	row = regexp.MustCompile("(?m)^\\| ((?:`[a-z_]+`(?:, )?)+) \\| ")
	key = regexp.MustCompile("`([a-z_]+)`")
)

// ofTheLogger are set by package slog.
var ofTheLogger = []string{"timestamp", "level", "message"}

// TestTheDocsHaveExactlyTheKeys holds the table of docs/reference/logs.md.
func TestTheDocsHaveExactlyTheKeys(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "\n| key | is |\n")
	if !ok {
		t.Fatal("the docs have no table of keys")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	inDocs := map[string]bool{}
	for _, r := range row.FindAllStringSubmatch(table, -1) {
		for _, k := range key.FindAllStringSubmatch(r[1], -1) {
			inDocs[k[1]] = true
		}
	}
	for _, k := range append(constants(t), ofTheLogger...) {
		if !inDocs[k] {
			t.Errorf("%s is not in the docs", k)
		}
		delete(inDocs, k)
	}
	for k := range inDocs {
		t.Errorf("%s is in the docs and nowhere else", k)
	}
}

// constants are the values of all constants of the package.
func constants(t *testing.T) (all []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "logkey.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok {
			value, err := strconv.Unquote(l.Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, value)
		}
		return true
	})
	if len(all) == 0 {
		t.Fatal("there is no constant")
	}
	return all
}
