package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// notOfAccounts are reasons of errors of orders and of sealed keys, which no pass over an account meets.
var notOfAccounts = []api.Reason{api.ReasonOrderFailed, api.ReasonValidationFailed, api.ReasonIdentifierPaused, api.ReasonKeyUnavailable, api.ReasonKeyLost,
	api.ReasonChainRejected, api.ReasonLifetimeTooShort}

// TestAccountReasons_AreComplete reads the reasons that the source declares for accounts, those that a pass over an account sets,
// and those of the errors of the providers that it asks.
func TestAccountReasons_AreComplete(t *testing.T) {
	known := api.AccountReasons()
	wanted := accountBlock(t)
	for _, file := range glob(t, "../plan/account*.go", "../../providers/acme/*.go", "../../providers/keys/*.go") {
		wanted = append(wanted, reasonsIn(t, file)...)
	}
	if len(wanted) < 30 {
		t.Fatalf("only %d uses were found", len(wanted))
	}
	slices.Sort(wanted)
	for _, r := range slices.Compact(wanted) {
		if !slices.Contains(known, r) && !slices.Contains(notOfAccounts, r) && !slices.Contains(notConditions, r) {
			t.Errorf("%s: add it to accountReasons, with whether an operator must act", r)
		}
	}
	for _, r := range known {
		if !slices.Contains(wanted, r) {
			t.Errorf("%s: no account has this reason: remove it from accountReasons", r)
		}
	}
}

// notConditions are reasons of decisions about accounts that no condition has.
var notConditions = []api.Reason{api.ReasonGone, api.ReasonDeleting, api.ReasonLeased, api.ReasonBackingOff, api.ReasonNotifying, api.ReasonAccountNotFound}

// accountBlock returns the reasons that are declared as those of an Account's conditions.
func accountBlock(t *testing.T) (reasons []api.Reason) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reasons.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if block, ok := d.(*ast.GenDecl); ok && strings.Contains(block.Doc.Text(), "Account's conditions") {
			for _, s := range block.Specs {
				reasons = append(reasons, api.Reason(strings.TrimPrefix(s.(*ast.ValueSpec).Names[0].Name, "Reason")))
			}
		}
	}
	if len(reasons) < 5 {
		t.Fatalf("declared are only %q", reasons)
	}
	return reasons
}

func glob(t *testing.T, patterns ...string) (files []string) {
	t.Helper()
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %q, %v", p, found, err)
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

// reasonsIn returns the reasons that a file uses.
func reasonsIn(t *testing.T, path string) (reasons []api.Reason) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, _ := s.X.(*ast.Ident); x != nil && x.Name == "api" && strings.HasPrefix(s.Sel.Name, "Reason") && len(s.Sel.Name) > len("ReasonOf") {
				reasons = append(reasons, api.Reason(strings.TrimPrefix(s.Sel.Name, "Reason")))
			}
		}
		return true
	})
	return reasons
}

func TestAwaitsOperator(t *testing.T) {
	status := func(ready api.ConditionStatus, r api.Reason) *api.AccountStatus {
		return &api.AccountStatus{Conditions: []api.Condition{{Type: api.ConditionReady, Status: ready, Reason: r}}}
	}
	for sentence, c := range map[string]struct {
		status *api.AccountStatus
		want   bool
	}{
		"no status":                      {nil, false},
		"no condition":                   {&api.AccountStatus{}, false},
		"registered":                     {status(api.ConditionTrue, api.ReasonRegistered), false},
		"registering":                    {status(api.ConditionFalse, api.ReasonRegistering), false},
		"the CA does not respond":        {status(api.ConditionFalse, api.ReasonCAUnavailable), false},
		"refused":                        {status(api.ConditionFalse, api.ReasonRegistrationRefused), true},
		"unknown to the CA":              {status(api.ConditionFalse, api.ReasonAccountUnknown), true},
		"a reason of a later version":    {status(api.ConditionFalse, "Later"), true},
		"ready with one of those":        {status(api.ConditionTrue, "Later"), false},
		"ready, and the contact refused": {status(api.ConditionTrue, api.ReasonRegistrationRefused), false},
	} {
		if got := c.status.AwaitsOperator(); got != c.want {
			t.Errorf("%s: %v, want %v", sentence, got, c.want)
		}
	}
}

// Each reason for which an operator must act has a remedy.
func TestAccountReasons_HaveARemedyWhereAnOperatorActs(t *testing.T) {
	for _, r := range api.AccountReasons() {
		s := &api.AccountStatus{Conditions: []api.Condition{{Type: api.ConditionReady, Status: api.ConditionFalse, Reason: r}}}
		if s.AwaitsOperator() && api.Remedy(r) == "" {
			t.Errorf("%s has no remedy", r)
		}
	}
}

func TestRequiresEAB(t *testing.T) {
	for directory, want := range map[string]bool{
		"letsencrypt": false, "jprs": true, api.DirectoryAliases["jprs"]: true, api.DirectoryAliases["letsencrypt-staging"]: false, "https://ca.example.com/directory": false, "": false,
	} {
		if got := api.RequiresEAB(directory); got != want {
			t.Errorf("RequiresEAB(%q) is %v, want %v", directory, got, want)
		}
	}
	if missing := slices.DeleteFunc(slices.Sorted(maps.Keys(api.DirectoryAliases)), api.KnowsEAB); len(missing) > 0 {
		t.Errorf("whether these CAs require an EAB credential is not stated: %q", missing)
	}
}
