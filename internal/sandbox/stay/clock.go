package stay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"certloop/internal/sandbox/deployed"
	"certloop/internal/sandbox/setup"
)

// clock is how far the sandbox's time is ahead of this machine's. It moves the loop's idea of now, what the CAs write
// into certificates and orders, and ACM's clock. It does not move the delays of the queue, the rates of the schedules,
// timeouts, the times of log lines and of the emulated services, and the clocks of TLS and of request signatures.
type clock struct {
	by atomic.Int64

	// moving admits one move at a time.
	moving sync.Mutex
	// archive is the function that was built with a clock of its own, once somebody moved it.
	archive string
}

// farthest is as far as the clock goes: CAs and emulators are not tested beyond.
const farthest = 5 * 365 * 24 * time.Hour

func (c *clock) ahead() time.Duration { return time.Duration(c.by.Load()) }

func (c *clock) now() time.Time { return time.Now().Add(c.ahead()) }

func (c *clock) String() string {
	if by := c.ahead(); by > 0 {
		return fmt.Sprintf("%s ahead: %s", inDays(by), c.now().UTC().Format(time.RFC3339))
	}
	return "on time"
}

// moveClock moves the clock ahead by d. A clock that went back would find leases and certificates of the future.
func (b *Box) moveClock(ctx context.Context, d time.Duration) (string, error) {
	b.clock.moving.Lock()
	defer b.clock.moving.Unlock()
	total := b.clock.ahead() + d
	if d <= 0 {
		return "", errors.New("the clock moves ahead only: use a positive duration such as 61d, or start another sandbox")
	}
	if total > farthest {
		return "", fmt.Errorf("the clock would be %s ahead: use at most %s in total", inDays(total), inDays(farthest))
	}
	if b.clock.archive == "" {
		b.out.print("Building the function with a clock that can be moved. This takes a while, once.")
		archive, err := setup.ClockArchive(ctx, b.dir)
		if err != nil {
			return "", err
		}
		b.clock.archive = archive
	}
	b.Deployed.Replace(deployed.Replacement{Zip: b.clock.archive, Env: []string{"CERTLOOP_CLOCK_AHEAD=" + total.String()},
		Meanwhile: func() { b.clock.by.Store(int64(total)) }})
	// In AWS a resync would have run meanwhile.
	if err := b.invoke(ctx, `{"action":"resync"}`); err != nil {
		return "", err
	}
	return "The clock is " + b.clock.String() + ".", nil
}

// inDays returns a duration in days and less.
func inDays(d time.Duration) string {
	days := d / (24 * time.Hour)
	rest := (d % (24 * time.Hour)).Round(time.Second)
	switch {
	case days == 0:
		return rest.String()
	case rest == 0:
		return fmt.Sprintf("%dd", days)
	}
	return fmt.Sprintf("%dd%s", days, rest)
}
