package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/transport/http"
)

// attempts observes the attempts of one request. The SDK repeats a request whose reply is lost. The answer to the last
// attempt can then be the result of an earlier one.
type attempts struct {
	// lost is true if at least one attempt ended without an answer, and may have had its effect.
	lost bool
}

// watch is an option of a call. Its middleware runs inside the SDK's retries, so it sees every attempt.
func (a *attempts) watch(o *dynamodb.Options) {
	observe := middleware.FinalizeMiddlewareFunc("WatchAttempts", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		a.lost = a.lost || unanswered(err)
		return out, metadata, err
	})
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(observe, "Retry", middleware.After)
	})
}

// unanswered reports whether err is not the service's answer about the request itself: the connection or the server
// (5xx) failed, and the effect is unknown.
func unanswered(err error) bool {
	if err == nil {
		return false
	}
	var answer smithy.APIError
	var response *http.ResponseError
	if !errors.As(err, &answer) || !errors.As(err, &response) {
		return true
	}
	return response.HTTPStatusCode() >= 500
}
