package triggers

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// Stream is the event source mapping of a table's stream.
type Stream struct {
	Client *streams.Client
	ARN    string
	Invoke Invoker
	Log    *slog.Logger
	Mapping
	// Attempts is the mapping's MaximumRetryAttempts plus one (default 10).
	Attempts int
	// GivenUp, if set, receives a batch that failed that often.
	GivenUp func(ctx context.Context, batch []types.Record)
	// Seen, if set, receives every record of the stream, also those that the filter drops.
	Seen func(types.Record)
}

// Run reads the stream from its beginning until ctx ends.
func (s *Stream) Run(ctx context.Context) error {
	described, err := s.Client.DescribeStream(ctx, &streams.DescribeStreamInput{StreamArn: &s.ARN})
	if err != nil {
		return fmt.Errorf("describe stream: %w", err)
	}
	if n := len(described.StreamDescription.Shards); n != 1 {
		return fmt.Errorf("the stream has %d shards: this reader supports one", n)
	}
	got, err := s.Client.GetShardIterator(ctx, &streams.GetShardIteratorInput{
		StreamArn: &s.ARN, ShardId: described.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		return fmt.Errorf("get shard iterator: %w", err)
	}
	return s.read(ctx, got.ShardIterator)
}

func (s *Stream) read(ctx context.Context, iterator *string) error {
	for {
		page, err := s.Client.GetRecords(ctx, &streams.GetRecordsInput{ShardIterator: iterator, Limit: s.limit(100)})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("get records: %w", err)
		}
		s.deliver(ctx, s.filter(page.Records))
		iterator = page.NextShardIterator
		if len(page.Records) == 0 && !wait(ctx, pause) {
			return nil
		}
	}
}

func (s *Stream) filter(records []types.Record) []types.Record {
	var out []types.Record
	for _, r := range records {
		if s.Seen != nil {
			s.Seen(r)
		}
		if s.Filter.Matches(lambdaRecord(s.ARN, r)) {
			out = append(out, r)
		}
	}
	return out
}

// deliver invokes the function until the batch is processed. After a failure at a sequence number it repeats everything
// from there on.
func (s *Stream) deliver(ctx context.Context, batch []types.Record) {
	for range cmp.Or(s.Attempts, 10) {
		if len(batch) == 0 || ctx.Err() != nil {
			return
		}
		payload, err := marshal(lambdaRecords(s.ARN, batch))
		if err != nil {
			s.Log.Error("stream", "err", err)
			return
		}
		answer, functionError, err := s.Invoke(ctx, payload)
		if err == nil {
			failed, all := s.failures(answer, functionError)
			if batch = from(batch, failed, all); len(batch) == 0 {
				return
			}
		}
		if ctx.Err() == nil {
			s.Log.Warn("stream batch comes again", "records", len(batch), "answer", string(answer), "err", err)
		}
		wait(ctx, pause)
	}
	s.Log.Error("stream batch given up", "records", len(batch))
	if s.GivenUp != nil {
		s.GivenUp(ctx, batch)
	}
}

// from returns the batch from the first failed record on.
func from(batch []types.Record, failed map[string]bool, all bool) []types.Record {
	if all {
		return batch
	}
	for i, r := range batch {
		if failed[aws.ToString(r.Dynamodb.SequenceNumber)] {
			return batch[i:]
		}
	}
	if len(failed) > 0 {
		return batch // unknown identifiers fail the whole batch
	}
	return nil
}
