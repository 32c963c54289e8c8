package triggers

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// emulator answers each operation with an error first. It has a stream of one record, and a queue with one message, which
// comes again until it is deleted.
type emulator struct {
	mu     sync.Mutex
	calls  map[string]int
	shards int
	ended  chan struct{}
}

func (e *emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.calls[operation]++; e.calls[operation] == 1 {
		http.Error(w, `{"__type":"InternalServerError"}`, http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(e.answer(operation))
}

func (e *emulator) answer(operation string) any {
	sum := md5.Sum([]byte("body"))
	switch operation {
	case "DescribeStream":
		return map[string]any{"StreamDescription": map[string]any{"Shards": make([]struct{ ShardId string }, e.shards)}}
	case "GetShardIterator":
		return map[string]any{"ShardIterator": "one"}
	case "GetRecords":
		if e.calls[operation] == 2 {
			return map[string]any{"NextShardIterator": "two", "Records": []any{map[string]any{"eventName": "INSERT",
				"dynamodb": map[string]any{"SequenceNumber": "1"}}}}
		}
		return map[string]any{"NextShardIterator": "two", "Records": []any{}}
	case "ReceiveMessage":
		return map[string]any{"Messages": []any{map[string]any{"MessageId": "1", "ReceiptHandle": "1", "Body": "body", "MD5OfBody": hex.EncodeToString(sum[:])}}}
	case "DeleteMessage":
		if e.calls[operation] == 2 {
			close(e.ended)
		}
	}
	return map[string]any{}
}

func startEmulator(t *testing.T, shards int) (*emulator, aws.Config) {
	t.Helper()
	e := &emulator{calls: map[string]int{}, shards: shards, ended: make(chan struct{})}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

// One error of the emulator must not end what delivers records and messages for the rest of a test.
func TestQueue_GoesOnAfterAnErrorOfTheEmulator(t *testing.T) {
	e, config := startEmulator(t, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	invoked := 0
	q := &Queue{Client: sqs.NewFromConfig(config), URL: *config.BaseEndpoint + "/1/certloop", Log: slog.New(slog.DiscardHandler),
		Invoke: func(context.Context, []byte) ([]byte, bool, error) {
			invoked++
			return []byte(`{}`), false, nil
		}}
	done := make(chan error)
	go func() { done <- q.Run(ctx) }()
	select {
	case err := <-done:
		t.Fatalf("it ended before the message was deleted: %v", err)
	case <-e.ended:
	}
	cancel()
	if err := <-done; err != nil || invoked < 2 {
		t.Errorf("%v, and the message came %d times", err, invoked)
	}
}

func TestStream_GoesOnAfterAnErrorOfTheEmulator(t *testing.T) {
	_, config := startEmulator(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	attempts := 0
	s := &Stream{Client: dynamodbstreams.NewFromConfig(config), ARN: "arn", Log: slog.New(slog.DiscardHandler), Attempts: 2,
		GivenUp: func(context.Context, []types.Record) { t.Error("the batch was given up") },
		Invoke: func(context.Context, []byte) ([]byte, bool, error) {
			if attempts++; attempts < 5 {
				return nil, false, errors.New("the emulator does not answer, so nothing was invoked")
			}
			cancel()
			return []byte(`{}`), false, nil
		}}
	if err := s.Run(ctx); err != nil || attempts != 5 {
		t.Errorf("%v after %d invocations", err, attempts)
	}
}

func TestStream_GivesUpABatchThatTheFunctionFailsOn(t *testing.T) {
	_, config := startEmulator(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	attempts := 0
	s := &Stream{Client: dynamodbstreams.NewFromConfig(config), ARN: "arn", Log: slog.New(slog.DiscardHandler), Attempts: 2,
		GivenUp: func(context.Context, []types.Record) { cancel() },
		Invoke: func(context.Context, []byte) ([]byte, bool, error) {
			attempts++
			return []byte(`{"errorMessage":"no"}`), true, nil
		}}
	if err := s.Run(ctx); err != nil || attempts != 2 {
		t.Errorf("%v after %d invocations", err, attempts)
	}
}

func TestStream_ReportsAStreamThatItCannotRead(t *testing.T) {
	_, config := startEmulator(t, 2)
	s := &Stream{Client: dynamodbstreams.NewFromConfig(config), ARN: "arn", Log: slog.New(slog.DiscardHandler)}
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "2 shards") {
		t.Errorf("the error is %v", err)
	}
}
