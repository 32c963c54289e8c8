package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/transport/http"
)

// attempts watches the attempts of one request. The SDK sends a request again when a reply is lost; what the last
// attempt is told can then be the doing of an earlier one.
type attempts struct {
	// lost: one attempt, at least, ended without an answer, and may have had its effect.
	lost bool
}

// watch is an option of a call. Its middleware stands behind the SDK's retries, where every attempt passes.
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

// unanswered says that err is no answer of the service about the request itself: the connection failed, or the server
// did (5xx), and nobody knows how far the request came.
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
