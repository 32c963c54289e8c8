package plan

import (
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// servedPatience is how long services of AWS may take to serve a certificate after its import: no page of AWS gives a number,
// and CloudFront's edges follow within minutes.
const servedPatience = 90 * time.Minute

// Served returns the condition Served from what the endpoints serve. It is False only if an endpoint answers with another
// certificate; what does not answer, or cannot be seen, makes it Unknown at most.
func Served(s api.ServedStatus, now time.Time) api.Condition {
	c := api.Condition{Type: api.ConditionServed, Status: api.ConditionUnknown, Reason: api.ReasonNotProbed}
	count := map[api.ServedState]int{}
	for _, e := range s.Endpoints {
		count[e.State]++
	}
	switch late := now.Sub(s.ExpectedSince) >= servedPatience; {
	case count[api.ServedOther] > 0 && late:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonAnotherServed, endpointsIn(s, api.ServedOther, api.ServedPrevious)
	case count[api.ServedPrevious] > 0 && late:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonPreviousServed, endpointsIn(s, api.ServedPrevious)
	case count[api.ServedOther]+count[api.ServedPrevious] > 0:
		c.Status, c.Reason, c.Message = api.ConditionFalse, api.ReasonPropagating, endpointsIn(s, api.ServedOther, api.ServedPrevious)
	case count[api.ServedCurrent] > 0:
		c.Status, c.Reason, c.Message = api.ConditionTrue, api.ReasonServed, endpointsIn(s, api.ServedUnreachable)
	case count[api.ServedUnreachable] > 0:
		c.Reason, c.Message = api.ReasonUnreachable, endpointsIn(s, api.ServedUnreachable)
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

// settleServed derives the condition Served, which a record without probes does not have.
func settleServed(d *draft) {
	if d.Served == nil || d.Spec == nil || d.Spec.Probe.Off {
		d.next.Conditions = withoutCondition(d.next.Conditions, api.ConditionServed)
		return
	}
	if d.Served.FingerprintSHA256 != lastInstalled(&d.next).FingerprintSHA256 {
		// It speaks of the certificate before; the next probe is near.
		if _, had := api.GetCondition(d.next.Conditions, api.ConditionServed); had {
			d.setCondition(api.Condition{Type: api.ConditionServed, Status: api.ConditionUnknown, Reason: api.ReasonNotProbed})
		}
		return
	}
	old, had := api.GetCondition(d.Stored.Conditions, api.ConditionServed)
	now := Served(*d.Served, d.Now)
	d.setCondition(now)
	noticeServed(d, old, had, now)
}

// noticeServed reports an endpoint that served the record's certificate once, and does not serve the present one in time; and
// that all serve it again.
func noticeServed(d *draft, old api.Condition, had bool, now api.Condition) {
	was := had && isNotServed(old)
	switch {
	case isNotServed(now) && !was && wasSeen(*d.Served):
		d.notify(api.NoticeNotServed, now.Reason, now.Message)
		d.record(now.Reason, now.Message)
	case now.Status == api.ConditionTrue && was:
		d.notify(api.NoticeServed, api.ReasonServed, "")
		d.record(api.ReasonServed, "")
	}
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
