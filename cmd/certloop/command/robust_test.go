package command

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/cmd/certloop/deployment"
)

// split is a name that a writer of records can give to a record, and that a script would take for the names of two.
const split = "team-x\nprod-www"

func withSplitName() *world {
	w := sample()
	l := certificate("x", map[string]any{"domains": []any{"x.example.com"}}, nil)
	l.Key.Name = split
	w.records = append(w.records, l)
	return w
}

func TestNames_ThatNoRecordCanHaveAreNotPrintedForScripts(t *testing.T) {
	output, _ := terminal{world: withSplitName()}.run(t, "get", "-o", "name")
	if lines := strings.Split(output, "\n"); slices.Contains(lines, "prod-www") || !strings.Contains(output, `"team-x\nprod-www"`) {
		t.Errorf("get -o name writes:\n%s", output)
	}
	output, _ = terminal{world: withSplitName()}.run(t, "__complete", "describe", "")
	if strings.Contains(output, "prod-www") {
		t.Errorf("the completion offers:\n%s", output)
	}
}

func TestPlan_LeavesOutANameThatTheFunctionWouldRefuse(t *testing.T) {
	w := withSplitName()
	var names []any
	w.invoke = func(event map[string]any) (any, error) {
		given, _ := event["names"].([]any)
		names = append(names, given...)
		return map[string]any{"certificates": []any{}}, nil
	}
	output, code := terminal{world: w}.run(t, "plan")
	if code == ExitFailed || slices.Contains(names, any(split)) || len(names) == 0 || !strings.Contains(output, "is left out") {
		t.Errorf("exit code %d, names %q:\n%s", code, names, output)
	}
	names = nil
	if _, code := (terminal{world: w}).run(t, "plan", "www", "www"); code != ExitFine || len(names) != 1 {
		t.Errorf("exit code %d, names %q", code, names)
	}
}

// TestInterrupt_EndsARead: a read of standard input that never ends must not outlive Ctrl-C.
func TestInterrupt_EndsARead(t *testing.T) {
	never, closing := io.Pipe()
	defer func() { _ = closing.Close() }()
	for _, args := range [][]string{{"apply", "-f", "-"}, {"import-config", "-"}} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		ended := make(chan int, 1)
		go func() {
			ended <- Run(ctx, Config{Args: args, In: never, Out: io.Discard, Err: io.Discard, Now: func() time.Time { return now },
				Open: func(context.Context, deployment.Config) (Deployment, error) { return sample(), nil }})
		}()
		select {
		case code := <-ended:
			if code == ExitFine {
				t.Errorf("%v ends with exit code %d", args, code)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%v does not end", args)
		}
		cancel()
	}
}

func TestTimeout_MustBePositive(t *testing.T) {
	if output, code := (terminal{world: sample()}).run(t, "wait", "www", "--timeout", "-5s"); code != ExitUsage || !strings.Contains(output, "positive") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
}

func TestEncodings_AreRefusedWhereTheyMeanNothing(t *testing.T) {
	for _, command := range []string{"doctor", "forecast"} {
		if output, code := (terminal{world: sample()}).run(t, command, "-o", "name"); code != ExitUsage {
			t.Errorf("%s -o name: exit code %d:\n%s", command, code, output)
		}
	}
}
