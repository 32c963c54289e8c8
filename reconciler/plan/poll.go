package plan

import (
	"time"

	"certloop/reconciler/api"
)

const (
	// ownPace is how long the loop goes by its own steps where the CA asks for more than briefWait between two looks:
	// what takes seconds should not take as long as the CA's longest word.
	ownPace   = 10 * time.Minute
	briefWait = time.Minute
	// shortestWord and longestWord bound the CA's word after that.
	shortestWord, longestWord = 10 * time.Second, time.Hour
)

// poll is when to look at the order again. For ten minutes that is by steps of our own, of which a Retry-After of up to
// a minute can only make longer ones; after that the CA's word counts.
func poll(f *facts) time.Time {
	wait, age := ownStep(f), f.Now.Sub(f.followedSince())
	switch word := f.Order.RetryAfter; {
	case word <= 0:
	case age >= ownPace:
		wait = min(max(word, shortestWord), longestWord)
	case word <= briefWait:
		wait = max(wait, word)
	}
	return f.Now.Add(wait.Truncate(time.Second))
}

// ownStep grows with the age of the order's present stage, from a second to five minutes.
func ownStep(f *facts) time.Duration {
	return min(max(f.Now.Sub(f.followedSince())/10, time.Second), 5*time.Minute).Truncate(time.Second)
}

// lookAgainAt is when to look again at what could not be looked at since then: after a quarter of the time it has
// lasted, from five minutes to six hours. A role that was taken away is not asked for every few minutes for days.
func lookAgainAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(min(max(seconds(now.Sub(since)/4), 5*time.Minute), 6*time.Hour))
}

// lookSoonAt is when to look again at what ends by what others do: a certificate in use, another record's ARN. It is after
// a quarter of the time that it has lasted, from a minute to an hour.
func lookSoonAt(now, since time.Time) time.Time {
	if since.IsZero() || since.After(now) {
		since = now
	}
	return now.Add(bounded(seconds(now.Sub(since)/4), time.Minute, time.Hour))
}

// lookAgainAtTarget is when to look again at a target of which nothing is known: at the end of its own pause, if it has
// one.
func lookAgainAtTarget(f *facts, i int) time.Time {
	t := &f.Targets[i]
	if f.takeoverPauses(t) {
		return f.entry(t).NextTagAt
	}
	if until := f.entry(t).NextAttemptAt; t.Err == nil && f.Now.Before(until) {
		return until
	}
	return lookAgainAt(f.Now, notReadySince(f.Stored))
}

// notReadySince returns when the record ceased to be known as ready; zero: it is. It falls back to the condition in a status of before the time was kept.
func notReadySince(status api.CertificateStatus) time.Time {
	if !status.NotReadySince.IsZero() {
		return status.NotReadySince
	}
	c, ok := api.GetCondition(status.Conditions, api.ConditionReady)
	if !ok || c.Status == api.ConditionTrue {
		return time.Time{}
	}
	return c.LastTransitionTime
}
