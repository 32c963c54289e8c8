package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"certloop/reconciler/api"
)

// defaultProbeInterval is the time between two probes of an endpoint that serves the certificate.
const defaultProbeInterval = time.Hour

// afterImport are the times after an import at which the endpoints are probed until all serve the certificate.
var afterImport = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// FirstProbe returns when the endpoints are probed after an import.
func FirstProbe(imported time.Time) time.Time { return imported.Add(afterImport[0]) }

// nextProbe returns when the endpoints are probed again: soon after an import while one does not serve the certificate, later every
// hour, else once in an interval, at a time that the record's name determines, so that not all are probed at once.
func nextProbe(in ProbeInput, s api.ServedStatus) time.Time {
	regular := NextProbe(in.Name, in.Spec, in.Now)
	if !isAwaited(s) || s.ExpectedSince.IsZero() {
		return regular
	}
	for _, after := range afterImport {
		if at := s.ExpectedSince.Add(after); at.After(in.Now) {
			return earliest(at, regular)
		}
	}
	return earliest(in.Now.Add(defaultProbeInterval), regular)
}

// NextProbe returns when the endpoints of a certificate are probed that all serve it. Without a valid record it is as if the record
// had no interval.
func NextProbe(name string, c *api.Certificate, now time.Time) time.Time {
	return nextSlot(name, probeInterval(c), now)
}

// isAwaited reports whether an endpoint that answers does not serve the certificate yet.
func isAwaited(s api.ServedStatus) bool {
	for _, e := range s.Endpoints {
		if e.State == api.ServedPrevious || e.State == api.ServedOther || e.State == api.ServedUnreachable {
			return true
		}
	}
	return false
}

func probeInterval(c *api.Certificate) time.Duration {
	if c != nil && c.Probe.Interval > 0 {
		return c.Probe.Interval
	}
	return defaultProbeInterval
}

// nextSlot returns the next time after now at which a record of that name is probed.
func nextSlot(name string, every time.Duration, now time.Time) time.Time {
	sum := sha256.Sum256([]byte("probe\x00" + name))
	offset := time.Duration(binary.BigEndian.Uint64(sum[:8])%uint64(every/time.Second)) * time.Second
	at := now.Truncate(every).Add(offset)
	for !at.After(now) {
		at = at.Add(every)
	}
	return at
}

// These are the shortest and the longest time between two probes of a certificate that an invocation waits for.
const (
	shortestWaitPause = 10 * time.Second
	longestWaitPause  = time.Minute
)

// ProbesForWait reports whether an invocation that waits for Served probes the endpoints now. last is when this invocation probed them
// last. The longer ago the import is, the longer is the pause: a quarter of that time, ten seconds to a minute.
func ProbesForWait(in ProbeInput, last time.Time) bool {
	if in.Served.CheckedAt.After(last) {
		last = in.Served.CheckedAt
	}
	pause := longestWaitPause
	if imported := importedAt(in.Status); !imported.IsZero() {
		pause = max(shortestWaitPause, min(in.Now.Sub(imported)/4, longestWaitPause))
	}
	return in.Now.Sub(last) >= pause
}
