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
func (a *app) poll(ctx context.Context, timeout time.Duration, read reader) error {
	if timeout <= 0 {
		return usageError{lang.Errorf("--timeout is %s: use a positive time such as 10m", timeout)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	loop := &readLoop{app: a, interval: pollInterval, live: screen.NewLive(a.screen)}
	defer loop.live.End()
	done, err := loop.run(ctx, read)
	switch {
	case err != nil && loop.outage.err != nil:
		a.errs.Line(a.errs.T("certloop continues, although its state cannot be read here."))
		return err
	case err != nil || done:
		return err
	}
	return a.timedOut(ctx, timeout)
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
