package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// variable has the number of the decision that is disabled.
const variable = "CERTLOOP_MUTANT"

// support is what the copy needs besides.
const support = `package %s

import (
	"os"
	"strconv"
)

var mutantDisabled, _ = strconv.Atoi(os.Getenv("` + variable + `"))

func mutantLive(n int) bool { return n != mutantDisabled }

func mutantOr[T any](n int, value, otherwise T) T {
	if mutantLive(n) {
		return value
	}
	return otherwise
}
`

// A point is a decision that can be disabled.
type point struct {
	number    int
	file      string
	line      int
	text      string
	explained bool
}

func (p point) String() string { return fmt.Sprintf("%s:%d %s", p.file, p.line, p.text) }

// An edit replaces the source between two offsets. Edits do not overlap, except where one encloses another.
type edit struct {
	at   int
	text string
	// inner is true for what closes.
	closes bool
}

// instrument writes the copy of the package into work, without the points that are left out. It returns the points, and the file
// that lays the copy over the package.
func instrument(folder, work string, left map[int]bool) ([]point, string, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, "", err
	}
	var points []point
	replace := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		found, text, err := rewrite(name, source, len(points)+1, left)
		if err != nil {
			return nil, "", err
		}
		points = append(points, found...)
		if err := lay(replace, name, filepath.Join(work, filepath.Base(name)), text); err != nil {
			return nil, "", err
		}
	}
	added := filepath.Join(folder, "mutants_support.go")
	if err := lay(replace, added, filepath.Join(work, "mutants_support.go"), fmt.Sprintf(support, filepath.Base(folder))); err != nil {
		return nil, "", err
	}
	overlay := filepath.Join(work, "overlay.json")
	encoded, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	return points, overlay, os.WriteFile(overlay, encoded, 0o600)
}

// rewrite returns the decisions of a file, numbered from first on, and its source in which each can be disabled.
func rewrite(name string, source []byte, first int, left map[int]bool) ([]point, string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, "", err
	}
	c := copier{set: set, source: source, name: name, left: left, next: first}
	ast.Inspect(file, c.visit)
	return c.points, c.text(), nil
}

func lay(replace map[string]string, name, at, text string) error {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	replace[absolute] = at
	return os.WriteFile(at, []byte(text), 0o600)
}

type copier struct {
	set    *token.FileSet
	source []byte
	name   string
	left   map[int]bool
	next   int
	points []point
	edits  []edit
}

func (c *copier) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		c.disable(n.Cond)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, clause := range n.Body.List {
				if list := clause.(*ast.CaseClause).List; len(list) > 0 {
					c.disable(list...)
				}
			}
		}
	case *ast.CallExpr:
		c.clamp(n)
	case *ast.CompositeLit:
		c.rows(n)
	}
	return true
}

// add makes a point of what begins at n; 0: it is left out.
func (c *copier) add(n ast.Node, text string) int {
	number := c.next
	c.next++
	at := c.set.Position(n.Pos())
	c.points = append(c.points, point{number: number, file: c.name, line: at.Line, text: text, explained: c.isExplained(at.Line)})
	if c.left[number] {
		return 0
	}
	return number
}

// disable lets conditions be false.
func (c *copier) disable(conditions ...ast.Expr) {
	number := c.add(conditions[0], c.of(conditions[0]))
	for _, e := range conditions {
		c.wrap(e, number, fmt.Sprintf("mutantLive(%d) && (", number), ")")
	}
}

// clamp lets a min or max be the first of its arguments that is not a literal.
func (c *copier) clamp(call *ast.CallExpr) {
	name, ok := call.Fun.(*ast.Ident)
	if !ok || (name.Name != "min" && name.Name != "max") || len(call.Args) < 2 {
		return
	}
	at := slices.IndexFunc(call.Args, func(e ast.Expr) bool { _, literal := e.(*ast.BasicLit); return !literal })
	if at < 0 {
		return
	}
	number := c.add(call, c.of(call))
	c.wrap(call, number, fmt.Sprintf("mutantOr(%d, ", number), ", "+c.of(call.Args[at])+")")
}

// rows lets each function of a table of decisions decide nothing.
func (c *copier) rows(table *ast.CompositeLit) {
	list, ok := table.Type.(*ast.ArrayType)
	if !ok {
		return
	}
	if named, ok := list.Elt.(*ast.Ident); ok && named.Name == "row" {
		for _, row := range table.Elts {
			if fields, ok := row.(*ast.CompositeLit); ok && len(fields.Elts) > 0 {
				decide := fields.Elts[len(fields.Elts)-1]
				number := c.add(decide, "row "+c.of(row))
				c.wrap(decide, number, fmt.Sprintf("mutantOr(%d, ", number), ", "+nothing("func(*decision) *Plan")+")")
			}
		}
	}
	if f, ok := list.Elt.(*ast.FuncType); ok && f.Results != nil && len(f.Results.List) == 1 {
		for _, row := range table.Elts {
			number := c.add(row, "row "+c.of(row))
			c.wrap(row, number, fmt.Sprintf("mutantOr(%d, ", number), ", "+nothing(c.of(f))+")")
		}
	}
}

// nothing returns a function of that type that returns its zero value.
func nothing(typ string) string { return typ + " { return nil }" }

func (c *copier) wrap(e ast.Node, number int, before, after string) {
	if number == 0 {
		return
	}
	c.edits = append(c.edits, edit{c.offset(e.Pos()), before, false}, edit{c.offset(e.End()), after, true})
}

func (c *copier) offset(p token.Pos) int { return c.set.Position(p).Offset }

func (c *copier) of(n ast.Node) string { return string(c.source[c.offset(n.Pos()):c.offset(n.End())]) }

func (c *copier) isExplained(line int) bool {
	lines := strings.Split(string(c.source), "\n")
	return strings.Contains(lines[line-1], "// mutant:") || (line > 1 && strings.Contains(lines[line-2], "// mutant:"))
}

// text returns the source with its edits. Of two that open at one place the outer one is first, of two that close the inner one.
func (c *copier) text() string {
	slices.SortStableFunc(c.edits, func(a, b edit) int { return cmp.Compare(a.at, b.at) })
	var out strings.Builder
	from := 0
	for i := 0; i < len(c.edits); {
		same := i
		for same < len(c.edits) && c.edits[same].at == c.edits[i].at {
			same++
		}
		out.Write(c.source[from:c.edits[i].at])
		from = c.edits[i].at
		here := c.edits[i:same]
		for n := len(here) - 1; n >= 0; n-- {
			if here[n].closes {
				out.WriteString(here[n].text)
			}
		}
		for _, e := range here {
			if !e.closes {
				out.WriteString(e.text)
			}
		}
		i = same
	}
	out.Write(c.source[from:])
	return out.String()
}

var position = regexp.MustCompile(`(?m)^\S*?([a-z0-9_]+\.go):([0-9]+):`)

// leaveOut leaves the points out on whose lines the compiler reports errors. It returns false if there is none.
func leaveOut(points []point, errors string, left map[int]bool) bool {
	found := false
	for _, m := range position.FindAllStringSubmatch(errors, -1) {
		line, _ := strconv.Atoi(m[2])
		for _, p := range points {
			if filepath.Base(p.file) == m[1] && p.line == line && !left[p.number] {
				left[p.number], found = true, true
			}
		}
	}
	return found
}

var failure = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

// firstFailure returns the first test that failed.
func firstFailure(output, folder string) string {
	if m := failure.FindStringSubmatch(output); m != nil {
		return m[1]
	}
	return "the tests of " + folder + " panic"
}
