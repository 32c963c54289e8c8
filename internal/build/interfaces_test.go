package build

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"
	"testing"
)

// maxMethods is how many methods an interface may declare, besides those it embeds.
const maxMethods = 5

// declared is an interface with the signatures of its own methods; embedded ones belong to the interface that declares
// them.
type declared struct {
	where, name string
	methods     []string
}

// interfaces returns those of a file. Types are compared as they are written.
func interfaces(name string, source []byte) ([]declared, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []declared
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		body, ok := spec.Type.(*ast.InterfaceType)
		if !ok {
			return true
		}
		d := declared{where: set.Position(spec.Pos()).String(), name: spec.Name.Name}
		for _, field := range body.Methods.List {
			if signature, ok := field.Type.(*ast.FuncType); ok {
				d.methods = append(d.methods, field.Names[0].Name+describe(signature))
			}
		}
		found = append(found, d)
		return true
	})
	return found, nil
}

// describe returns the types of parameters and results, without their names.
func describe(signature *ast.FuncType) string {
	return "(" + typesOf(signature.Params) + ") (" + typesOf(signature.Results) + ")"
}

func typesOf(fields *ast.FieldList) string {
	if fields == nil {
		return ""
	}
	var types []string
	for _, field := range fields.List {
		var text bytes.Buffer
		_ = printer.Fprint(&text, token.NewFileSet(), field.Type)
		for range max(len(field.Names), 1) {
			types = append(types, text.String())
		}
	}
	return strings.Join(types, ", ")
}

// problemsOf returns the violations of the rules: a method that two interfaces declare, since a copy of a port drifts
// from its contract, and more methods than maxMethods.
func problemsOf(all []declared) []string {
	var problems []string
	first := map[string]declared{}
	for _, d := range all {
		if len(d.methods) > maxMethods {
			problems = append(problems, fmt.Sprintf("%s: %s declares %d methods, at most %d are allowed", d.where, d.name, len(d.methods), maxMethods))
		}
		for _, m := range d.methods {
			if other, ok := first[m]; ok {
				problems = append(problems, fmt.Sprintf("%s: %s declares %s, which %s declares (%s): embed that one", d.where, d.name, m, other.name, other.where))
				continue
			}
			first[m] = d
		}
	}
	return problems
}

func TestInterfaces_EachIsDeclaredOnceAndSmall(t *testing.T) {
	var all []declared
	for _, name := range tracked(t, "*.go") {
		found, err := interfaces(name, []byte(read(t, "../../"+name)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 20 {
		t.Errorf("only %d interfaces were found", len(all))
	}
	for _, p := range problemsOf(all) {
		t.Error(p)
	}
}

func TestInterfaces_Problems(t *testing.T) {
	const port = "package ports\ntype Queue interface { Enqueue(ctx context.Context, delay time.Duration, r ...api.Request) error }\n"
	for sentence, c := range map[string]struct {
		source string
		want   int
	}{
		"a copy, whatever its name and those of its parameters": {"type Work interface { Enqueue(context.Context, time.Duration, ...api.Request) error }", 1},
		"a part of another":     {"type A interface { M(a, b int); N() }\ntype B interface { M(int, int) }", 1},
		"an embedded one":       {"type Work interface { Queue }", 0},
		"other parameters":      {"type Work interface { Enqueue(ctx context.Context, keys []api.Key) error }", 0},
		"other results":         {"type Work interface { Enqueue(context.Context, time.Duration, ...api.Request) }", 0},
		"a struct":              {"type Work struct { Enqueue func(context.Context, time.Duration, ...api.Request) error }", 0},
		"a copy in a function":  {"func f() { type Work interface { Enqueue(context.Context, time.Duration, ...api.Request) error } }", 1},
		"five methods":          {"type A interface { A(); B(); C(); D(); E() }", 0},
		"six methods":           {"type A interface { A(); B(); C(); D(); E(); F() }", 1},
		"six by embedding":      {"type A interface { A(); B(); C(); D(); E(); Queue }", 0},
		"constraints of a type": {"type A interface { ~int | ~string }", 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			all, err := interfaces("ports.go", []byte(port+c.source))
			if err != nil {
				t.Fatal(err)
			}
			if got := problemsOf(all); len(got) != c.want {
				t.Errorf("%d problems, want %d: %q", len(got), c.want, got)
			}
		})
	}
}
