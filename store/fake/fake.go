// Package fake is Amazon DynamoDB and DynamoDB Streams over HTTP, in this process, as far as certloop uses them. It is as
// strict as DynamoDB: it evaluates every expression, and refuses what it does not know instead of ignoring it.
//
// It serves tables with a partition key and a sort key, global secondary indexes, and streams with one shard. Region and
// access key of a request come from its signature's credential scope; the signature itself is not checked. It keeps
// everything in memory, and its writes are serial, so that no transaction meets a conflict.
//
// An unknown field of a request is refused too: a field that the fake ignored would be a test of nothing. Sources of the
// rules: DynamoDB API Reference, DynamoDB Developer Guide ("Using expressions in DynamoDB", "Service, account, and table
// quotas", "Supported data types and naming rules"). TestAnswers_AreThoseOfDynamoDBLocal compares it with Amazon's own
// emulator.
package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config configures a Service. The zero value is DynamoDB in us-east-1.
type Config struct {
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Region and Account are part of the ARNs (default us-east-1 and 123456789012).
	Region, Account string
	// PageBytes is how many bytes of items one Query or Scan reads (default 1 MiB, as in DynamoDB).
	PageBytes int
}

// Service is DynamoDB with its streams. It is safe for concurrent use.
type Service struct {
	config Config

	mu     sync.Mutex
	tables map[string]*table
	done   map[string]transacted
	calls  map[string]int
	made   int
}

// New returns a Service without tables.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Region, c.Account = cmp.Or(c.Region, "us-east-1"), cmp.Or(c.Account, "123456789012")
	c.PageBytes = cmp.Or(c.PageBytes, 1<<20)
	return &Service{config: c, tables: map[string]*table{}, done: map[string]transacted{}, calls: map[string]int{}}
}

// Calls returns how often an operation was called.
func (s *Service) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// operation answers one call. The Service is locked.
type operation func(s *Service, body []byte) (any, error)

// operations are the operations by name; those of DynamoDB and those of its streams have different names.
var operations = map[string]operation{
	"CreateTable": decoded((*Service).createTable), "DescribeTable": decoded((*Service).describeTable),
	"DeleteTable": decoded((*Service).deleteTable),
	"GetItem":     decoded((*Service).getItem), "PutItem": decoded((*Service).putItem),
	"UpdateItem": decoded((*Service).updateItem), "DeleteItem": decoded((*Service).deleteItem),
	"Query": decoded((*Service).query), "Scan": decoded((*Service).scan),
	"TransactGetItems": decoded((*Service).transactGet), "TransactWriteItems": decoded((*Service).transactWrite),
	"BatchWriteItem": decoded((*Service).batchWrite),
	"DescribeStream": decoded((*Service).describeStream), "GetShardIterator": decoded((*Service).shardIterator),
	"GetRecords": decoded((*Service).records),
}

// decoded reads the body into an input, and refuses fields that the input does not have.
func decoded[In any](f func(*Service, In) (any, error)) operation {
	return func(s *Service, body []byte) (any, error) {
		var in In
		d := json.NewDecoder(strings.NewReader(string(body)))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			var refused *Refusal
			if errors.As(err, &refused) {
				return nil, refused
			}
			return nil, refuse("SerializationException", "the fake does not read this request: %v", err)
		}
		return f(s, in)
	}
}

// mostBytes bounds the body of a request.
const mostBytes = 16 << 20

// ServeHTTP answers one call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
	if err != nil {
		write(w, nil, refuse("SerializationException", "the body cannot be read"))
		return
	}
	if !strings.Contains(r.Header.Get("Authorization"), "Credential=") {
		write(w, nil, refuse("MissingAuthenticationTokenException", "Request must contain either a valid (registered) AWS access key ID or X.509 certificate."))
		return
	}
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	out, err := s.perform(name, body)
	write(w, out, err)
}

func (s *Service) perform(name string, body []byte) (any, error) {
	run := operations[name]
	if run == nil {
		return nil, refuse("UnknownOperationException", "the fake does not serve %q", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
	return run(s, body)
}

// Refusal is an error of the service.
type Refusal struct {
	Code, Message string
	// Item is the item on which a condition failed, if the request asks for it.
	Item item
	// Reasons are why a transaction was cancelled.
	Reasons []reason
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *Refusal {
	return refuse("ValidationException", format, args...)
}

func write(w http.ResponseWriter, out any, err error) {
	status := http.StatusOK
	if err != nil {
		var refused *Refusal
		if !errors.As(err, &refused) {
			refused = refuse("InternalServerError", "%v", err)
		}
		out, status = refused.wire(), http.StatusBadRequest
	}
	body, err := json.Marshal(out)
	if err != nil {
		body, status = []byte(`{"__type":"InternalServerError"}`), http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	// The SDK checks the sum, and logs a warning for an answer without one.
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (r *Refusal) wire() map[string]any {
	// The message of this error has a capital M in the model of DynamoDB.
	text := "message"
	if r.Code == "TransactionCanceledException" {
		text = "Message"
	}
	out := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + r.Code, text: r.Message}
	if r.Item != nil {
		out["Item"] = r.Item
	}
	if r.Reasons != nil {
		out["CancellationReasons"] = r.Reasons
	}
	return out
}
