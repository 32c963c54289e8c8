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

// classify gives err its kind and a message that is the same from run to run.
func (q *Queue) classify(err error) *api.Error {
	e := &api.Error{Kind: awserr.Kind(err, kinds), Err: err}
	switch code := awserr.Code(err); {
	case missing[code]:
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("queue %s does not exist: configure the URL of the work queue", q.url)
	case awserr.Denied(err) || deniedKey[code]:
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("the function's role may not send to queue %s: allow it sqs:SendMessage, and kms:GenerateDataKey "+
			"and kms:Decrypt where the queue has a KMS key; AWS says: %s", q.url, awserr.Message(err))
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("queue %s throttles sqs:SendMessage", q.url)
	case e.Kind == api.Terminal:
		e.Message = fmt.Sprintf("queue %s refuses sqs:SendMessage: %s", q.url, awserr.Message(err))
	default:
		e.Message = fmt.Sprintf("queue %s does not answer sqs:SendMessage", q.url)
	}
	return e
}

// refusal is the error of a message that SQS does not take, whenever it is sent.
func (q *Queue) refusal(e types.BatchResultErrorEntry) *api.Error {
	said := awserr.Stable(aws.ToString(e.Message))
	return &api.Error{Kind: api.Terminal, Err: fmt.Errorf("%s: %s", aws.ToString(e.Code), said),
		Message: fmt.Sprintf("queue %s refuses a message: %s", q.url, said)}
}

// busy is the error of messages that SQS failed again and again.
func (q *Queue) busy(n int) *api.Error {
	return &api.Error{Kind: api.Transient, Err: fmt.Errorf("%d of a batch failed", n),
		Message: fmt.Sprintf("queue %s does not take messages at the moment", q.url)}
}
