package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sourceFiles returns the files of this package, without its tests.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// pointsTo returns the type that a pointer type points to; empty: it is none, or to another package's type.
func pointsTo(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		if id, ok := star.X.(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}

// readers returns the names under which the function has facts, or a decision, which it must not change.
func readers(fd *ast.FuncDecl) (names []string) {
	fields := slices.Clone(fd.Type.Params.List)
	if fd.Recv != nil {
		fields = append(fields, fd.Recv.List...)
	}
	for _, field := range fields {
		if of := pointsTo(field.Type); of == "facts" || of == "decision" {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// root returns the variable at the beginning of a chain of selectors, indices and calls; empty: there is none.
func root(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.CallExpr:
			e = x.Fun
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// aliased reports whether the expression points into one of the variables: an address, or the answer of a method that
// returns a pointer into the facts.
func aliased(e ast.Expr, names []string) bool {
	switch x := e.(type) {
	case *ast.UnaryExpr:
		return x.Op == token.AND && slices.Contains(names, root(x.X))
	case *ast.CallExpr:
		s, ok := x.Fun.(*ast.SelectorExpr)
		return ok && slices.Contains([]string{"entry", "target", "targetStatus", "ari", "window"}, s.Sel.Name) && slices.Contains(names, root(s.X))
	}
	return false
}

// changes returns what the function changes of the facts that it was given.
func changes(fd *ast.FuncDecl) (found []string) {
	names := readers(fd)
	if len(names) == 0 || fd.Body == nil {
		return nil
	}
	written := func(e ast.Expr) {
		if _, plain := e.(*ast.Ident); !plain && slices.Contains(names, root(e)) {
			found = append(found, "assigns")
		}
	}
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && aliased(n.Rhs[min(i, len(n.Rhs)-1)], names) {
					names = append(names, id.Name)
				}
				written(left)
			}
		case *ast.IncDecStmt:
			written(n.X)
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "delete" && slices.Contains(names, root(n.Args[0])) {
				found = append(found, "deletes")
			}
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Fail", "Reset", "Pause"}, s.Sel.Name) {
				found = append(found, "changes a back-off")
			}
		}
		return true
	})
	return found
}

func TestFacts_NothingThatReadsThemChangesThem(t *testing.T) {
	checked := 0
	for name, file := range sourceFiles(t) {
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || (fd.Recv != nil && fd.Name.Name == "pauses") { // it notes in the decision what the rows passed over
				continue
			}
			checked += len(readers(fd))
			for _, what := range changes(fd) {
				t.Errorf("%s: %s %s facts: take a *draft", name, fd.Name.Name, what)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d functions take facts: does the test still know their types?", checked)
	}
}

func TestFacts_RuleNoticesAChange(t *testing.T) {
	for _, source := range []string{
		"func (f *facts) x() { f.next.Failures = 1 }", "func x(f *facts) { f.next.Targets[0].Failures++ }", "func x(f *facts) { delete(f.iss.Imports, k) }",
		"func x(f *facts) { t := &f.Targets[0]; t.Found = nil }", "func x(d *decision) { d.entry(t).ARN = a }", "func x(f *facts) { e := f.entry(t); e.ARN = a }",
		"func x(f *facts) { tagBackoff(f.entry(t)).Reset() }",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if found := changes(file.Decls[0].(*ast.FuncDecl)); len(found) == 0 {
			t.Errorf("%s: not noticed", source)
		}
	}
}

func TestFacts_NoTypeHasFiftyMethods(t *testing.T) {
	methods := map[string]int{}
	for _, file := range sourceFiles(t) {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil {
				methods[pointsTo(fd.Recv.List[0].Type)]++
			}
		}
	}
	for name, n := range methods {
		if name != "" && n >= 50 {
			t.Errorf("%s has %d methods: make functions, or smaller types with one idea each", name, n)
		}
	}
	if methods["facts"] == 0 || methods["draft"] == 0 {
		t.Errorf("no methods of facts or draft: %v", methods)
	}
}

// deepCopy returns a copy that shares nothing with v. Unexported fields, which only times and errors have, are shared.
func deepCopy(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.Set(reflect.New(v.Type().Elem()))
			c.Elem().Set(deepCopy(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				c.Index(i).Set(deepCopy(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			c.Set(reflect.MakeMap(v.Type()))
			for _, k := range v.MapKeys() {
				c.SetMapIndex(k, deepCopy(v.MapIndex(k)))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if c.Field(i).CanSet() {
				c.Field(i).Set(deepCopy(v.Field(i)))
			}
		}
	}
	return c
}

func TestDecide_ChangesNothingOfItsInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		before := deepCopy(reflect.ValueOf(in)).Interface().(Input)
		if !reflect.DeepEqual(before, in) {
			t.Fatal("the copy differs from what was copied")
		}
		for name, f := range map[string]func(){
			"Decide": func() { Decide(in) }, "NeedsOrder": func() { NeedsOrder(in) }, "NeedsGivenUp": func() { NeedsGivenUp(in) },
			"AwaitsChange": func() { AwaitsChange(in) }, "NeedsZones": func() { NeedsZones(in) }, "NeedsRenewalInfo": func() { NeedsRenewalInfo(in) },
			"ForceRefused": func() { ForceRefused(in) },
		} {
			if f(); !reflect.DeepEqual(before, in) {
				t.Fatalf("%s changed\n%s to\n%s", name, text(before), text(in))
			}
		}
	})
}

func TestSettle_ChangesNothingOfItsInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		p := Decide(in)
		o := someOutcome(t, p)
		before := deepCopy(reflect.ValueOf(in)).Interface().(Input)
		if Intend(in, p, in.Now); !reflect.DeepEqual(before, in) {
			t.Fatalf("Intend changed\n%s to\n%s", text(before), text(in))
		}
		on := claimed(in, p)
		before = deepCopy(reflect.ValueOf(on)).Interface().(Input)
		if Settle(on, p, o); !reflect.DeepEqual(before, on) {
			t.Fatalf("Settle changed\n%s to\n%s", text(before), text(on))
		}
		if Abandon(on, p); !reflect.DeepEqual(before, on) {
			t.Fatalf("Abandon changed\n%s to\n%s", text(before), text(on))
		}
	})
}

func TestDecide_RowsAndConditionsLeaveTheFactsAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := factsOf(anyWorld.Draw(t, "world").Input)
		next, iss := deepCopy(reflect.ValueOf(f.next)).Interface(), deepCopy(reflect.ValueOf(f.iss)).Interface()
		targets := deepCopy(reflect.ValueOf(f.Targets)).Interface()
		digest, verdicts, renewAt := f.digest, slices.Clone(f.verdicts), f.renewAt
		d := &decision{facts: f}
		for _, r := range rows {
			if p := r.decide(d); p != nil {
				permitted(f, p)
				noticesFirst(f, keepPace(d, *p))
				f.issuing(*p)
				break
			}
		}
		f.accepted()
		f.ready()
		if !reflect.DeepEqual(next, any(f.next)) || !reflect.DeepEqual(iss, any(f.iss)) || !reflect.DeepEqual(targets, any(f.Targets)) ||
			digest != f.digest || !slices.Equal(verdicts, f.verdicts) || !renewAt.Equal(f.renewAt) {
			t.Fatal("a row or a condition changed the facts")
		}
	})
}
