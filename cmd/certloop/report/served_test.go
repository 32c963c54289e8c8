package report

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func TestServedBy(t *testing.T) {
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
		want   *Served
	}{
		"nothing is stored":     {nil, nil},
		"no probe was done yet": {&api.ServedStatus{DueAt: 1}, nil},
		"no endpoint":           {&api.ServedStatus{CheckedAt: now}, &Served{CheckedAt: now}},
		"one of each, of which the predecessor ends first": {&api.ServedStatus{CheckedAt: now, Endpoints: []api.ServedEndpoint{
			at(api.ServedCurrent, 80, true), at(api.ServedPrevious, 5, true), at(api.ServedOther, 6, true), at(api.ServedUnreachable, 0, true), at(api.ServedUnknown, 0, false),
		}}, &Served{Current: 1, NotCurrent: 2, Unreachable: 1, Unknown: 1, NotAfter: now.AddDate(0, 0, 5), CheckedAt: now}},
		"an endpoint of another service": {&api.ServedStatus{CheckedAt: now, Endpoints: []api.ServedEndpoint{
			at(api.ServedCurrent, 80, true), at(api.ServedOther, 1, false),
		}}, &Served{Current: 1, NotCurrent: 1, NotAfter: now.AddDate(0, 0, 80), CheckedAt: now}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := ServedBy(c.stored)
			if (got == nil) != (c.want == nil) || (got != nil && *got != *c.want) {
				t.Errorf("is %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestReport_OfProbesThatAreSwitchedOff shows nothing of them, and no zeros.
func TestReport_OfProbesThatAreSwitchedOff(t *testing.T) {
	c := Certificate{Name: "www"}
	for i, cell := range c.record()[len(c.record())-6:] {
		if cell != "" {
			t.Errorf("column %d of the endpoints has %q", i, cell)
		}
	}
	if r := (Report{Certificates: []Certificate{c}}); r.isProbed() || r.NotServed() != 0 {
		t.Error("the report has endpoints")
	}
}
