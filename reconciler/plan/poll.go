package plan

import (
	"time"
)

const (
	// ownPollTime is how long the loop goes by its own steps where the CA asks for more than briefRetryAfter between two
	// requests: what takes seconds should not take as long as the longest Retry-After.
	ownPollTime     = 10 * time.Minute
	briefRetryAfter = time.Minute
	// shortestPoll and longestPoll bound the Retry-After after that.
	shortestPoll, longestPoll = 10 * time.Second, time.Hour
)

// nextPollAt returns when to read the order again. For ten minutes that is by steps of our own, of which a Retry-After of up to
// a minute can only make longer ones; after that the Retry-After itself counts.
func nextPollAt(f *facts) time.Time {
	wait, age := pollInterval(f), f.Now.Sub(f.followedSince())
	switch asked := f.Order.RetryAfter; {
	case asked <= 0:
	case age >= ownPollTime:
		wait = min(max(asked, shortestPoll), longestPoll)
	case asked <= briefRetryAfter:
		wait = max(wait, asked)
	}
	return f.Now.Add(wait.Truncate(time.Second))
}

// pollInterval grows with the age of the order's present stage, from a second to five minutes.
func pollInterval(f *facts) time.Duration {
	return min(max(f.Now.Sub(f.followedSince())/10, time.Second), 5*time.Minute).Truncate(time.Second)
}

// recheckAt returns when to read again what could not be read since then: after a quarter of the time it has
// lasted, from five minutes to six hours. A role that was taken away is not asked for every few minutes for days.
func recheckAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(min(max(seconds(now.Sub(since)/4), 5*time.Minute), 6*time.Hour))
}

// recheckSoonAt returns when to look again at what ends by what others do: a certificate in use, another record's ARN. It is after
// a quarter of the time that it has lasted, from a minute to an hour.
func recheckSoonAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(bounded(seconds(now.Sub(since)/4), time.Minute, time.Hour))
}

// recheckTargetAt returns when to look again at a target of which nothing is known: at the end of its own pause, if it has
// one.
func recheckTargetAt(f *facts, i int) time.Time {
	t := &f.Targets[i]
	if f.takeoverPauses(t) {
		return f.entry(t).NextTagAt
	}
	if until := f.entry(t).NextAttemptAt; t.Err == nil && f.Now.Before(until) {
		return until
	}
	return recheckAt(f.Now, notReadySince(f.Stored))
}
