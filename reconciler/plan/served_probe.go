package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// ProbeInput is what a probe of one certificate knows.
type ProbeInput struct {
	Now  time.Time
	Name string
	// Spec is nil if the record does not exist or is invalid.
	Spec   *api.Certificate
	Status *api.CertificateStatus
	Served api.ServedStatus
}

// defaultProbeInterval is the time between two probes of an endpoint that serves the certificate.
const defaultProbeInterval = time.Hour

// afterImport are the times after an import at which the endpoints are probed until all serve the certificate.
var afterImport = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// FirstProbe returns when the endpoints are probed after an import.
func FirstProbe(imported time.Time) time.Time { return imported.Add(afterImport[0]) }

// IsProbed reports whether there is anything to probe: the record exists and does not switch probes off, a certificate is in
// place, and there is a name or endpoint to connect to.
func IsProbed(in ProbeInput) bool {
	return in.Status != nil && in.Status.FingerprintSHA256 != "" && in.Status.DeletingSince.IsZero() && len(Endpoints(in.Spec)) > 0
}

// SettleProbe returns what is stored after a probe. seen has the sightings of each endpoint, in the order of Endpoints.
func SettleProbe(in ProbeInput, seen [][]api.Sighting) api.ServedStatus {
	s := in.Served
	expect(&s, in.Status)
	s.CheckedAt = in.Now
	before := s.Endpoints
	s.Endpoints = nil
	for i, e := range Endpoints(in.Spec) {
		if i < len(seen) {
			s.Endpoints = append(s.Endpoints, families(s, e, seen[i])...)
		}
	}
	for i := range s.Endpoints {
		remember(&s.Endpoints[i], before, in.Now)
	}
	s.DueAt = nextProbe(in, s).Unix()
	s.Bound()
	return s
}

// expect notes which certificate is expected from now on. The one before is only known if it was expected once.
func expect(s *api.ServedStatus, of *api.CertificateStatus) {
	last := lastInstalled(of)
	if s.FingerprintSHA256 != last.FingerprintSHA256 && s.FingerprintSHA256 != "" {
		s.PreviousFingerprint = s.FingerprintSHA256
	}
	s.FingerprintSHA256, s.Serial, s.ExpectedSince = last.FingerprintSHA256, last.Serial, last.ImportedAt
	s.Installed = installedApart(of, last.FingerprintSHA256)
}

// lastInstalled returns fingerprint, serial and time of the certificate that came to a target last.
func lastInstalled(of *api.CertificateStatus) api.TargetStatus {
	last := api.TargetStatus{}
	for _, t := range of.Targets {
		if t.ImportedAt.After(last.ImportedAt) {
			last = t
		}
	}
	if last.FingerprintSHA256 == "" {
		last.FingerprintSHA256, last.Serial = of.FingerprintSHA256, of.Serial
	}
	return last
}

// installedApart returns the fingerprint at each target, by its key, if not all are the same; else nil.
func installedApart(of *api.CertificateStatus, last string) map[string]string {
	all, differ := map[string]string{}, false
	for _, t := range of.Targets {
		if t.FingerprintSHA256 != "" && t.DroppedSince.IsZero() {
			all[t.Key] = t.FingerprintSHA256
			differ = differ || t.FingerprintSHA256 != last
		}
	}
	if !differ {
		return nil
	}
	return all
}

// families returns one entry for each address family. Of several addresses it shows the one that needs most attention: one
// edge that still serves the certificate before must not hide behind another.
func families(s api.ServedStatus, e api.Endpoint, seen []api.Sighting) []api.ServedEndpoint {
	var out []api.ServedEndpoint
	for _, family := range []api.Family{api.IPv4, api.IPv6, ""} {
		var worst *api.ServedEndpoint
		for _, sighting := range seen {
			if sighting.Family != family {
				continue
			}
			if is := endpointOf(s, e, sighting); worst == nil || attention[is.State] > attention[worst.State] {
				worst = &is
			}
		}
		if worst != nil {
			out = append(out, *worst)
		}
	}
	return out
}

