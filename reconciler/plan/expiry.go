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

// endsFirst returns the certificate in place that ends first and has not ended yet.
func endsFirst(f *facts) (inPlace, bool) {
	var (
		first inPlace
		found bool
	)
	for i := range f.next.Targets {
		t := &f.next.Targets[i]
		if !hasCertificate(f, t) || !t.NotAfter.After(f.Now) || (found && !t.NotAfter.Before(first.notAfter)) {
			continue
		}
		first, found = inPlace{t.Serial, t.NotAfter, windowOf(f, t)}, true
	}
	return first, found
}

// hasCertificate reports whether the record has a certificate at the target, as far as is known.
func hasCertificate(f *facts, t *api.TargetStatus) bool {
	if t.ARN == "" || !t.DroppedSince.IsZero() || (!t.Claimed && !t.Imported) || t.Reason == api.ReasonPlaceholder {
		return false
	}
	observed, _ := f.target(t.Key)
	return observed == nil || observed.Err != nil || (observed.Found != nil && !observed.Found.SelfSigned)
}

// windowOf returns the time between the due renewal of the target's certificate and its end: a third of its life where no
// renewal was fixed, and of 90 days where that is not known either.
func windowOf(f *facts, t *api.TargetStatus) time.Duration {
	life := 90 * day
	if observed, _ := f.target(t.Key); observed != nil && observed.Found != nil {
		life = t.NotAfter.Sub(observed.Found.NotBefore)
	}
	if t.Serial != f.next.Serial || f.next.RenewAt.IsZero() || !f.next.RenewAt.Before(t.NotAfter) {
		return life / 3
	}
	return min(t.NotAfter.Sub(f.next.RenewAt), life)
}

// stageAt returns how much before the end that stage begins.
func (c inPlace) stageAt(stage int) time.Duration { return seconds(c.window / (1 << stage)) }

// stage returns the last stage that has begun; 0: none.
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
func reportExpiry(d *draft, p Plan) {
	c, found := endsFirst(&d.facts)
	if !found {
		return
	}
	if d.next.ExpirySerial != c.serial {
		d.next.ExpirySerial, d.next.ExpiryNotices = "", 0
	}
	stage := c.stage(d.Now)
	if stage <= d.next.ExpiryNotices {
		return
	}
	d.next.ExpirySerial, d.next.ExpiryNotices = c.serial, stage
	reason, message := waitsFor(&d.facts, p)
	text := "the certificate in place ends at " + c.notAfter.UTC().Format(time.RFC3339) + " and is not renewed: " + string(reason)
	if message != "" {
		text += ": " + message
	}
	d.record(reason, text)
	d.notify(api.NoticeExpiring, reason, text)
}

// nextExpiryReport returns when the next stage begins, or the certificate ends, if it is not renewed until then.
func nextExpiryReport(f *facts) time.Time {
	c, found := endsFirst(f)
	if !found {
		return time.Time{}
	}
	for n := 1; n <= expiryStages; n++ {
		if at := c.notAfter.Add(-c.stageAt(n)); at.After(f.Now) {
			return at
		}
	}
	return c.notAfter
}
