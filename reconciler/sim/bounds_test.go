package sim

import (
	"testing"
	"time"
)

// TestQueue_OneChainOfMessagesPerRecord: waking a waiting record, however often, adds no chain of messages to it.
func TestQueue_OneChainOfMessagesPerRecord(t *testing.T) {
	w := New(nil)
	registered(w)
	w.AllowedCertificates = 1
	w.CA.OrderLife = 30 * day
	w.CA.Signing = func() time.Duration { return 10 * day }
	w.certificate("www")
	w.Run(3 * time.Hour)
	wakes := 0
	for range 10 {
		w.certificate("www") // the stream
		w.Run(7 * time.Minute)
		_ = w.require(0) // an invocation
		w.Run(11 * time.Minute)
		wakes += 2
	}
	before := w.calls.effects["ca.GetOrder"]
	w.Run(day)
	reads := w.calls.effects["ca.GetOrder"] - before
	t.Logf("%d reads in a day after %d wakes", reads, wakes)
	if reads < 24*11 || reads > 24*12+1 {
		t.Errorf("%d reads of the order in a day after %d wakes, want one in five minutes", reads, wakes)
	}
	if n := w.most(w.CA.posts); n != 1 {
		t.Errorf("the challenge was accepted %d times", n)
	}
}

// TestPace_APendingChallengeIsAcceptedOnce checks also that it is accepted again only after minutes.
func TestPace_APendingChallengeIsAcceptedOnce(t *testing.T) {
	for pending, most := range map[time.Duration]int{5 * time.Second: 1, 30 * time.Second: 1, 9 * time.Minute: 1, 2 * time.Hour: 9} {
		w := New(nil)
		registered(w)
		w.AllowedCertificates = 1
		w.CA.PendingFor = pending
		w.certificate("www")
		w.Run(12 * time.Hour)
		if n := w.most(w.CA.posts); n < 1 || n > most || !w.ready("www") {
			t.Errorf("pending for %s: accepted %d times, want at most %d; %s", pending, n, most, w.Explain("www"))
		}
	}
}

// TestPace_ALongRetryAfterDoesNotDelayWhatTakesSeconds checks that the CA's Retry-After does not delay what takes
// seconds.
func TestPace_ALongRetryAfterDoesNotDelayWhatTakesSeconds(t *testing.T) {
	w := New(nil)
	registered(w)
	w.AllowedCertificates = 1
	w.CA.PendingFor, w.CA.RetryAfter = 20*time.Second, day
	w.CA.Signing = func() time.Duration { return 20 * time.Second }
	w.certificate("www")
	if !w.RunUntil(3*time.Minute, func() bool { return w.ready("www") }) {
		t.Error(w.Explain("www"))
	}
}
