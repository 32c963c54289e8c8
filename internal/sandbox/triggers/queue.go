package triggers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue is the event source mapping of the work queue.
type Queue struct {
	Client *sqs.Client
	URL    string
	Invoke Invoker
	Log    *slog.Logger
	// ARN is the queue's ARN (default: that of the queue certloop).
	ARN string
	Mapping
	// Seen, if set, receives the body of every message.
	Seen func(body string)
}

// Run receives batches from the queue until ctx ends. It deletes what the function does not report as failed. The rest
// comes again after its visibility timeout, as does what cannot be deleted.
func (q *Queue) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		found, err := q.receive(ctx)
		if err != nil && ctx.Err() == nil {
			q.Log.Warn("the queue is read again", "err", err)
		}
		if !found {
			wait(ctx, pause)
		}
	}
	return nil
}

// receive processes one batch. found is false if the queue is empty or cannot be read.
func (q *Queue) receive(ctx context.Context) (found bool, err error) {
	got, err := q.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.URL, MaxNumberOfMessages: *q.limit(10),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return false, fmt.Errorf("receive messages: %w", err)
	}
	if len(got.Messages) == 0 {
		return false, nil
	}
	return true, q.deliver(ctx, got.Messages)
}

func (q *Queue) deliver(ctx context.Context, batch []types.Message) error {
	payload, err := marshal(q.records(batch))
	if err != nil {
		return err
	}
	answer, functionError, err := q.Invoke(ctx, payload)
	failed, all := q.failures(answer, functionError)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil || all || len(failed) > 0 {
		q.Log.Warn("messages come again", "batch", len(batch), "failed", len(failed), "answer", string(answer), "err", err)
	}
	if err != nil || all {
		return nil
	}
	var problems error
	for _, m := range batch {
		if failed[aws.ToString(m.MessageId)] {
			continue
		}
		in := &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: m.ReceiptHandle}
		if _, err := q.Client.DeleteMessage(ctx, in); err != nil {
			problems = errors.Join(problems, fmt.Errorf("delete message: %w", err))
		}
	}
	return problems
}

// records returns the messages in the form in which Lambda passes them on.
func (q *Queue) records(batch []types.Message) []map[string]any {
	out := make([]map[string]any, len(batch))
	for i, m := range batch {
		if q.Seen != nil {
			q.Seen(aws.ToString(m.Body))
		}
		out[i] = map[string]any{
			"messageId": aws.ToString(m.MessageId), "receiptHandle": aws.ToString(m.ReceiptHandle),
			"body": aws.ToString(m.Body), "attributes": m.Attributes, "messageAttributes": map[string]any{},
			"md5OfBody": aws.ToString(m.MD5OfBody), "eventSource": "aws:sqs", "awsRegion": "us-east-1",
			"eventSourceARN": cmp.Or(q.ARN, "arn:aws:sqs:us-east-1:123456789012:certloop"),
		}
	}
	return out
}
