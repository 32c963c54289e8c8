package command

import (
	"testing"
	"time"

	"certloop/cmd/certloop/report"
	"certloop/reconciler/api"
)

func TestReportedServed(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	at := func(state api.ServedState, days int, seen bool) api.ServedEndpoint {
		e := api.ServedEndpoint{State: state, Seen: seen}
		if days != 0 {
			e.NotAfter = now.AddDate(0, 0, days)
		}
		return e
	}
	for sentence, c := range map[string]struct {
		stored *api.ServedStatus
		want   *report.Served
	}{
		"nothing is stored":     {nil, nil},
		"no probe was done yet": {&api.ServedStatus{DueAt: 1}, nil},
		"no endpoint":           {&api.ServedStatus{CheckedAt: now}, &report.Served{CheckedAt: now}},
		"one of each, of which the predecessor ends first": {&api.ServedStatus{CheckedAt: now, Endpoints: []api.ServedEndpoint{
			at(api.ServedCurrent, 80, true), at(api.ServedPrevious, 5, true), at(api.ServedOther, 6, true), at(api.ServedUnreachable, 0, true), at(api.ServedUnknown, 0, false),
		}}, &report.Served{Current: 1, NotCurrent: 2, Unreachable: 1, Unknown: 1, NotAfter: now.AddDate(0, 0, 5), CheckedAt: now}},
		"an endpoint of another service": {&api.ServedStatus{CheckedAt: now, Endpoints: []api.ServedEndpoint{
			at(api.ServedCurrent, 80, true), at(api.ServedOther, 1, false),
		}}, &report.Served{Current: 1, NotCurrent: 1, NotAfter: now.AddDate(0, 0, 80), CheckedAt: now}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := reportedServed(c.stored)
			if (got == nil) != (c.want == nil) || (got != nil && *got != *c.want) {
				t.Errorf("is %+v, want %+v", got, c.want)
			}
		})
	}
}
