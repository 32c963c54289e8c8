package deployed

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/internal/sandbox/triggers"
)

// invoker returns a function that invokes the function with that ARN.
func (r *Runner) invoker(arn string) triggers.Invoker {
	return func(ctx context.Context, payload []byte) ([]byte, bool, error) {
		result, err := r.Invoke(ctx, arn, payload)
		return result.Payload, result.FunctionError, err
	}
}

// runMapping runs an event source mapping until ctx ends.
func (r *Runner) runMapping(ctx context.Context, m mapping) error {
	common := triggers.Mapping{BatchSize: m.BatchSize, WholeBatch: !slices.Contains(m.FunctionResponseTypes, "ReportBatchItemFailures")}
	var patterns []string
	for _, f := range m.FilterCriteria.Filters {
		patterns = append(patterns, f.Pattern)
	}
	var err error
	if common.Filter, err = triggers.ParseFilter(patterns...); err != nil {
		return err
	}
	switch service := strings.Split(m.EventSourceArn, ":")[2]; service {
	case "dynamodb":
		return r.runStream(ctx, m, common)
	case "sqs":
		return r.runQueue(ctx, m, common)
	default:
		return fmt.Errorf("a source in %s is not supported here", service)
	}
}

func (r *Runner) runStream(ctx context.Context, m mapping, common triggers.Mapping) error {
	s := &triggers.Stream{Client: r.config.Streams, ARN: m.EventSourceArn, Invoke: r.invoker(m.FunctionArn), Log: r.log,
		Mapping: common, Seen: r.config.Record}
	switch {
	case m.StartingPosition != "TRIM_HORIZON":
		return fmt.Errorf("starting position %q is not supported here", m.StartingPosition)
	case m.MaximumRetryAttempts == nil || *m.MaximumRetryAttempts < 0:
		return fmt.Errorf("the mapping has no maximum retry attempts, so a bad record would block the stream for a day")
	}
	if err := r.mayRead(ctx, m, streamActions); err != nil {
		return err
	}
	s.Attempts = *m.MaximumRetryAttempts + 1
	if to := m.DestinationConfig.OnFailure.Destination; to != "" {
		s.GivenUp = func(ctx context.Context, batch []streams.Record) { r.report(ctx, r.giveUp(ctx, m, to, batch)) }
	}
	return s.Run(ctx)
}

// giveUp sends the given-up batch's position to the on-failure queue. Lambda sends only where the records are, not the
// records (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html).
func (r *Runner) giveUp(ctx context.Context, m mapping, to string, batch []streams.Record) error {
	queue, err := r.config.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(nameOf(to))})
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"version": "1.0",
		"requestContext": map[string]any{"functionArn": m.FunctionArn, "condition": "RetryAttemptsExhausted"},
		"DDBStreamBatchInfo": map[string]any{"streamArn": m.EventSourceArn, "batchSize": len(batch),
			"startSequenceNumber": batch[0].Dynamodb.SequenceNumber, "endSequenceNumber": batch[len(batch)-1].Dynamodb.SequenceNumber},
	})
	if err != nil {
		return err
	}
	_, err = r.config.SQS.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String(string(body))})
	return err
}

// pollers is how many batches of a queue run at a time if the mapping does not bound it.
const pollers = 5

func (r *Runner) runQueue(ctx context.Context, m mapping, common triggers.Mapping) error {
	if len(common.Filter) > 0 {
		return fmt.Errorf("a filter on a queue is not supported here")
	}
	if err := r.mayRead(ctx, m, queueActions); err != nil {
		return err
	}
	queue, err := r.config.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(nameOf(m.EventSourceArn))})
	if err != nil {
		return err
	}
	at := pollers
	if most := m.ScalingConfig.MaximumConcurrency; most > 0 {
		at = min(at, most)
	}
	var running sync.WaitGroup
	errs := make(chan error, at)
	for range at {
		running.Go(func() {
			q := &triggers.Queue{Client: r.config.SQS, URL: aws.ToString(queue.QueueUrl), ARN: m.EventSourceArn,
				Invoke: r.invoker(m.FunctionArn), Log: r.log, Mapping: common, Seen: r.config.Message}
			errs <- q.Run(ctx)
		})
	}
	running.Wait()
	return <-errs
}

var rateForm = regexp.MustCompile(`^rate\((\d+) (minute|hour|day)s?\)$`)

// runSchedule runs a schedule until ctx ends. Without a start date a rate begins at once
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
func (r *Runner) runSchedule(ctx context.Context, s schedule) error {
	rate, err := rateOf(s.ScheduleExpression)
	if err != nil {
		return err
	}
	if s.Target.Input == "" {
		return fmt.Errorf("it has no input")
	}
	if err := r.may(ctx, s.Target.RoleArn, "lambda:InvokeFunction", s.Target.Arn, false); err != nil {
		return err
	}
	if r.config.Rate > 0 {
		rate = r.config.Rate
	}
	if replaced, ok := r.config.Rates[s.Name]; ok {
		rate = replaced
	}
	triggers.Every(ctx, rate, s.Target.Input, r.invoker(s.Target.Arn), r.log)
	return nil
}

func rateOf(expression string) (time.Duration, error) {
	parts := rateForm.FindStringSubmatch(expression)
	if parts == nil {
		return 0, fmt.Errorf("the schedule expression %q is not supported here", expression)
	}
	n, err := strconv.Atoi(parts[1])
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[parts[2]]
	return time.Duration(n) * unit, err
}
