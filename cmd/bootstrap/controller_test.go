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

// fakeLoop remembers what was asked of it, and fails as it is told to.
type fakeLoop struct {
	worked      []api.Request
	enqueued    []api.Key
	woken       []string
	resyncs     int
	ticks       int
	invocations []reconciler.Invocation

	// failures of Work are by name; err is that of every other method.
	failures map[string]error
	err      error
	answer   reconciler.Answer
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

func (f *fakeLoop) Invoke(_ context.Context, i reconciler.Invocation) (reconciler.Answer, error) {
	f.invocations = append(f.invocations, i)
	return f.answer, f.err
}

func (f *fakeLoop) Enqueue(_ context.Context, keys []api.Key) error {
	f.enqueued = append(f.enqueued, keys...)
	return f.err
}

func (f *fakeLoop) WakeOwners(_ context.Context, arns []string) error {
	f.woken = append(f.woken, arns...)
	return f.err
}

// calls is how often the loop was asked for anything.
func (f *fakeLoop) calls() int {
	return len(f.worked) + len(f.enqueued) + len(f.woken) + f.resyncs + f.ticks + len(f.invocations)
}

// invoke sends payload to a handler over loop; logged is what it wrote to its log.
func invoke(t *testing.T, loop controller, payload string) (answer, logged string, err error) {
	t.Helper()
	var log bytes.Buffer
	h := &handler{controller: loop, log: newLogger(&log, slog.LevelDebug), metrics: &fakeFlusher{}, role: ownRole}
	body, err := h.Invoke(t.Context(), []byte(payload))
	return string(body), log.String(), err
}

// fakeFlusher counts how often it was asked, and fails as it is told to.
type fakeFlusher struct {
	flushed int
	err     error
}

func (f *fakeFlusher) Flush() error { f.flushed++; return f.err }

// functionError is what Lambda's callers see of err.
func functionError(t *testing.T, err error) messages.InvokeResponse_Error {
	t.Helper()
	// Not errors.As: the library looks at the value itself.
	e, ok := err.(messages.InvokeResponse_Error)
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
