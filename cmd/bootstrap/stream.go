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

// streamBatch is a batch of the table's stream. Its records carry keys only, and the keys are all it takes: what
// happened to a record is read from the table when its turn comes.
type streamBatch []json.RawMessage

// streamRecord is the part of a stream record that is used. A type of our own, because the library's attribute
// values fail the decoding of a whole batch over one they do not know.
type streamRecord struct {
	EventID  string `json:"eventID"`
	DynamoDB struct {
		Keys map[string]struct {
			S *string `json:"S"`
		} `json:"Keys"`
		SequenceNumber string `json:"SequenceNumber"`
	} `json:"dynamodb"`
}

// decodeRecord reads the key that a record carries.
func decodeRecord(raw json.RawMessage) (r streamRecord, key api.Key, err error) {
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, key, fmt.Errorf("read stream record: %w", err)
	}
	name, kind := r.DynamoDB.Keys["name"].S, r.DynamoDB.Keys["kind"].S
	switch {
	case name == nil || *name == "":
		return r, key, errors.New(`the key holds no string "name"`)
	case kind == nil || *kind == "":
		return r, key, errors.New(`the key holds no string "kind"`)
	}
	return keyOf(r, api.Kind(*kind), *name)
}

// keyOf returns the key of work of an item. That of a policy has the name without the prefix of its partition; a policy
// anywhere else is none, and the resync reports it.
func keyOf(r streamRecord, kind api.Kind, partition string) (streamRecord, api.Key, error) {
	if kind != api.KindPolicy {
		return r, api.Key{Kind: kind, Name: partition}, nil
	}
	name, ok := api.PolicyOfPartition(partition)
	if !ok {
		return r, api.Key{}, fmt.Errorf("the item %s is no policy: a policy's name is %s and a name", shown(partition), api.PolicyPartition(""))
	}
	return r, api.Key{Kind: kind, Name: name}, nil
}

// serve puts the keys of the batch into the work queue and does nothing else, so that a long issuance never holds a
// shard up.
//
// A record that has no usable key is logged and passed over: failing it would have the shard repeat it, and hold
// every later change of the table back, for up to a day; and the daily resync looks at every record anyway.
//
// Where the queue cannot be reached, the batch is to come again from its first record: a failure at a sequence
// number has Lambda repeat everything from there on, and a key that is queued twice is worked on once.
func (b streamBatch) serve(ctx context.Context, h *handler) (any, error) {
	keys := b.keys(ctx, h.log)
	out := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	if len(keys) == 0 {
		return out, nil
	}
	if err := h.controller.Enqueue(ctx, keys); err != nil {
		h.log.ErrorContext(ctx, "stream batch not queued", slog.Int(logkey.Records, len(keys)), slog.String(logkey.Error, err.Error()))
		out.BatchItemFailures = append(out.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: b.first()})
	}
	return out, nil
}

// keys are the keys of people's records in the batch, once each, in the order of their first appearance.
//
// A name is not validated here: the loop tells people of a name that is not allowed, which nobody would learn of if
// the stream dropped it.
func (b streamBatch) keys(ctx context.Context, log *slog.Logger) []api.Key {
	var keys []api.Key
	own := 0
	for _, raw := range b {
		r, key, err := decodeRecord(raw)
		switch {
		case err != nil:
			log.ErrorContext(ctx, "stream record passed over", slog.String(logkey.EventID, r.EventID), slog.String(logkey.Error, err.Error()))
		case !isWork(key.Kind):
			own++
		case !slices.Contains(keys, key):
			keys = append(keys, key)
		}
	}
	if own > 0 {
		// Queued, the controller's own writes would wake it for ever.
		log.WarnContext(ctx, "stream is not filtered: filter the event source mapping on dynamodb.Keys.kind.S, "+
			"Certificate, Account and Policy", slog.Int(logkey.Records, own))
	}
	return keys
}

// isWork reports whether the loop has passes over records of that kind.
func isWork(kind api.Kind) bool {
	return kind == api.KindCertificate || kind == api.KindAccount || kind == api.KindPolicy
}

// first is the sequence number of the first record. Empty, where even that cannot be read, means the whole batch.
func (b streamBatch) first() string {
	// An error leaves what was read, and that is all there is.
	r, _, _ := decodeRecord(b[0])
	return r.DynamoDB.SequenceNumber
}
