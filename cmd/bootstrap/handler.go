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

// controller is the loop, as the function sees it. Every method ends a reserve before the deadline of its context,
// and requeues what it has not come to.
type controller interface {
	// Work reconciles the requests until time is up. It returns one error per request, in their order; nil: done, or
	// queued again. A panic over one request is that request's error.
	Work(ctx context.Context, requests []api.Request) []error
	// Resync looks at every record, and every status whose record is gone.
	Resync(ctx context.Context) error
	// Tick looks at what is due.
	Tick(ctx context.Context) error
	// Invoke reconciles certificates for somebody who waits for the answer.
	Invoke(ctx context.Context, i reconciler.Invocation) (reconciler.Answer, error)
	waker
}

// waker queues records, to be worked on by another invocation.
type waker interface {
	// Enqueue puts the keys into the work queue, once each.
	Enqueue(ctx context.Context, keys []api.Key) error
	// WakeOwners puts the records that own these certificates into the work queue.
	WakeOwners(ctx context.Context, arns []string) error
}

// handler serves the function's invocations. It holds nothing of one invocation that another could see.
type handler struct {
	controller controller
	log        *slog.Logger
	metrics    flusher
	// role is the function's own; empty: not known. What it did itself wakes nobody.
	role string
}

// flusher gathers the metrics of an invocation.
type flusher interface {
	// Flush writes them where CloudWatch finds them.
	Flush() error
}

// Invoke takes the event as Lambda delivers it and returns the answer as JSON. An error becomes the function error:
// errorMessage for people, errorType one CamelCase word for machines (InvalidEvent, or the reason of what failed).
//
// The deadline of ctx is Lambda's. A panic is left to the library, which reports it and ends the process: whatever
// it left half done is not to be trusted with another invocation. The metrics are written before that, as they are after
// an error.
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

// failed gives err the form in which Lambda hands it on; nil for nil. kind is its type where it carries no reason.
func failed(err error, kind api.Reason) error {
	if err == nil {
		return nil
	}
	return messages.InvokeResponse_Error{Message: api.Message(err.Error()), Type: string(api.ReasonOf(err, kind))}
}