// attention orders the states: the higher one is shown.
var attention = map[api.ServedState]int{
	api.ServedUnknown: 0, api.ServedCurrent: 1, api.ServedUnreachable: 2, api.ServedPrevious: 3, api.ServedOther: 4,
}

func endpointOf(s api.ServedStatus, e api.Endpoint, seen api.Sighting) api.ServedEndpoint {
	is := api.ServedEndpoint{Endpoint: e, Family: seen.Family, Address: seen.Address, Message: api.Message(seen.Message)}
	switch seen.State {
	case api.SightingAnswered:
		is.Serial, is.Issuer, is.NotAfter, is.Untrusted = seen.Leaf.Serial, seen.Leaf.Issuer, seen.Leaf.NotAfter, !seen.Trusted
		is.State = compare(s, e, seen.Leaf.FingerprintSHA256)
	case api.SightingUnreachable:
		is.State = api.ServedUnreachable
	default:
		is.State = api.ServedUnknown
	}
	if is.State == api.ServedOther {
		is.Message = api.Message(otherCertificate(seen.Leaf))
	}
	return is
}

// compare compares with what is installed at the endpoint's target. Where that is not known, each installed certificate is
// current.
func compare(s api.ServedStatus, e api.Endpoint, served string) api.ServedState {
	there, known := s.Installed[e.Target]
	switch {
	case known && served == there, !known && served == s.FingerprintSHA256, !known && isInstalled(s, served):
		return api.ServedCurrent
	case served == s.PreviousFingerprint, served == s.FingerprintSHA256, isInstalled(s, served):
		return api.ServedPrevious
	}
	return api.ServedOther
}

func isInstalled(s api.ServedStatus, fingerprint string) bool {
	for _, installed := range s.Installed {
		if installed == fingerprint {
			return true
		}
	}
	return false
}

func otherCertificate(leaf api.Leaf) string {
	names, more := shortList(leaf.Domains)
	text := fmt.Sprintf("serves a certificate of %s for %v", leaf.Issuer, names)
	if more > 0 {
		text += fmt.Sprintf(" and %d more names", more)
	}
	return text
}

// remember takes over what was known of the endpoint before.
func remember(is *api.ServedEndpoint, before []api.ServedEndpoint, now time.Time) {
	is.Since, is.Seen = now, is.State == api.ServedCurrent || is.State == api.ServedPrevious
	is.WasTrusted = is.Seen && !is.Untrusted
	for _, was := range before {
		if was.Endpoint != is.Endpoint || was.Family != is.Family {
			continue
		}
		is.Seen, is.WasTrusted = is.Seen || was.Seen, is.WasTrusted || was.WasTrusted
		if was.State == is.State && !was.Since.IsZero() {
			is.Since = was.Since
		}
		return
	}
}

// nextProbe returns when the endpoints are probed again: soon after an import while one does not serve the certificate, later every
// hour, else once in an interval, at a time that the record's name determines, so that not all are probed at once.
func nextProbe(in ProbeInput, s api.ServedStatus) time.Time {
	regular := NextProbe(in.Spec, in.Now)
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

// NextProbe returns when the endpoints of a certificate are probed that all serve it.
func NextProbe(c *api.Certificate, now time.Time) time.Time {
	return nextSlot(c.Name, probeInterval(c), now)
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
	if c.Probe.Interval > 0 {
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

// ServedChanges reports whether the condition Served is another one after the probe.
func ServedChanges(in ProbeInput, s api.ServedStatus) bool {
	now := Served(s, in.Now)
	old, had := api.GetCondition(in.Status.Conditions, api.ConditionServed)
	if r := in.Status.Rollout; r != nil && r.State != api.RolloutRolledBack {
		return true // what is seen may end its wave
	}
	return !had || old.Status != now.Status || old.Reason != now.Reason || old.Message != api.Message(now.Message)
}

// AwaitsProbe reports whether a certificate is in place whose endpoints were never probed.
func AwaitsProbe(item api.Listed) bool {
	if item.Status == nil || item.Record == nil || item.Status.FingerprintSHA256 == "" || !item.Status.DeletingSince.IsZero() {
		return false
	}
	_, had := api.GetCondition(item.Status.Conditions, api.ConditionServed)
	return !had
}
