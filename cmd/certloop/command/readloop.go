package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
)

const (
	// readTime bounds one read. A connection that hangs is then a read that failed.
	readTime = time.Minute
	// longestPause is the longest pause before a read that failed is repeated.
	longestPause = 15 * time.Second
	// watchPatience is how long a command without a deadline goes on while each read fails.
	watchPatience = 5 * time.Minute
)

// reader reads once. done ends the loop. lines are what was read, to be shown; nil if the reader shows it itself.
type reader func(ctx context.Context) (lines []string, done bool, err error)

// readLoop reads something again and again. Each command that reads more than once uses it (docs/reference/cli.md, Reads that
// fail):
//
//   - A transient failure is retried after a pause that grows. The operator sees the error, since when reads fail, and the
//     lines of the last read that succeeded, with its time.
//   - A lasting failure ends it at once.
//   - It ends with the error of the last read where that failed at the deadline, or where all reads failed for the patience.
type readLoop struct {
	*app
	// interval is the pause between reads that succeed.
	interval time.Duration
	// patience is how long reads may fail; zero: until the deadline.
	patience time.Duration
	// live shows the lines; nil: the reader shows them.
	live *screen.Live

	lines []string
	// readAt is the time of the last read that succeeded.
	readAt time.Time
	outage outage
}

// outage is a row of reads that failed.
type outage struct {
	// err is the error of the last one; nil: the last read succeeded.
	err error
	// count is how many there were. since is the operator's clock at the first one, and began the process's.
	count        int
	since, began time.Time
}

// run reads until it is done. done is false without an error where the context ended.
func (l *readLoop) run(ctx context.Context, read reader) (done bool, err error) {
	for {
		lines, done, err := l.once(ctx, read)
		switch {
		case ctx.Err() != nil:
			// What was read when the time ended may be incomplete.
			return false, l.ended(ctx, err)
		case err == nil:
			if l.succeeded(lines); done {
				return true, nil
			}
		case !l.mayRecover(err):
			return false, err
		default:
			if l.failed(err); l.patience > 0 && time.Since(l.outage.began) >= l.patience {
				return false, l.outage.error()
			}
		}
		select {
		case <-ctx.Done():
			return false, l.ended(ctx, nil)
		case <-time.After(l.pause()):
		}
	}
}

func (l *readLoop) once(ctx context.Context, read reader) ([]string, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	return read(ctx)
}

// mayRecover reports whether the same read may succeed later.
func (l *readLoop) mayRecover(err error) bool {
	return deployment.IsTransient(err) || !l.readAt.IsZero() && deployment.IsUnresolved(err)
}

// succeeded shows what was read.
func (l *readLoop) succeeded(lines []string) {
	if l.outage.err != nil && !l.redraws() {
		l.errs.Line(l.errs.F("Reading succeeds again since %s.", l.errs.Seconds(l.config.Now())))
	}
	l.lines, l.readAt, l.outage = lines, l.config.Now(), outage{}
	if l.live != nil {
		l.live.Show(slices.Clone(lines))
	}
}

// failed shows that a read failed: on a terminal above the last lines, elsewhere once for each error.
func (l *readLoop) failed(err error) {
	isNew := l.outage.err == nil || l.outage.err.Error() != err.Error()
	if l.outage.err == nil {
		l.outage.since, l.outage.began = l.config.Now(), time.Now()
	}
	l.outage.err, l.outage.count = err, l.outage.count+1
	switch {
	case l.redraws():
		var text strings.Builder
		l.screen.To(&text).Wrapped(l.warning(l.screen), 0)
		l.live.Show(append(strings.Split(strings.TrimRight(text.String(), "\n"), "\n"), l.lines...))
	case isNew:
		l.errs.Wrapped(l.warning(l.errs), 0)
	}
}

// redraws reports whether the lines are drawn again in place.
func (l *readLoop) redraws() bool { return l.live != nil && l.screen.Live }

// warning says since when reads fail, and of when the last lines are.
func (l *readLoop) warning(s *screen.Screen) string {
	text := screen.Warn.Render(s.T("Warning:")) + " " + s.F("reads have failed since %s: %s.", s.Seconds(l.outage.since), s.Error(l.outage.err)) + " "
	if l.readAt.IsZero() {
		return text + s.T("Nothing has been read yet. Reading is tried again.")
	}
	return text + s.F("What is shown was read at %s. Reading is tried again.", s.Seconds(l.readAt))
}

// pause returns how long to wait before the next read. After failures it grows, up to the time at which patience ends.
func (l *readLoop) pause() time.Duration {
	if l.outage.err == nil {
		return l.interval
	}
	pause := min(l.interval<<min(l.outage.count, 16), longestPause)
	if l.patience > 0 {
		pause = min(pause, l.patience-time.Since(l.outage.began))
	}
	return pause
}

// ended returns the error where the context has ended: at a deadline that of the last read, if it failed or nothing was read.
func (l *readLoop) ended(ctx context.Context, last error) error {
	switch {
	case !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil
	case l.outage.err != nil:
		return l.outage.error()
	case l.readAt.IsZero():
		return last
	}
	return nil
}

// error is the error that ends the loop.
func (o outage) error() error {
	return lang.Errorf("reads have failed since %s: %w", o.since.UTC().Format(time.RFC3339), o.err)
}
