package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// fakeLoop records its calls, and returns the errors that are set.
type fakeLoop struct {
	worked      []api.Request
	enqueued    []api.Key
	woken       []string
	resyncs     int
	ticks       int
	probes      int
	invocations []reconciler.Invocation
	checked     [][]string

	// failures maps names to the errors of Work; err is the error of every other method.
	failures map[string]error
	err      error
	answer   reconciler.Answer
	checks   reconciler.Checks
}

func (f *fakeLoop) Work(_ context.Context, requests []api.Request) []error {
	errs := make([]error, len(requests))
	for i, r := range requests {
		f.worked = append(f.worked, r)
		errs[i] = f.failures[r.Name]
	}
	return errs
}

func (f *fakeLoop) Resync(context.Context) error { f.resyncs++; return f.err }

func (f *fakeLoop) Tick(context.Context) error { f.ticks++; return f.err }

func (f *fakeLoop) Probe(context.Context) error { f.probes++; return f.err }

func (f *fakeLoop) Invoke(_ context.Context, i reconciler.Invocation) (reconciler.Answer, error) {
	f.invocations = append(f.invocations, i)
	return f.answer, f.err
}

func (f *fakeLoop) Check(_ context.Context, names []string) (reconciler.Checks, error) {
	f.checked = append(f.checked, names)
	return f.checks, f.err
}

func (f *fakeLoop) Enqueue(_ context.Context, keys []api.Key) error {
	f.enqueued = append(f.enqueued, keys...)
	return f.err
}

func (f *fakeLoop) WakeOwners(_ context.Context, arns []string) error {
	f.woken = append(f.woken, arns...)
	return f.err
}

// calls returns the number of calls.
func (f *fakeLoop) calls() int {
	return len(f.worked) + len(f.enqueued) + len(f.woken) + f.resyncs + f.ticks + f.probes + len(f.invocations) + len(f.checked)
}

// invoke sends payload to a handler over loop. logged is the handler's log.
func invoke(t *testing.T, loop controller, payload string) (answer, logged string, err error) {
	t.Helper()
	var log bytes.Buffer
	h := &handler{controller: loop, log: newLogger(&log, slog.LevelDebug), metrics: &fakeFlusher{}, role: ownRole,
		variables: setVariables([]string{"CERTLOOP_TABLE=certloop", "AWS_SECRET_ACCESS_KEY=secret"})}
	body, err := h.Invoke(t.Context(), []byte(payload))
	return string(body), log.String(), err
}

// fakeFlusher counts its calls, and returns the error that is set.
type fakeFlusher struct {
	flushed int
	err     error
}

func (f *fakeFlusher) Flush() error { f.flushed++; return f.err }

// functionError returns err as Lambda's callers see it.
func functionError(t *testing.T, err error) messages.InvokeResponse_Error {
	t.Helper()
	// The library uses a type assertion, not errors.As.
	e, ok := any(err).(messages.InvokeResponse_Error)
	if !ok {
		t.Fatalf("error %T %v, want a function error", err, err)
	}
	return e
}

func golden(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
