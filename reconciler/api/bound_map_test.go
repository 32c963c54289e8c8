package api_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// storedItems are the items that the controller writes, each with its Bound.
var storedItems = map[string]func() (item any, bound func()){
	"CertificateStatus": func() (any, func()) { s := &api.CertificateStatus{}; return s, func() { s.Bound() } },
	"AccountStatus":     func() (any, func()) { s := &api.AccountStatus{}; return s, s.Bound },
	"ControllerStatus":  func() (any, func()) { s := &api.ControllerStatus{}; return s, s.Bound },
	"ServedStatus":      func() (any, func()) { s := &api.ServedStatus{}; return s, s.Bound },
	"Issuance":          func() (any, func()) { s := &api.Issuance{}; return s, func() { s.Bound() } },
	"PolicyStatus":      func() (any, func()) { return &api.PolicyStatus{}, func() {} },
	"Ledger":            func() (any, func()) { l := &api.Ledger{}; return l, l.Bound },
}

// mostEntries is how many entries a map may keep: those of a ledger are small, and bounded by their bytes.
func mostEntries(item string) int {
	if item == "Ledger" {
		return 6000
	}
	return 500
}

// TestBound_EveryMapOfEveryItem: whatever a map of a stored item holds, the item fits into the table, and the map is as bounded as a
// list. It finds the maps by reflection, so that it holds for one that is added.
func TestBound_EveryMapOfEveryItem(t *testing.T) {
	maps := 0
	for name, make := range storedItems {
		item, _ := make()
		for _, path := range mapsOf(reflect.TypeOf(item).Elem(), nil) {
			maps++
			item, bound := make()
			m := reflect.ValueOf(item).Elem().FieldByIndex(path)
			overfill(m)
			before := m.Len()
			shared := m.Interface()
			bound()
			if n, size := m.Len(), jsonSize(t, item); n == 0 || n > mostEntries(name) || size > api.MaxStatus {
				t.Errorf("%s: of %d entries %d are kept, in %d bytes", name, before, n, size)
			}
			for _, key := range m.MapKeys() {
				if !api.Clean(key.String()) {
					t.Errorf("%s: key %.20q is kept", name, key.String())
				}
			}
			if reflect.ValueOf(shared).Len() != before {
				t.Errorf("%s: a map that others share was written to", name)
			}
			kept := m.Interface()
			if bound(); !reflect.DeepEqual(m.Interface(), kept) || !sameMap(m.Interface(), kept) {
				t.Errorf("%s: a second time changes it", name)
			}
		}
	}
	if maps < 4 {
		t.Errorf("%d maps were found", maps)
	}
}

// TestBound_TheItemsAreAllThatHaveAVersion: every item that the controller writes has one.
func TestBound_TheItemsAreAllThatHaveAVersion(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var versioned []string
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && slices.ContainsFunc(s.Fields.List, isVersion) {
				versioned = append(versioned, spec.Name.Name)
			}
			return false
		})
	}
	for _, name := range versioned {
		if storedItems[name] == nil {
			t.Errorf("%s is stored, and its maps are not known to be bounded: add it to storedItems", name)
		}
	}
	if len(versioned) < len(storedItems) {
		t.Errorf("only %v have a version", versioned)
	}
}

func TestBound_TheLatestAttemptsStay(t *testing.T) {
	s := api.CertificateStatus{Attempts: map[string]api.Attempt{}}
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for i := range 5000 {
		s.Attempts[fmt.Sprintf("Import %05d", i)] = api.Attempt{Count: 1, Last: at.Add(time.Duration(i%1000) * time.Second)}
	}
	s.Attempts["Tag z"] = api.Attempt{Count: 3, Last: at.Add(time.Hour)}
	if s.Bound(); s.Attempts["Tag z"].Count != 3 {
		t.Error("the latest attempt is forgotten")
	}
}

func isVersion(f *ast.Field) bool {
	return f.Tag != nil && strings.Contains(f.Tag.Value, `json:"version"`)
}

// mapsOf returns the index paths of the maps in a struct. A map in a list or behind a pointer is not reached by it, and fails.
func mapsOf(typ reflect.Type, above []int) (paths [][]int) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		path := append(slices.Clone(above), i)
		switch {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Map:
			paths = append(paths, path)
		case f.Type.Kind() == reflect.Struct && f.Type.PkgPath() != "time":
			paths = append(paths, mapsOf(f.Type, path)...)
		case f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Slice:
			if inner := f.Type.Elem(); inner.Kind() == reflect.Struct && inner.PkgPath() != "time" && len(mapsOf(inner, nil)) > 0 {
				panic(f.Name + " has a map behind a pointer or in a list: let the test fill it")
			}
		}
	}
	return paths
}

// overfill puts as much into a map as a forger might.
func overfill(m reflect.Value) {
	m.Set(reflect.MakeMap(m.Type()))
	for i := range 5000 {
		value := reflect.New(m.Type().Elem()).Elem()
		if value.Kind() == reflect.String {
			value.SetString(strings.Repeat("v", 64))
		}
		m.SetMapIndex(reflect.ValueOf(fmt.Sprintf("%05d", i)), value)
		m.SetMapIndex(reflect.ValueOf(fmt.Sprintf("%05d\n", i)), value)
		m.SetMapIndex(reflect.ValueOf(fmt.Sprintf("%05d%s", i, strings.Repeat("k", 1500))), value)
	}
}

func sameMap(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }
