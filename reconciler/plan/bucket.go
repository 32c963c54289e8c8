package plan

import (
	"time"

	"certloop/reconciler/api"
)

// A bucket is one limit of a CA as a token bucket: it holds at most burst tokens, and one is refilled every that many
// milliseconds. One number says what is in it: the time at which it is full. So what is stored does not grow with what was
// taken. Let's Encrypt counts in the same way.
type bucket struct {
	burst, every int64
	// late is for how long a token that is refilled is left alone. A CA counts an order when it arrives, and a certificate when
	// it is signed: later than it was taken from the bucket.
	late int64
}

// latestCount bounds late: an issuance takes less.
const latestCount = issuanceTime

// bucketOf returns the bucket of a limit. Where the CA does not refill it gradually, no window may have more than the limit,
// wherever it begins: half of it may be taken at once, and the rest is refilled within the window.
func bucketOf(l api.Limit, gradual bool) bucket {
	n, per := int64(l.Count), l.Per.Milliseconds()
	b := bucket{burst: n, late: min(per/20, latestCount.Milliseconds())}
	times := n
	if !gradual {
		b.burst = (n + 1) / 2
		times = n - b.burst + 1
	}
	b.every = (per + times - 1) / times
	return b
}

// left returns how many tokens the bucket that is full at that time has at now.
func (b bucket) left(full, now int64) int64 {
	return max(0, b.burst-(max(full-now, 0)+b.every-1)/b.every)
}

// availableAt returns from when on a token may be taken so that keep tokens are left.
func (b bucket) availableAt(full, keep int64) int64 {
	return full + b.late - (b.burst-keep-1)*b.every
}

// take returns when the bucket is full after a token was taken.
func (b bucket) take(full, now int64) int64 { return max(full, now) + b.every }

// giveBack returns when the bucket is full after a token that was taken at that time was not used after all. A token that has
// been refilled since is not given back again.
func (b bucket) giveBack(full, taken, now int64) int64 {
	if now-taken >= b.every {
		return full
	}
	return max(full-b.every, 0)
}

// believe returns the stored number as far as it can be: a bucket is full at the latest when all its tokens are refilled.
// Zero stands for a bucket that is full.
func (b bucket) believe(full, now int64) int64 {
	full = min(full, now+(b.burst+1)*b.every)
	if full+b.late <= now {
		return 0
	}
	return full
}

// kept returns how many tokens an order leaves for those that are more urgent: a quarter of the bucket for a first issue, and
// less the nearer the end of the certificate is that the order replaces. share is in thousandths.
func (b bucket) kept(share int64) int64 { return b.burst / 4 * share / whole }

// whole is the share of an order for which nothing is urgent.
const whole = 1000

func millis(t time.Time) int64 { return t.UnixMilli() }
