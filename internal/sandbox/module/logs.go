package module

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Logs writes the lines of the function to its log group, as Lambda does where the function writes JSON itself. It is
// safe for concurrent use.
type Logs struct {
	mu    sync.Mutex
	lines map[string][]event
	known map[string]bool
}

type event struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

// mostWaiting bounds the lines of a stream that wait: an emulator that does not answer must not fill the memory.
const mostWaiting = 10000

// Add adds a line of a log stream.
func (l *Logs) Add(stream string, line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil {
		l.lines, l.known = map[string][]event{}, map[string]bool{}
	}
	if len(l.lines[stream]) < mostWaiting {
		l.lines[stream] = append(l.lines[stream], event{time.Now().UnixMilli(), string(line)})
	}
}

// Run writes what was added, until ctx ends.
func (l *Logs) Run(ctx context.Context, d *Deployment, every time.Duration, failed func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		for stream, lines := range l.take() {
			if err := l.write(ctx, d, stream, lines); err != nil && ctx.Err() == nil {
				l.putBack(stream, lines)
				failed(fmt.Errorf("write the function's log again: %w", err))
			}
		}
	}
}

func (l *Logs) take() map[string][]event {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.lines
	l.lines = map[string][]event{}
	if l.known == nil {
		l.known = map[string]bool{}
	}
	return waiting
}

// putBack keeps lines that could not be written for the next time.
func (l *Logs) putBack(stream string, lines []event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines = append(lines, l.lines[stream]...)
	l.lines[stream] = lines[:min(len(lines), mostWaiting)]
}

// write puts events into a stream. Only Run calls it.
func (l *Logs) write(ctx context.Context, d *Deployment, stream string, lines []event) error {
	names := object{"logGroupName": LogGroup, "logStreamName": stream}
	if !l.known[stream] {
		err := d.aws.json(ctx, "logs", "Logs_20140328.CreateLogStream", names, nil)
		// An attempt whose reply was lost has made it.
		if err != nil && !strings.Contains(err.Error(), "ResourceAlreadyExistsException") {
			return err
		}
		l.known[stream] = true
	}
	names["logEvents"] = lines
	return d.aws.json(ctx, "logs", "Logs_20140328.PutLogEvents", names, nil)
}

// LogLines returns the lines of the function's log that match a filter pattern, oldest first.
func (d *Deployment) LogLines(ctx context.Context, pattern string) (lines []string, err error) {
	var out struct{ Events []event }
	err = d.aws.json(ctx, "logs", "Logs_20140328.FilterLogEvents",
		object{"logGroupName": LogGroup, "filterPattern": pattern, "interleaved": true}, &out)
	for _, e := range out.Events {
		lines = append(lines, e.Message)
	}
	return lines, err
}
