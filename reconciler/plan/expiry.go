package plan

import (
	"time"

	"certloop/reconciler/api"
)

// The notices of a certificate that comes near its end. They do not ask why it is not renewed: half of the time between
// the due renewal and the end is over, so something is wrong. Then again at a quarter, an eighth and a sixteenth.
const expiryStages = 4

// inPlace is a certificate that a record keeps installed.
type inPlace struct {
	serial   string
	notAfter time.Time
	// window is the time between its due renewal and its end.
	window time.Duration
}

// endsFirst is the certificate in place that ends first and has not ended yet.
func (s *state) endsFirst() (inPlace, bool) {
	var (
		first inPlace
		found bool
	)
	for i := range s.status.Targets {
		t := &s.status.Targets[i]
		if !s.keeps(t) || !t.NotAfter.After(s.Now) || (found && !t.NotAfter.Before(first.notAfter)) {
			continue
		}
		first, found = inPlace{t.Serial, t.NotAfter, s.windowOf(t)}, true
	}
	return first, found
}

// keeps reports whether the record has a certificate at the target, as far as is known.
func (s *state) keeps(t *api.TargetStatus) bool {
	if t.ARN == "" || !t.DroppedSince.IsZero() || (!t.Claimed && !t.Imported) || t.Reason == api.ReasonPlaceholder {
		return false
	}
	observed, _ := s.target(t.Key)
	return observed == nil || observed.Err != nil || (observed.Found != nil && !observed.Found.SelfSigned)
}

// windowOf is the time between the due renewal of the target's certificate and its end: a third of its life where no
// renewal was fixed, and of 90 days where that is not known either.
func (s *state) windowOf(t *api.TargetStatus) time.Duration {
	life := 90 * day
	if observed, _ := s.target(t.Key); observed != nil && observed.Found != nil {
		life = t.NotAfter.Sub(observed.Found.NotBefore)
	}
	if t.Serial != s.status.Serial || s.status.RenewAt.IsZero() || !s.status.RenewAt.Before(t.NotAfter) {
		return life / 3
	}
	return min(t.NotAfter.Sub(s.status.RenewAt), life)
}

// stageAt is how much before the end that stage begins.
func (c inPlace) stageAt(stage int) time.Duration { return seconds(c.window / (1 << stage)) }

// stage is the last stage that has begun; 0: none.
func (c inPlace) stage(now time.Time) int {
	reached := 0
	for n := 1; n <= expiryStages; n++ {
		if c.notAfter.Sub(now) <= c.stageAt(n) {
			reached = n
		}
	}
	return reached
}

// reportExpiry sends one notice for each stage that has begun since the last one.
func (s *state) reportExpiry(p Plan) {
	c, found := s.endsFirst()
	if !found {
		return
	}
	if s.status.ExpirySerial != c.serial {
		s.status.ExpirySerial, s.status.ExpiryNotices = "", 0
	}
	stage := c.stage(s.Now)
	if stage <= s.status.ExpiryNotices {
		return
	}
	s.status.ExpirySerial, s.status.ExpiryNotices = c.serial, stage
	reason, message := s.waitsFor(p)
	text := "the certificate in place ends at " + c.notAfter.UTC().Format(time.RFC3339) + " and is not renewed: " + string(reason)
	if message != "" {
		text += ": " + message
	}
	s.record(reason, text)
	s.notify(api.NoticeExpiring, reason, text)
}

// nextExpiryReport is when the next stage begins, or the certificate ends, if it is not renewed until then.
func (s *state) nextExpiryReport() time.Time {
	c, found := s.endsFirst()
	if !found {
		return time.Time{}
	}
	for n := 1; n <= expiryStages; n++ {
		if at := c.notAfter.Add(-c.stageAt(n)); at.After(s.Now) {
			return at
		}
	}
	return c.notAfter
}
