package store

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"certloop/reconciler/api"
)

// kinds maps DynamoDB's error codes (Amazon DynamoDB Developer Guide, "Error handling"), and the reasons for which it
// cancels a transaction, to kinds. Any other code is Transient: it promises nothing.
var kinds = map[string]api.ErrorKind{
	"ConditionalCheckFailedException":          api.Conflict,
	"TransactionConflictException":             api.Conflict,
	"ReplicatedWriteConflictException":         api.Conflict,
	reasonConditionFailed:                      api.Conflict,
	reasonConflict:                             api.Conflict,
	"ProvisionedThroughputExceeded":            api.Throttled,
	"ThrottlingError":                          api.Throttled,
	"ThrottlingException":                      api.Throttled,
	"RequestLimitExceeded":                     api.Throttled,
	"ProvisionedThroughputExceededException":   api.Throttled,
	"ValidationException":                      api.Terminal,
	"ValidationError":                          api.Terminal,
	"AccessDeniedException":                    api.Terminal,
	"ResourceNotFoundException":                api.Terminal,
	"ItemCollectionSizeLimitExceeded":          api.Terminal,
	"ItemCollectionSizeLimitExceededException": api.Terminal,
}

const (
	reasonConditionFailed = "ConditionalCheckFailed"
	reasonConflict        = "TransactionConflict"
)

// classify sets the kind of err. The message is stable. It contains DynamoDB's message only if that describes what is
// wrong with the request, and never a request id.
func (s *Store) classify(err error) *api.Error {
	code, message := cause(err)
	e := &api.Error{Kind: kinds[code], Err: err}
	switch e.Kind {
	case api.Conflict:
		e.Message = fmt.Sprintf("table %s: another writer changed the item first", s.table)
	case api.Throttled:
		e.Message = fmt.Sprintf("table %s: requests are throttled", s.table)
	case api.Terminal:
		e.Message = fmt.Sprintf("table %s refuses the request: %s", s.table, message)
	default:
		e.Kind = api.Transient
		e.Message = fmt.Sprintf("table %s did not respond", s.table)
	}
	return e
}

// cause returns DynamoDB's code and message for err. For a cancelled transaction they are those of the decisive reason.
func cause(err error) (code, message string) {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return decisive(cancelled.CancellationReasons)
	}
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return answer.ErrorCode(), answer.ErrorMessage()
	}
	return "", ""
}

// decisive returns a conflict if there is one, because a new read resolves it and the rest may have changed by then;
// else the first reason of known kind.
func decisive(reasons []types.CancellationReason) (code, message string) {
	for _, r := range reasons {
		c := aws.ToString(r.Code)
		if kinds[c] == api.Conflict || (code == "" && kinds[c] != "") {
			code, message = c, aws.ToString(r.Message)
		}
	}
	return code, message
}
