package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// controller is the loop as the function uses it. Every method ends a reserve before the deadline of its context, and
// queues what is left.
type controller interface {
	// Work reconciles the requests until the time is up. It returns one error per request, in their order; nil means
	// done or queued again. A panic over one request becomes that request's error.
	Work(ctx context.Context, requests []api.Request) []error
	// Invoke reconciles certificates and returns their statuses to a waiting caller.
	Invoke(ctx context.Context, i reconciler.Invocation) (reconciler.Answer, error)
	// Check returns what the function sees of everything that its work depends on. It changes nothing.
	Check(ctx context.Context, names []string) (reconciler.Checks, error)
	waker
	scheduled
}

// scheduled is what the schedules ask for.
type scheduled interface {
	// Resync checks every record, and every status whose record is deleted.
	Resync(ctx context.Context) error
	// Tick reconciles what is due.
	Tick(ctx context.Context) error
	// Probe sees what the endpoints serve that are due for it.
	Probe(ctx context.Context) error
}

// waker queues records for another invocation.
type waker interface {
	// Enqueue adds the keys to the work queue, once each.
	Enqueue(ctx context.Context, keys []api.Key) error
	// WakeOwners adds the records that own these certificates to the work queue.
	WakeOwners(ctx context.Context, arns []string) error
}

// handler serves the function's invocations. It keeps no state from one invocation to the next.
type handler struct {
	controller controller
	log        *slog.Logger
	metrics    flusher
	// role is the function's own role, or "" if it is unknown. The function's own calls wake nothing.
	role string
	// variables are the variables that are set, for the answer to a check.
	variables map[string]string
}

// flusher collects the metrics of an invocation.
type flusher interface {
	// Flush writes them in the form that CloudWatch reads.
	Flush() error
}

// Invoke handles the event as Lambda delivers it and returns the answer as JSON. An error becomes the function error:
// errorMessage is for users, errorType is one CamelCase word for programs (InvalidEvent, or the reason of the failure).
//
// The deadline of ctx is Lambda's. The library reports a panic and ends the process, because its state may be
// inconsistent. The metrics are written before that, as they are after an error.
func (h *handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	defer h.flush(ctx)
	event, err := recognize(payload)
	if err != nil {
		return nil, failed(err, "InvalidEvent")
	}
	answer, err := event.serve(ctx, h)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return body, nil
}

func (h *handler) flush(ctx context.Context) {
	if err := h.metrics.Flush(); err != nil {
		h.log.ErrorContext(ctx, "metrics not written", slog.String(logkey.Error, err.Error()))
	}
}

// failed returns err in the form in which Lambda passes it on, or nil. kind is its type if it has no reason.
func failed(err error, kind api.Reason) error {
	if err == nil {
		return nil
	}
	return messages.InvokeResponse_Error{Message: api.Message(err.Error()), Type: string(api.ReasonOf(err, kind))}
}
