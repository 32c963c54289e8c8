// Package triggers stands in for Lambda's event source mappings and for EventBridge Scheduler. It reads stream and
// queue of the emulator and invokes the function, with the semantics of the real services
// (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html,
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
package triggers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Invoker invokes the function.
type Invoker func(ctx context.Context, payload []byte) (answer []byte, functionError bool, err error)

// pause is how often an empty stream or queue is polled.
const pause = 100 * time.Millisecond

// Mapping is the configuration that mappings of stream and queue share.
type Mapping struct {
	// Filter selects the records that are passed on.
	Filter Filter
	// BatchSize is the most records of one batch; 0 stands for Lambda's default, 100 of a stream and 10 of a queue.
	BatchSize int32
	// WholeBatch is true if the mapping has no ReportBatchItemFailures: the answer is not read, and a batch fails or
	// succeeds as a whole.
	WholeBatch bool
}

func (m Mapping) limit(fallback int32) *int32 {
	n := cmp.Or(m.BatchSize, fallback)
	return &n
}

func (m Mapping) failures(answer []byte, functionError bool) (failed map[string]bool, all bool) {
	if m.WholeBatch {
		return nil, functionError
	}
	return failures(answer, functionError)
}

// failures reads the batch item failures of an answer. all is true if the whole batch failed: after an error, an answer
// that Lambda cannot read, or an empty identifier.
func failures(answer []byte, functionError bool) (failed map[string]bool, all bool) {
	var report struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if functionError || json.Unmarshal(answer, &report) != nil {
		return nil, true
	}
	failed = map[string]bool{}
	for _, f := range report.BatchItemFailures {
		if f.ItemIdentifier == "" {
			return nil, true
		}
		failed[f.ItemIdentifier] = true
	}
	return failed, false
}

// Every invokes the function with the event at once and then at that rate, until ctx ends.
func Every(ctx context.Context, rate time.Duration, event string, invoke Invoker, log *slog.Logger) {
	for {
		answer, failed, err := invoke(ctx, []byte(event))
		if ctx.Err() != nil {
			return
		}
		if failed || err != nil {
			log.Warn("schedule", "event", event, "answer", string(answer), "err", err)
		}
		if !wait(ctx, rate) {
			return
		}
	}
}

// wait reports whether the time passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func marshal(records any) ([]byte, error) {
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return payload, nil
}
