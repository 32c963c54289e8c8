package main

import (
	"go/format"
	"strings"
	"testing"
)

const source = `package plan

func decide(n int) *Plan {
	if n := n + 1; n > 2 && n < 9 {
		return nil
	}
	switch {
	// mutant: the first case says the same
	case n == 1, n == 2:
		return wait(min(5, n, max(n, 2)))
	default:
	}
	switch n {
	case 7:
	}
	return nil
}

var rows = []row{
	{"1", "decide", decide},
}

var accountRows = []func(int) *Plan{
	decide, // the only one
}
`

const want = `package plan

func decide(n int) *Plan {
	if n := n + 1; mutantLive(5) && (n > 2 && n < 9) {
		return nil
	}
	switch {
	// mutant: the first case says the same
	case mutantLive(6) && (n == 1), mutantLive(6) && (n == 2):
		return wait(mutantOr(7, min(5, n, mutantOr(8, max(n, 2), n)), n))
	default:
	}
	switch n {
	case 7:
	}
	return nil
}

var rows = []row{
	{"1", "decide", mutantOr(9, decide, func(*decision) *Plan { return nil })},
}

var accountRows = []func(int) *Plan{
	mutantOr(10, decide, func(int) *Plan { return nil }), // the only one
}
`

// TestRewrite_EachDecisionCanBeDisabled holds what is disabled and how, and that the rest stays as it is.
func TestRewrite_EachDecisionCanBeDisabled(t *testing.T) {
	points, text, err := rewrite("plan/decide.go", []byte(source), 5, nil)
	if err != nil || text != want {
		t.Fatalf("%v:\n%s", err, text)
	}
	if _, err := format.Source([]byte(text)); err != nil {
		t.Error(err)
	}
	explained := 0
	for i, p := range points {
		if p.number != 5+i {
			t.Errorf("point %d has the number %d", i, p.number)
		}
		if p.explained {
			explained++
		}
	}
	if len(points) != 6 || explained != 1 || points[1].text != "n == 1" || points[1].line != 9 {
		t.Errorf("%+v", points)
	}
}

// TestRewrite_LeavesOut: a decision that does not compile is left as it is, by the line that the compiler names.
func TestRewrite_LeavesOut(t *testing.T) {
	points, _, _ := rewrite("plan/decide.go", []byte(source), 5, nil)
	left := map[int]bool{}
	if !leaveOut(points, "# certloop\n../x/decide.go:10:3: mismatched types\n", left) || !left[7] || !left[8] || left[6] {
		t.Errorf("left out are %v", left)
	}
	if leaveOut(points, "../x/decide.go:10:3: mismatched types", left) || leaveOut(points, "../x/other.go:4:3: undefined", left) {
		t.Error("something is left out that is none of it")
	}
	_, text, _ := rewrite("plan/decide.go", []byte(source), 5, left)
	if strings.Contains(text, "mutantOr(7") || !strings.Contains(text, "mutantLive(6)") {
		t.Error(text)
	}
}
