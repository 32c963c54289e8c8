package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// backoffFields are the stored fields of all back-offs.
var (
	backoffCounters = []string{"Failures", "TransientErrors", "CleanupFailures", "DeliveryFailures", "TagFailures"}
	backoffPauses   = []string{"FailureBackoffUntil", "TransientBackoffUntil", "NextCleanupAt", "NextDeliveryAt", "NextAttemptAt", "NextTagAt", "NextCheckAt"}
	// delayFunctions make the delays of the table.
	delayFunctions = []string{"steps", "doubling", "brief", "hourly", "always", "retryAfterOf", "RetryAfterOf"}
)

// backoffsBeside returns what a file does that only the files of the back-off may do: count a failure, compute a pause, or
// use a delay of the table without its schedule.
func backoffsBeside(file *ast.File) (found []string) {
	selected := func(e ast.Expr, names []string) bool {
		s, ok := e.(*ast.SelectorExpr)
		return ok && slices.Contains(names, s.Sel.Name)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IncDecStmt:
			if selected(n.X, backoffCounters) {
				found = append(found, "counts a failure")
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if selected(left, backoffPauses) && len(n.Rhs) == len(n.Lhs) && addsTo(n.Rhs[i]) {
					found = append(found, "computes a pause")
				}
			}
		case *ast.CallExpr:
			name, _ := n.Fun.(*ast.Ident)
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				name = s.Sel
			}
			if name != nil && slices.Contains(delayFunctions, name.Name) {
				found = append(found, "uses "+name.Name)
			}
		}
		return true
	})
	return found
}

// addsTo reports whether the expression adds to a point in time.
func addsTo(e ast.Expr) (adds bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		adds = adds || (ok && s.Sel.Name == "Add")
		return true
	})
	return adds
}

func TestBackoff_IsComputedInOnePlace(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "../*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	inPlace := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		found := backoffsBeside(file)
		if strings.HasPrefix(name, "backoff") {
			inPlace += len(found)
			continue
		}
		// Two errors take the Retry-After of their cause along, and say nothing of a pause.
		if found = slices.DeleteFunc(found, func(what string) bool { return name == "denial.go" && what == "uses RetryAfterOf" }); len(found) > 0 {
			t.Errorf("%s: %s. Use Backoff.Fail, with a purpose of the table in backoff.go", name, strings.Join(found, ", "))
		}
	}
	if inPlace == 0 {
		t.Error("nothing was found in the files of the back-off either: does the test still know the fields?")
	}
}

func TestBackoff_RuleNoticesASecondPlace(t *testing.T) {
	for _, body := range []string{"s.status.Failures++", "t.NextAttemptAt = now.Add(time.Hour)", "a, t.NextTagAt = b, now.Add(max(x, y))", "at = steps(3)", "at = api.RetryAfterOf(err)"} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+body+"\n}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(backoffsBeside(file)) == 0 {
			t.Errorf("%s: not noticed", body)
		}
	}
}

func TestBackoff_EveryPurposeHasASchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := purpose(rapid.IntRange(0, int(purposes)-1).Draw(t, "purpose"))
		n := rapid.IntRange(1, 40).Draw(t, "failures")
		err := &api.Error{Kind: rapid.SampledFrom([]api.ErrorKind{api.Transient, api.Throttled, api.Terminal, api.NotFound, api.Bug}).Draw(t, "kind"), Message: "no"}
		count, next := n-1, time.Time{}
		b := Backoff{&count, &next}
		b.Fail(now, err, p)
		pause := b.Next.Sub(now)
		if *b.Failures != n || !b.Waiting(now) || b.Waiting(*b.Next) || pause < brief(1) || pause > 7*day {
			t.Fatalf("%d failures, then %s", *b.Failures, pause)
		}
		if longer := p.delay(err, n+1); longer < pause {
			t.Fatalf("%s after %s", longer, pause)
		}
		if b.Reset(); *b.Failures != 0 || !b.Next.IsZero() {
			t.Fatalf("reset: %d, %s", *b.Failures, *b.Next)
		}
	})
}
