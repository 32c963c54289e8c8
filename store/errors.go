package store

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"certloop/reconciler/api"
)

// kinds are DynamoDB's error codes of known kind (Amazon DynamoDB Developer Guide, "Error handling"), and the reasons
// for which it cancels a transaction. Any other is Transient: it promises nothing.
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

// classify gives err its kind. The message is the same from run to run: DynamoDB's own words are in it only where
// they say what is wrong with the request, and never a request id.
func (s *Store) classify(err error) *api.Error {
	code, said := cause(err)
	e := &api.Error{Kind: kinds[code], Err: err}
	switch e.Kind {
	case api.Conflict:
		e.Message = fmt.Sprintf("table %s: somebody else wrote first", s.table)
	case api.Throttled:
		e.Message = fmt.Sprintf("table %s: requests are throttled", s.table)
	case api.Terminal:
		e.Message = fmt.Sprintf("table %s refuses the request: %s", s.table, said)
	default:
		e.Kind = api.Transient
		e.Message = fmt.Sprintf("table %s does not answer", s.table)
	}
	return e
}

// cause is DynamoDB's code for err, and what it says to it; of a cancelled transaction, the reason that decides.
func cause(err error) (code, said string) {
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

// decisive is a conflict where there is one, because reading again cures it and the rest may be gone by then; else
// the first reason of known kind.
func decisive(reasons []types.CancellationReason) (code, said string) {
	for _, r := range reasons {
		c := aws.ToString(r.Code)
		if kinds[c] == api.Conflict || (code == "" && kinds[c] != "") {
			code, said = c, aws.ToString(r.Message)
		}
	}
	return code, said
}
