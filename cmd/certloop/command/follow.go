package command

import (
	"context"
	"maps"
	"time"

	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// followInterval is how often --follow reads the log, and followOverlap how much of it again: CloudWatch may show a line
// some seconds late.
const (
	followInterval = 3 * time.Second
	followOverlap  = time.Minute
)

// logReading is the log of one record, of which each line is read once.
type logReading struct {
	*app
	name string
	// since is the time from which the log is read next.
	since time.Time
	// seen are the lines since then that were read, by id.
	seen map[string]time.Time
	// started is true after the history was read.
	started bool
}

// follow shows the history and the log of a record, and then its new lines until it is interrupted.
func (a *app) follow(ctx context.Context, name string, since time.Time) error {
	r := &logReading{app: a, name: name, since: since, seen: map[string]time.Time{}}
	loop := &readLoop{app: a, interval: followInterval, patience: watchPatience}
	_, err := loop.run(ctx, func(ctx context.Context) ([]string, bool, error) {
		events, err := r.next(ctx)
		view.Events(a.screen, events)
		return nil, false, err
	})
	return err
}

// next returns what was not returned before, in order: the first time with the history. A read that fails returns nothing, so
// that the next one begins where it began.
func (r *logReading) next(ctx context.Context) (events []view.Event, err error) {
	if !r.started {
		if events, err = r.history(ctx, r.name, r.since); err != nil {
			return nil, err
		}
	}
	at := r.config.Now()
	fresh := map[string]time.Time{}
	for line, err := range r.opened.Logs(ctx, api.Key{Kind: api.KindCertificate, Name: r.name}, r.since) {
		if err != nil {
			return nil, err
		}
		if _, known := r.seen[line.ID]; !known {
			fresh[line.ID] = line.Time
			events = append(events, view.LogEvent(line.Time, line.Fields))
		}
	}
	r.started = true
	maps.Copy(r.seen, fresh)
	r.since = later(r.since, at.Add(-followOverlap))
	maps.DeleteFunc(r.seen, func(_ string, read time.Time) bool { return read.Before(r.since) })
	return view.Sorted(events), nil
}

func later(x, y time.Time) time.Time {
	if x.After(y) {
		return x
	}
	return y
}
