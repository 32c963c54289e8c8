package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// servedPatience is how long services of AWS may take to serve a certificate after its import: no page of AWS gives a number,
// and CloudFront's edges follow within minutes.
const servedPatience = 90 * time.Minute

// Served returns the condition Served from what the endpoints serve. It is False only if an endpoint answers with another
// certificate; what does not answer, or cannot be seen, makes it Unknown at most.
func Served(s api.ServedStatus) api.Condition {
	c := api.Condition{Type: api.ConditionServed, Status: api.ConditionUnknown, Reason: api.ReasonNotProbed}
	count, lost := map[api.ServedState]int{}, 0
	for _, e := range s.Endpoints {
		count[e.State]++
		if e.KnownState == api.ServedOther || e.KnownState == api.ServedPrevious {
			lost++ // whether it has become right is not known
		}
	}
	switch late := s.CheckedAt.Sub(s.ExpectedSince) >= servedPatience; { // what was seen earlier may be right by now
	case count[api.ServedOther] > 0 && late:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonAnotherServed, endpointsIn(s, api.ServedOther, api.ServedPrevious)
	case count[api.ServedPrevious] > 0 && late:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonPreviousServed, endpointsIn(s, api.ServedPrevious)
	case count[api.ServedOther]+count[api.ServedPrevious] > 0:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonPropagating, endpointsIn(s, api.ServedOther, api.ServedPrevious)
	case lost > 0:
		c.Message = endpointsIn(s, api.ServedUnknown)
	case count[api.ServedCurrent] > 0:
		c.Status, c.Reason, c.Message = api.ConditionTrue, api.ReasonServed, endpointsIn(s, api.ServedUnreachable)
	case count[api.ServedUnreachable] > 0:
		c.Reason, c.Message = api.ReasonUnreachable, endpointsIn(s, api.ServedUnreachable)
	default:
		c.Message = endpointsIn(s, api.ServedUnknown)
	}
	return c
}

// mostListed is how many endpoints a message names.
const mostListed = 5

// endpointsIn names the endpoints in these states, the first ones.
func endpointsIn(s api.ServedStatus, states ...api.ServedState) string {
	var lines []string
	more := 0
	for _, state := range states {
		for _, e := range s.Endpoints {
			switch {
			case e.State != state:
			case len(lines) == mostListed:
				more++
			default:
				lines = append(lines, endpointLine(e))
			}
		}
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "; ")
}

func endpointLine(e api.ServedEndpoint) string {
	at := fmt.Sprintf("%s:%d", e.Host, e.Port)
	if e.Family != "" {
		at += " over " + string(e.Family)
	}
	switch {
	case e.State == api.ServedPrevious:
		return at + " serves the certificate before it"
	case e.Message != "":
		return at + ": " + e.Message
	case e.State == api.ServedUnreachable:
		return at + " does not answer"
	}
	return at
}

// settleServed derives the condition Served, which a record without probes does not have. While the endpoints are not probed, nothing
// is known of them.
func settleServed(d *draft) {
	why := WhyUnprobed(d.probeInput())
	if !d.Config.Probe || why.Forget {
		d.next.Conditions = withoutCondition(d.next.Conditions, api.ConditionServed)
		d.next.NotServedSince = time.Time{}
		return
	}
	_, had := api.GetCondition(d.Stored.Conditions, api.ConditionServed)
	if d.Served == nil || why.Why != "" || d.Served.FingerprintSHA256 != lastInstalled(&d.next).FingerprintSHA256 {
		// It reports on the certificate before, if anything; the next probe is near.
		if had {
			d.setCondition(api.Condition{Type: api.ConditionServed, Status: api.ConditionUnknown, Reason: api.ReasonNotProbed, Message: why.Why})
		}
		return
	}
	now := Served(*d.Served)
	d.setCondition(now)
	noticeServed(d, now)
}

// probeInput returns what decides whether the certificate is probed.
func (d *draft) probeInput() ProbeInput {
	in := ProbeInput{Now: d.Now, Name: d.Name, HasRecord: d.HasRecord, Spec: d.Spec, Policies: d.Policies, Status: &d.next, ReadsFrontends: d.Config.Frontends}
	if d.Served != nil {
		in.Served = *d.Served
	}
	return in
}

// noticeServed reports an endpoint that served the record's certificate once, and does not serve the present one in time. It reports
// the end when no such endpoint is left and one serves the certificate, whatever was not known in between. An endpoint that never
// served it begins nothing and ends nothing.
func noticeServed(d *draft, now api.Condition) {
	reported, lost := !d.next.NotServedSince.IsZero(), wasSeen(*d.Served)
	switch {
	case !reported && lost && isNotServed(now):
		d.notify(api.NoticeNotServed, now.Reason, now.Message)
		d.record(now.Reason, now.Message)
		d.next.NotServedSince = d.Now
	case reported && !lost && isServed(*d.Served):
		d.notify(api.NoticeServed, api.ReasonServed, "")
		d.record(api.ReasonServed, "")
		d.next.NotServedSince = time.Time{}
	}
}

// isServed reports whether an endpoint serves the certificate.
func isServed(s api.ServedStatus) bool {
	return slices.ContainsFunc(s.Endpoints, func(e api.ServedEndpoint) bool { return e.State == api.ServedCurrent })
}

func isNotServed(c api.Condition) bool {
	return c.Status == api.ConditionFalse && c.Reason != api.ReasonPropagating
}

// wasSeen reports whether an endpoint that serves another certificate served one of this record before. An endpoint that never
// did is not in use yet, or belongs to another service: its state is shown, and nobody is woken.
func wasSeen(s api.ServedStatus) bool {
	for _, e := range s.Endpoints {
		if e.Seen && (e.State == api.ServedOther || e.State == api.ServedPrevious) {
			return true
		}
	}
	return false
}

func withoutCondition(list []api.Condition, t api.ConditionType) []api.Condition {
	if _, had := api.GetCondition(list, t); !had {
		return list
	}
	var out []api.Condition
	for _, c := range list {
		if c.Type != t {
			out = append(out, c)
		}
	}
	return out
}
