package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// event is an event that the function accepts. serve handles it and returns the answer, which is sent as JSON.
type event interface {
	serve(ctx context.Context, h *handler) (any, error)
}

// accepted is the end of every message about an unknown event.
const accepted = `accepted are: a batch of a DynamoDB stream; a batch of an SQS queue; {"action":"resync"}; ` +
	`{"action":"tick"}; {"action":"probe"}; {"action":"check"}, with or without "names"; an event of EventBridge from aws.acm; {"action":"reconcile","names":["…"]} with any of "wait", "require", "force", "dry_run", ` +
	`"records" and "placeholder"; {"action":"rollback","names":["…"]} with any of "wait" and "undo"`

// These are the values of eventSource in the records of an event source mapping.
const (
	sourceStream = "aws:dynamodb"
	sourceQueue  = "aws:sqs"
)

// recognize returns the event in payload. An event that does not match exactly is refused: a schedule or a mapping that
// invokes this function by mistake must fail visibly.
func recognize(payload []byte) (event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(payload, &fields); err != nil || fields == nil {
		return nil, errors.New("the event is not a JSON object: " + accepted)
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
		return nil, errors.New(`"Records" is not a list of records: ` + accepted)
	}
	source := sourceOf(records[0])
	for _, r := range records[1:] {
		if other := sourceOf(r); other != source {
			return nil, fmt.Errorf("one batch contains records of %s and of %s: %s", shown(source), shown(other), accepted)
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

// sourceOf returns the eventSource of a record, or "".
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
		return nil, errors.New(`"action" is not a string: ` + accepted)
	}
	switch action {
	case "resync":
		return resync{}, only(action, fields)
	case "tick":
		return tick{}, only(action, fields)
	case "probe":
		return probing{}, only(action, fields)
	case "reconcile":
		return parseInvocation(action, fields, reconcileFields)
	case "rollback":
		return parseRollback(fields)
	case "check":
		return parseCheck(fields)
	}
	return nil, fmt.Errorf("the action %s is not known: %s", shown(action), accepted)
}
