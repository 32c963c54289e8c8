package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// The rollout rule: a held certificate goes into the targets of a wave only when the wave before is proved.
//
//   - A wave is proved when each of its targets has the certificate, and the endpoints that are known to be its own serve it.
//     Where none of them can be seen, it is proved by the time that it has the certificate without harm (soak).
//   - A wave fails when an endpoint that served the record's certificate before does not serve the new one within the timeout,
//     or no longer answers, or serves a chain that leads to no public root as the one before did. One probe is not enough.
//   - A wave that failed is judged again by each probe: it goes on when the endpoints serve the certificate after all.
//   - A target that has nothing valid to lose, or whose certificate is about to end, waits for no wave.

// wave is how one wave of a rollout stands.
type wave struct {
	// number counts from 1.
	number int
	state  waveState
	// at is when to judge again if nothing changes; zero: when something changes.
	at time.Time
	// message says what is waited for, or what failed.
	message string
	// failing are the keys of the targets whose endpoints fail.
	failing []string
}

type waveState int

const (
	// waveProved: the next one may begin.
	waveProved waveState = iota
	// waveImporting: a target does not have the certificate yet.
	waveImporting
	// waveAwaited: it has, and whether it is served is not known yet.
	waveAwaited
	// waveFailed: it is not served.
	waveFailed
)

// rolloutOf returns the first wave that is not proved; its state is waveProved if there is none.
func rolloutOf(f *facts) wave {
	if f.Spec == nil || f.Spec.Rollout == nil || !f.held() || f.kept == nil && !anyLacksHeld(f) {
		return wave{} // also where nothing can be put back, and no target waits
	}
	for n, keys := range f.Spec.Rollout.Waves {
		if w := judgeWave(f, keys, n+1 == len(f.Spec.Rollout.Waves)); w.state != waveProved {
			w.number = n + 1
			return w
		}
	}
	return wave{number: len(f.Spec.Rollout.Waves)}
}

func anyLacksHeld(f *facts) bool {
	for i := range f.Targets {
		if f.lacksHeld(i) {
			return true
		}
	}
	return false
}

// mayReceive reports whether the rollout lets the held certificate into the target now.
func mayReceive(f *facts, i int, now wave) bool {
	if f.Spec == nil || f.Spec.Rollout == nil || hasNothingToLose(f, i) {
		return true
	}
	if f.iss.Rollback != nil {
		return false
	}
	if now.state == waveProved || endsBeforeItsWave(f, i) {
		return true
	}
	for _, keys := range f.Spec.Rollout.Waves[:now.number] {
		if slices.Contains(keys, f.Targets[i].Stored.Key) {
			return true
		}
	}
	return false
}

// hasNothingToLose reports whether clients of the target get no valid certificate, so that it need not be protected from a new
// one.
func hasNothingToLose(f *facts, i int) bool {
	if f.Targets[i].Found == nil {
		return true
	}
	switch f.verdicts[i].reason {
	case api.ReasonPlaceholder, api.ReasonSelfSigned, api.ReasonExpired, api.ReasonNotYetValid, api.ReasonRevoked:
		return true
	}
	return false
}

// endsBeforeItsWave reports whether the last twelfth of the life of the certificate at the target has begun: an expired
// certificate fails for certain, the new one perhaps.
func endsBeforeItsWave(f *facts, i int) bool {
	found := f.Targets[i].Found
	return !f.Now.Before(found.NotAfter.Add(-found.NotAfter.Sub(found.NotBefore) / 12))
}

// judgeWave judges the targets with these keys.
func judgeWave(f *facts, keys []string, last bool) wave {
	var since, replaced time.Time
	for i := range f.Targets {
		t := &f.Targets[i]
		switch {
		case !slices.Contains(keys, t.Stored.Key) || f.verdicts[i].blocked:
		case f.verdicts[i].state == api.Unknown || f.lacksHeld(i):
			return wave{state: waveImporting, message: "the certificate is being imported into " + t.Stored.Key}
		case f.isHeldCertificate(t.Found):
			since = later(since, t.Found.ImportedAt)
		default:
			replaced = later(replaced, t.Found.ImportedAt)
		}
	}
	switch soaked := replaced.Add(f.Spec.Rollout.Soak); {
	case since.IsZero() && f.Now.Before(soaked) && !replaced.IsZero():
		return wave{state: waveAwaited, at: soaked, message: "somebody installed a newer certificate at each of its targets: the next wave begins at " +
			soaked.UTC().Format(time.RFC3339)}
	case since.IsZero():
		return wave{}
	}
	return judgeEndpoints(f, ownEndpoints(f, keys, last), since)
}

