package plan

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// declaredActions returns the constants of type Action in the file.
func declaredActions(t *testing.T, file *ast.File) (all []Action) {
	t.Helper()
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, s := range gen.Specs {
			value := s.(*ast.ValueSpec)
			if of, ok := value.Type.(*ast.Ident); !ok || of.Name != "Action" {
				continue
			}
			name, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, Action(name))
		}
	}
	return all
}

func TestActions_EachIsDescribed(t *testing.T) {
	files := sourceFiles(t)
	certificate, account := declaredActions(t, files["plan.go"]), declaredActions(t, files["account.go"])
	if len(certificate) < 20 || len(account) < 5 {
		t.Fatalf("%d and %d actions are declared: does the test still find them?", len(certificate), len(account))
	}
	for _, a := range certificate {
		if actions[a].settle == nil {
			t.Errorf("%s has no description, or no settle", a)
		}
		if d := actions[a]; d.cleansUp && d.changesTargets {
			t.Errorf("%s changes certificates, and is allowed without a policy", a)
		}
	}
	for _, a := range account {
		if _, known := accountActions[a]; !known {
			t.Errorf("%s has no description", a)
		}
	}
	if len(actions) != len(certificate) || len(accountActions) != len(account) {
		t.Error("an action is described that does not exist")
	}
	for _, a := range Actions() {
		if changes := slices.Contains([]Action{Tag, DeleteCertificate, Import, ImportPlaceholder, ClaimARN, ReleaseTarget, Forget}, a); ChangesTargets(a) != changes {
			t.Errorf("%s: ChangesTargets is %v", a, ChangesTargets(a))
		}
	}
}
