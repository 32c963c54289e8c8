package triggers

import (
	"cmp"
	"context"
	"errors"
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

// Run reads the stream from its beginning until ctx ends. A read that fails is repeated. The error is about a stream that
// cannot be read here.
func (s *Stream) Run(ctx context.Context) error {
	iterator, err := s.beginning(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		page, err := s.Client.GetRecords(ctx, &streams.GetRecordsInput{ShardIterator: iterator, Limit: s.limit(100)})
		if err != nil {
			s.again(ctx, fmt.Errorf("get records: %w", err))
			continue
		}
		s.deliver(ctx, s.filter(page.Records))
		iterator = page.NextShardIterator
		if len(page.Records) == 0 {
			wait(ctx, pause)
		}
	}
	return nil
}

// errShards is the error about a stream that this reader does not support.
var errShards = errors.New("this reader supports one shard")

// beginning returns the iterator at the oldest record, or nil if ctx ends before.
func (s *Stream) beginning(ctx context.Context) (*string, error) {
	for ctx.Err() == nil {
		iterator, err := s.iterator(ctx)
		if err == nil || errors.Is(err, errShards) {
			return iterator, err
		}
		s.again(ctx, err)
	}
	return nil, nil
}

func (s *Stream) iterator(ctx context.Context) (*string, error) {
	described, err := s.Client.DescribeStream(ctx, &streams.DescribeStreamInput{StreamArn: &s.ARN})
	if err != nil {
		return nil, fmt.Errorf("describe stream: %w", err)
	}
	if n := len(described.StreamDescription.Shards); n != 1 {
		return nil, fmt.Errorf("the stream has %d shards: %w", n, errShards)
	}
	got, err := s.Client.GetShardIterator(ctx, &streams.GetShardIteratorInput{
		StreamArn: &s.ARN, ShardId: described.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		return nil, fmt.Errorf("get shard iterator: %w", err)
	}
	return got.ShardIterator, nil
}

// again waits before a read that has failed is repeated.
func (s *Stream) again(ctx context.Context, err error) {
	if ctx.Err() == nil {
		s.Log.Warn("the stream is read again", "err", err)
	}
	wait(ctx, pause)
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
// from there on. Only an invocation that took place is an attempt.
func (s *Stream) deliver(ctx context.Context, batch []types.Record) {
	for left := cmp.Or(s.Attempts, 10); left > 0; {
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
			left--
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
