package queue

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// kinds are the error codes that mean something to SQS alone, by its own name or by the one of its older protocol.
var kinds = map[string]api.ErrorKind{
	"KmsThrottled": api.Throttled, "KMS.ThrottlingException": api.Throttled,
}

var missing = map[string]bool{"QueueDoesNotExist": true, "AWS.SimpleQueueService.NonExistentQueue": true}

// deniedKey are the codes where the queue's KMS key is denied.
var deniedKey = map[string]bool{"KmsAccessDenied": true, "KMS.AccessDeniedException": true}

// classify returns err with its kind and a message that is the same from run to run.
func (q *Queue) classify(err error) *api.Error {
	e := &api.Error{Kind: awserr.Kind(err, kinds), Err: err}
	switch code := awserr.Code(err); {
	case missing[code]:
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("queue %s does not exist: configure the URL of the work queue", q.url)
	case awserr.Denied(err) || deniedKey[code]:
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("the function's role has no permission to send to queue %s: allow it sqs:SendMessage, and kms:GenerateDataKey "+
			"and kms:Decrypt where the queue has a KMS key; AWS error message: %s", q.url, awserr.Message(err))
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("queue %s throttled sqs:SendMessage; certloop retries", q.url)
	case e.Kind == api.Terminal:
		e.Message = fmt.Sprintf("queue %s refused sqs:SendMessage: %s", q.url, awserr.Message(err))
	default:
		e.Message = fmt.Sprintf("queue %s did not respond to sqs:SendMessage; certloop retries", q.url)
	}
	return e
}

// refusal returns the error of a message that SQS never accepts.
func (q *Queue) refusal(e types.BatchResultErrorEntry) *api.Error {
	text := awserr.Stable(aws.ToString(e.Message))
	return &api.Error{Kind: api.Terminal, Err: fmt.Errorf("%s: %s", aws.ToString(e.Code), text),
		Message: fmt.Sprintf("queue %s refused a message: %s", q.url, text)}
}

// busy returns the error of n messages that SQS failed repeatedly.
func (q *Queue) busy(n int) *api.Error {
	return &api.Error{Kind: api.Transient, Err: fmt.Errorf("%d of a batch failed", n),
		Message: fmt.Sprintf("queue %s did not accept a message; certloop retries", q.url)}
}
