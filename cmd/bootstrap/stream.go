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

// streamBatch is a batch of the table's stream. Its records have keys only. The state of a record is read from the
// table when its turn comes.
type streamBatch []json.RawMessage

// streamRecord is the part of a stream record that is used. The library's attribute values fail to decode a whole batch
// if one has an unknown type, so this is a type of our own.
type streamRecord struct {
	EventID  string `json:"eventID"`
	DynamoDB struct {
		Keys map[string]struct {
			S *string `json:"S"`
		} `json:"Keys"`
		SequenceNumber string `json:"SequenceNumber"`
	} `json:"dynamodb"`
}

// decodeRecord reads the key of a record.
func decodeRecord(raw json.RawMessage) (r streamRecord, key api.Key, err error) {
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, key, fmt.Errorf("read stream record: %w", err)
	}
	name, kind := r.DynamoDB.Keys["name"].S, r.DynamoDB.Keys["kind"].S
	switch {
	case name == nil || *name == "":
		return r, key, errors.New(`the key has no string "name"`)
	case kind == nil || *kind == "":
		return r, key, errors.New(`the key has no string "kind"`)
	}
	return keyOf(r, api.Kind(*kind), *name)
}

// keyOf returns the key of work of an item. A policy's key has the name without the prefix of its partition. A policy
// in another partition is an error; the resync reports it.
func keyOf(r streamRecord, kind api.Kind, partition string) (streamRecord, api.Key, error) {
	if kind != api.KindPolicy {
		return r, api.Key{Kind: kind, Name: partition}, nil
	}
	name, ok := api.PolicyOfPartition(partition)
	if !ok {
		return r, api.Key{}, fmt.Errorf("the item %s is not a policy: a policy's partition key is %s and its name", shown(partition), api.PolicyPartition(""))
	}
	return r, api.Key{Kind: kind, Name: name}, nil
}

// serve adds the keys of the batch to the work queue and does nothing else, so that a long issuance never blocks a
// shard.
//
// A record without a usable key is logged and skipped. If it failed, the shard would repeat it and delay every later
// change of the table for up to a day. The daily resync reads every record.
//
// If the queue cannot be reached, the whole batch is reported as failed from its first record. Lambda then repeats
// everything from there on; a key that is queued twice is worked on once.
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

// keys returns the keys of users' records in the batch, once each, in the order of their first appearance.
//
// It does not validate names: the loop reports a name that is not allowed. If the stream dropped it, nobody would learn
// of it.
func (b streamBatch) keys(ctx context.Context, log *slog.Logger) []api.Key {
	var keys []api.Key
	own := 0
	for _, raw := range b {
		r, key, err := decodeRecord(raw)
		switch {
		case err != nil:
			log.ErrorContext(ctx, "stream record skipped", slog.String(logkey.EventID, r.EventID), slog.String(logkey.Error, err.Error()))
		case !isWork(key.Kind):
			own++
		case !slices.Contains(keys, key):
			keys = append(keys, key)
		}
	}
	if own > 0 {
		// If they were queued, the controller's own writes would wake it forever.
		log.WarnContext(ctx, "stream is not filtered: filter the event source mapping on dynamodb.Keys.kind.S, "+
			"Certificate, Account and Policy", slog.Int(logkey.Records, own))
	}
	return keys
}

// isWork reports whether the loop reconciles records of that kind.
func isWork(kind api.Kind) bool {
	return kind == api.KindCertificate || kind == api.KindAccount || kind == api.KindPolicy
}

// first returns the sequence number of the first record. If it cannot be read, "" stands for the whole batch.
func (b streamBatch) first() string {
	// After an error r holds what could be read.
	r, _, _ := decodeRecord(b[0])
	return r.DynamoDB.SequenceNumber
}
