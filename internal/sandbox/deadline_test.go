package sandbox

import (
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
)

// TestSandbox_AnInvocationEndsBeforeItsDeadline uses a CA that hangs for longer than an invocation may take. The
// function must end in time and queue the rest; Lambda must not end it.
func TestSandbox_AnInvocationEndsBeforeItsDeadline(t *testing.T) {
	t.Parallel()
	faults := &pebble.Faults{}
	// The reserve is for a busy machine: within it the function must end, however slow it is.
	o := Options{Timeout: 16 * time.Second, Env: []string{"CERTLOOP_RESERVE=10s"}}
	o.CA.Intercept = faults.Intercept
	b := start(t, o)
	b.registered("default")
	faults.Fail(pebble.NewOrder, 1, pebble.Hang)
	b.certificate("late", []string{"late.example.com"})
	s := b.installed("late", b.CA, "late.example.com")
	b.imported(s.ACMARN, 1)
	if log := b.log.String(); strings.Contains(log, "timed out") || strings.Contains(log, "messages come again") {
		t.Error("an invocation was ended by Lambda, or failed")
	}
	if n := b.Function.ColdStarts(); n > 4 {
		t.Errorf("%d processes were started where 4 run", n)
	}
	if !strings.Contains(b.sent.String(), `"hops":1`) {
		t.Errorf("the rest was not queued again: %s", b.sent)
	}
}
