package queue

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/reconciler/api"
)

// result is what became of one batch.
type result struct {
	// taken is how many of its messages are in the queue.
	taken int
	// refused is why some of them never will be.
	refused *api.Error
	// failed is why the rest was not taken: what keeps it back keeps the next batch back too.
	failed *api.Error
}

// send sends one batch, and again those of its messages that SQS failed by its own fault, as often and with such pauses
// as the client repeats a whole request.
func (q *Queue) send(ctx context.Context, delay int32, requests []api.Request) (r result) {
	left := entries(requests, delay)
	retryer := q.client.Options().Retryer
	for attempt := 1; ; attempt++ {
		out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: left})
		if err != nil {
			r.failed = q.classify(err)
			return r
		}
		r.taken += len(out.Successful)
		var refused []types.BatchResultErrorEntry
		if left, refused = sort(left, out); len(refused) > 0 {
			r.refused = q.refusal(refused[0])
		}
		if len(left) == 0 {
			return r
		}
		if attempt >= retryer.MaxAttempts() {
			r.failed = q.busy(len(left))
			return r
		}
		if err := pause(ctx, retryer, attempt); err != nil {
			r.failed = q.classify(err)
			return r
		}
	}
}

// entries are the messages of one batch; an ID is the request's place in it.
func entries(requests []api.Request, delay int32) []types.SendMessageBatchRequestEntry {
	list := make([]types.SendMessageBatchRequestEntry, len(requests))
	for i, r := range requests {
		body, _ := json.Marshal(r) // strings and a number always have a JSON form
		list[i] = types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(xml.Replace(string(body))), DelaySeconds: delay,
		}
	}
	return list
}

// xml escapes the two characters that JSON holds as they are and a message may not hold (SQS API Reference, SendMessage).
// The key of an item may have them, and must not keep others back.
var xml = strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`)

// sort parts what SQS did not take into what is to be sent again and what is not, for the answer would be the same. An
// entry that the answer does not mention counts as not taken.
func sort(sent []types.SendMessageBatchRequestEntry, out *sqs.SendMessageBatchOutput) (again []types.SendMessageBatchRequestEntry,
	refused []types.BatchResultErrorEntry) {
	done := map[string]bool{}
	for _, e := range out.Successful {
		done[aws.ToString(e.Id)] = true
	}
	for _, e := range out.Failed {
		if e.SenderFault {
			done[aws.ToString(e.Id)] = true
			refused = append(refused, e)
		}
	}
	for _, e := range sent {
		if !done[aws.ToString(e.Id)] {
			again = append(again, e)
		}
	}
	return again, refused
}

// pause waits as long as the retryer says, or until ctx ends.
func pause(ctx context.Context, retryer aws.Retryer, attempt int) error {
	delay, err := retryer.RetryDelay(attempt, nil)
	if err != nil {
		return err
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
