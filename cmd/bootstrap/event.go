package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// event is anything the function can be invoked with. serve does what it asks for and returns the answer, which is
// sent as JSON.
type event interface {
	serve(ctx context.Context, h *handler) (any, error)
}

// accepted ends every message about an event that is not known.
const accepted = `accepted are: a batch of a DynamoDB stream; a batch of an SQS queue; {"action":"resync"}; ` +
	`{"action":"tick"}; an event of EventBridge from aws.acm; {"action":"reconcile","names":["…"]} with any of "wait", "require", "force", "dry_run" and ` +
	`"placeholder"`

// The values of eventSource in the records of an event source mapping.
const (
	sourceStream = "aws:dynamodb"
	sourceQueue  = "aws:sqs"
)

// recognize finds out what kind of event payload is. An event that is not exactly one of ours is refused: a schedule
// or a mapping that points here by mistake should fail where people see it.
func recognize(payload []byte) (event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(payload, &fields); err != nil || fields == nil {
		return nil, errors.New("the event is no JSON object: " + accepted)
	}
	if records, ok := fields["Records"]; ok {
		return recognizeBatch(records)
	}
	if action, ok := fields["action"]; ok {
		return recognizeAction(action, fields)
	}
	if _, ok := fields["detail-type"]; ok {
		return recognizeACM(payload)
	}
	return nil, errors.New(`the event has neither "Records" nor "action": ` + accepted)
}

func recognizeBatch(raw json.RawMessage) (event, error) {
	var records []json.RawMessage
	if err := json.Unmarshal(raw, &records); err != nil || len(records) == 0 {
		return nil, errors.New(`"Records" is no list of records: ` + accepted)
	}
	source := sourceOf(records[0])
	for _, r := range records[1:] {
		if other := sourceOf(r); other != source {
			return nil, fmt.Errorf("one batch holds records of %s and of %s: %s", shown(source), shown(other), accepted)
		}
	}
	switch source {
	case sourceStream:
		return streamBatch(records), nil
	case sourceQueue:
		return queueBatch(records), nil
	}
	return nil, fmt.Errorf("the records are of %s: %s", shown(source), accepted)
}

// sourceOf is the eventSource of a record; empty where it has none.
func sourceOf(record json.RawMessage) string {
	var r struct {
		EventSource string `json:"eventSource"`
	}
	if err := json.Unmarshal(record, &r); err != nil {
		return ""
	}
	return r.EventSource
}

func recognizeAction(raw json.RawMessage, fields map[string]json.RawMessage) (event, error) {
	var action string
	if err := json.Unmarshal(raw, &action); err != nil {
		return nil, errors.New(`"action" is no string: ` + accepted)
	}
	switch action {
	case "resync":
		return resync{}, only(action, fields)
	case "tick":
		return tick{}, only(action, fields)
	case "reconcile":
		return parseReconcile(fields)
	}
	return nil, fmt.Errorf("the action %s is not known: %s", shown(action), accepted)
}
