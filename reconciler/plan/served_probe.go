package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// ProbeInput is what a probe of one certificate knows.
type ProbeInput struct {
	Now  time.Time
	Name string
	// HasRecord: the user's item exists. Spec is nil if it does not, or if it is invalid.
	HasRecord bool
	Spec      *api.Certificate
	Policies  api.PolicySet
	Status    *api.CertificateStatus
	Served    api.ServedStatus
	// ReadsFrontends: the AWS resources that use certificates are described.
	ReadsFrontends bool
}

// notReached is why the state of an endpoint is unknown that the time of a probe was not sufficient for.
const notReached = "the time of the probe ended before it was asked: a later probe asks it first"

// SettleProbe returns what is stored after a probe. seen has the sightings of each endpoint, in the order of AllEndpoints; none: the
// time of the probe ended before the endpoint was asked, or before it answered.
func SettleProbe(in ProbeInput, seen [][]api.Sighting) api.ServedStatus {
	s := in.Served
	expect(&s, in.Status)
	s.CheckedAt = in.Now
	before := s.Endpoints
	s.Endpoints = nil
	for i, e := range AllEndpoints(in) {
		now := unreached(e, before)
		if i < len(seen) && len(seen[i]) > 0 {
			now = families(s, e, seen[i])
			askedAt(now, in.Now)
		}
		s.Endpoints = append(s.Endpoints, now...)
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

// unreached returns the entries of an endpoint that was not asked: of the families that are known of it.
func unreached(e api.Endpoint, before []api.ServedEndpoint) []api.ServedEndpoint {
	var all []api.ServedEndpoint
	for _, was := range before {
		if was.Endpoint == e {
			all = append(all, api.ServedEndpoint{Endpoint: e, Family: was.Family, State: api.ServedUnknown, CheckedAt: was.CheckedAt, Message: notReached})
		}
	}
	if len(all) == 0 {
		all = []api.ServedEndpoint{{Endpoint: e, State: api.ServedUnknown, Message: notReached}}
	}
	return all
}

func askedAt(all []api.ServedEndpoint, now time.Time) {
	for i := range all {
		all[i].CheckedAt = now
	}
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
	if more > 0 {
		names = append(slices.Clone(names), fmt.Sprintf("%d more names", more))
	}
	return fmt.Sprintf("serves a certificate of %s for %s", leaf.Issuer, cmp.Or(api.Enumerate(names, "and"), "no name"))
}

// remember takes over what was known of the endpoint before. That it served a certificate of the record counts for all of its
// addresses: a family may come and go with the DNS. An Unknown in between ends no state; a chain that is trusted no more does, or is
// trusted again.
func remember(is *api.ServedEndpoint, before []api.ServedEndpoint, now time.Time) {
	is.Since, is.Seen = now, is.State == api.ServedCurrent || is.State == api.ServedPrevious
	is.WasTrusted = is.Seen && !is.Untrusted
	for _, was := range before {
		if was.Endpoint != is.Endpoint {
			continue
		}
		is.Seen = is.Seen || was.Seen
		if was.Family == is.Family {
			is.WasTrusted = is.WasTrusted || was.WasTrusted
			rememberState(is, was)
		}
	}
}

func rememberState(is *api.ServedEndpoint, was api.ServedEndpoint) {
	state, since := was.State, was.Since
	if state == api.ServedUnknown {
		state, since = was.KnownState, was.KnownSince
	}
	if is.State == api.ServedUnknown {
		is.KnownState, is.KnownSince = state, since
		state, since = was.State, was.Since
	}
	if state == is.State && is.Untrusted == was.Untrusted && !since.IsZero() {
		is.Since = since
	}
}

// ServedChanges reports whether the condition Served is another one after the probe.
func ServedChanges(in ProbeInput, s api.ServedStatus) bool {
	in.Served = s
	now := Served(s)
	old, had := api.GetCondition(in.Status.Conditions, api.ConditionServed)
	if WhyUnprobed(in).Why != "" {
		return had && old.Reason != api.ReasonNotProbed
	}
	if r := in.Status.Rollout; r != nil && r.State != api.RolloutRolledBack {
		return true // what is seen may end its wave
	}
	return !had || old.Status != now.Status || old.Reason != now.Reason || old.Message != api.Message(now.Message)
}