// ownEndpoints returns what is known of the endpoints that serve the certificate of these targets. Which target an endpoint
// leads to is known if the record says so, or if there is one target only, or when every target has the same certificate.
func ownEndpoints(f *facts, keys []string, last bool) []api.ServedEndpoint {
	if f.Served == nil {
		return nil
	}
	var own []api.ServedEndpoint
	for _, e := range f.Served.Endpoints {
		if slices.Contains(keys, e.Target) || e.Target == "" && last {
			own = append(own, e)
		}
	}
	return own
}

// judgeEndpoints judges a wave that has had the certificate since then.
func judgeEndpoints(f *facts, endpoints []api.ServedEndpoint, since time.Time) wave {
	r := f.Spec.Rollout
	var good, waiting, broken []api.ServedEndpoint
	var unsure time.Time
	for _, e := range endpoints {
		switch {
		case servesHeld(f, e) && (!e.Untrusted || !e.WasTrusted):
			good = append(good, e)
		case !e.Seen || wasSoBefore(e, since): // it says nothing about the certificate
		case e.State == api.ServedUnknown:
			unsure = later(unsure, e.Since.Add(r.Soak))
		case isBroken(f, e, since):
			broken = append(broken, e)
		default:
			waiting = append(waiting, e)
		}
	}
	timeout, soaked := since.Add(r.Timeout), since.Add(r.Soak)
	probed := f.Served != nil && f.Served.CheckedAt.After(since)
	switch {
	case !probed && len(endpoints) > 0 && f.Now.Before(timeout):
		return wave{state: waveAwaited, at: timeout, message: "waiting for a probe of its endpoints"}
	case len(broken) > 0:
		return wave{state: waveFailed, message: whatFails(broken), failing: targetsOf(broken)}
	case len(waiting) > 0 && probed && !f.Now.Before(timeout) && lasting(waiting, f.Served.CheckedAt):
		return wave{state: waveFailed, message: whatFails(waiting), failing: targetsOf(waiting)}
	case len(waiting) > 0:
		return wave{state: waveAwaited, at: future(f.Now, timeout), message: "waiting until it is served: " + whatFails(waiting)}
	case f.Served != nil && f.Served.CheckedAt.Before(unsure):
		return wave{state: waveAwaited, message: "an endpoint that could be seen cannot be seen now: the next wave begins if a probe after " +
			unsure.UTC().Format(time.RFC3339) + " cannot see it either"}
	case probed && len(good) > 0:
		return wave{}
	case f.Now.Before(soaked):
		return wave{state: waveAwaited, at: soaked, message: "none of its endpoints can be seen: the next wave begins at " + soaked.UTC().Format(time.RFC3339)}
	}
	return wave{}
}

func servesHeld(f *facts, e api.ServedEndpoint) bool {
	return e.State == api.ServedCurrent && e.Serial == f.iss.Serial
}

// wasSoBefore reports whether the endpoint was down, could not be seen, or served another's certificate before the import.
func wasSoBefore(e api.ServedEndpoint, since time.Time) bool {
	return e.State != api.ServedPrevious && e.State != api.ServedCurrent && e.Since.Before(since)
}

// isBroken reports whether clients who were served before are not any more: the endpoint does not answer, or answers with a
// chain that leads to no public root as the one before did. Two probes in a row must have seen it.
func isBroken(f *facts, e api.ServedEndpoint, since time.Time) bool {
	untrusted := servesHeld(f, e) && e.Untrusted && e.WasTrusted
	return (e.State == api.ServedUnreachable || untrusted) && e.Since.Before(f.Served.CheckedAt) && !f.Served.CheckedAt.Before(since)
}

// lasting reports whether each of them was seen in its state by a probe before the last one.
func lasting(endpoints []api.ServedEndpoint, checked time.Time) bool {
	return !slices.ContainsFunc(endpoints, func(e api.ServedEndpoint) bool { return !e.Since.Before(checked) })
}

func targetsOf(endpoints []api.ServedEndpoint) []string {
	var keys []string
	for _, e := range endpoints {
		if !slices.Contains(keys, e.Target) {
			keys = append(keys, e.Target)
		}
	}
	return keys
}

func whatFails(endpoints []api.ServedEndpoint) string {
	var lines []string
	for i, e := range endpoints {
		if i == mostListed {
			lines = append(lines, fmt.Sprintf("and %d more", len(endpoints)-i))
			break
		}
		if e.State == api.ServedCurrent {
			e.Message = "the chain leads to no public root"
		}
		lines = append(lines, endpointLine(e))
	}
	return strings.Join(lines, "; ")
}
