package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// queueBatch is a batch of the work queue.
type queueBatch []json.RawMessage

// message is one message of the batch, with its request.
type message struct {
	ID         string `json:"messageId"`
	Body       string `json:"body"`
	Attributes struct {
		ReceiveCount string `json:"ApproximateReceiveCount"`
	} `json:"attributes"`

	request api.Request
}

// work is the batch as the loop needs it: each key once, and the messages with that key.
type work struct {
	requests []api.Request
	messages [][]message
}

// add merges messages of one key, which one pass serves. The lowest hop count wins, because it is the newest request.
func (w *work) add(m message) {
	at := slices.IndexFunc(w.requests, func(r api.Request) bool { return r.Key == m.request.Key })
	if at < 0 {
		w.requests = append(w.requests, m.request)
		w.messages = append(w.messages, []message{m})
		return
	}
	w.requests[at].Hops = min(w.requests[at].Hops, m.request.Hops)
	w.messages[at] = append(w.messages[at], m)
}

// serve works on the requests of the batch. It reports the messages of failed requests, which stay in the queue; the
// others are deleted.
//
// A message that cannot be read is reported as well. It comes again unchanged until the queue's redrive policy moves it
// to the dead-letter queue, where operators can read it. If it were skipped, it would be lost.
func (b queueBatch) serve(ctx context.Context, h *handler) (any, error) {
	out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	fail := func(m message, err error) {
		h.log.ErrorContext(ctx, "message failed", slog.String(logkey.MessageID, m.ID),
			slog.String(logkey.ReceiveCount, m.Attributes.ReceiveCount), slog.String(logkey.Kind, string(m.request.Kind)),
			slog.String(logkey.Name, m.request.Name), slog.String(logkey.Error, err.Error()))
		out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.ID})
	}
	var w work
	for _, raw := range b {
		if m, err := decodeMessage(raw); err != nil {
			fail(m, err)
		} else {
			w.add(m)
		}
	}
	if len(w.requests) == 0 {
		return out, nil
	}
	errs := h.controller.Work(ctx, w.requests)
	for i, messages := range w.messages {
		for _, m := range messages {
			if errs[i] != nil {
				fail(m, errs[i])
			}
		}
	}
	return out, nil
}

// decodeMessage reads the request in a message. It ignores unknown fields: during a rollout the queue has messages of
// both versions.
func decodeMessage(raw json.RawMessage) (message, error) {
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("read SQS record: %w", err)
	}
	if err := json.Unmarshal([]byte(m.Body), &m.request); err != nil {
		return m, fmt.Errorf(`body %s is not a request: send {"kind":"Certificate","name":"…"}`, shown(m.Body))
	}
	switch r := m.request; {
	case !isWork(r.Kind):
		return m, fmt.Errorf("kind %s is not known: send Certificate, Account or Policy", shown(string(r.Kind)))
	case r.Name == "":
		return m, errors.New("name is missing: send the name of a record")
	case r.Hops < 0:
		return m, fmt.Errorf("hops is %d: send 0 or more, or nothing", r.Hops)
	}
	return m, nil
}
