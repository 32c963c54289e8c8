package command

import (
	"context"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
)

// pollInterval is how often a wait reads what it waits for.
const pollInterval = time.Second

// poll reads until it is done, or the time is over. It shows the lines of each reading: in place on a terminal, elsewhere
// each change.
func (a *app) poll(ctx context.Context, timeout time.Duration, read func(context.Context) (lines []string, done bool, err error)) error {
	if timeout <= 0 {
		return usageError{lang.Errorf("--timeout is %s: use a positive time such as 10m", timeout)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	live := screen.NewLive(a.screen)
	defer live.End()
	for {
		lines, done, err := read(ctx)
		// What was read when the time ended may be incomplete.
		if ctx.Err() == nil {
			if err != nil {
				return err
			}
			if live.Show(lines); done {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return a.timedOut(ctx, timeout)
		case <-time.After(pollInterval):
		}
	}
}

// timedOut ends a wait before its condition. certloop continues in any case.
func (a *app) timedOut(ctx context.Context, timeout time.Duration) error {
	if ctx.Err() == context.DeadlineExceeded {
		a.errs.Line(a.errs.F("Not done after %s. certloop continues. Run certloop describe to see what it waits for.", timeout))
	} else {
		a.errs.Line(a.errs.T("Interrupted. certloop continues."))
	}
	return errDiffers
}
