package store_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/smithy-go"
)

// loseReply is an HTTP client. Its first request reaches the server, and the reply is lost.
type loseReply struct{ calls atomic.Int32 }

func (l *loseReply) Do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultClient.Do(r)
	if l.calls.Add(1) == 1 && err == nil {
		_ = resp.Body.Close()
		return nil, errors.New("connection reset by peer")
	}
	return resp, err
}

// retry repeats an unanswered request at once.
type retry struct{}

func (retry) IsErrorRetryable(err error) bool {
	var answer smithy.APIError
	return !errors.As(err, &answer)
}
func (retry) MaxAttempts() int                             { return 3 }
func (retry) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
func (retry) GetInitialToken() func(error) error           { return func(error) error { return nil } }
func (retry) GetRetryToken(_ context.Context, _ error) (func(error) error, error) {
	return func(error) error { return nil }, nil
}
