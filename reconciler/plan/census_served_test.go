package plan

import (
	"math/rand/v2"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// servedItem is what a listing has of the endpoints of a certificate that was expected an hour more than the patience ago, was
// probed a minute ago and is not due.
func servedItem(name string, changes ...func(*api.ServedStatus)) api.Listed {
	s := &api.ServedStatus{FingerprintSHA256: "now", ExpectedSince: now.Add(-servedPatience - time.Hour), CheckedAt: now.Add(-time.Minute),
		DueAt: now.Add(time.Hour).Unix()}
	for _, change := range changes {
		change(s)
	}
	return api.Listed{Key: api.Key{Kind: api.KindServedStatus, Name: name}, Served: s}
}

// servedAs adds an endpoint that served a certificate of the record before and is in that state since then.
func servedAs(state api.ServedState, since time.Time, left time.Duration) func(*api.ServedStatus) {
	return func(s *api.ServedStatus) {
		e := api.ServedEndpoint{Endpoint: api.Endpoint{Host: "www.example.com", Port: 443}, State: state, Since: since, Seen: true}
		if left != 0 {
			e.NotAfter = now.Add(left)
		}
		s.Endpoints = append(s.Endpoints, e)
	}
}

func imported(ago time.Duration) func(*api.ServedStatus) {
	return func(s *api.ServedStatus) { s.ExpectedSince = now.Add(-ago) }
}

func dueFor(d time.Duration) func(*api.ServedStatus) {
	return func(s *api.ServedStatus) { s.DueAt = now.Add(-d).Unix() }
}

func neverSeen(s *api.ServedStatus) {
	for i := range s.Endpoints {
		s.Endpoints[i].Seen = false
	}
}

func TestServedCount_WhatACensusCounts(t *testing.T) {
	dayAgo := now.Add(-day)
	record := but(well(), func(i *api.Listed) { i.Key.Name = "www" })
	for sentence, c := range map[string]struct {
		items []api.Listed
		want  api.ServedCensus
	}{
		"an empty table":                      {nil, api.ServedCensus{}},
		"a certificate that was never probed": {[]api.Listed{record}, api.ServedCensus{}},
		"one that all serve":                  {[]api.Listed{record, servedItem("www", servedAs(api.ServedCurrent, dayAgo, 30*day))}, api.ServedCensus{Answered: true, LeastLife: 30 * day}},
		"the end of what is served, not of what was imported": {[]api.Listed{record,
			servedItem("www", servedAs(api.ServedCurrent, dayAgo, 80*day), servedAs(api.ServedPrevious, dayAgo, 5*day))},
			api.ServedCensus{Answered: true, LeastLife: 5 * day, NotCurrent: 1}},
		"one that has expired, as less than nothing": {[]api.Listed{record, servedItem("www", servedAs(api.ServedOther, dayAgo, -day))},
			api.ServedCensus{Answered: true, LeastLife: -day, NotCurrent: 1}},
		"an endpoint that still has time to serve it": {[]api.Listed{record,
			servedItem("www", imported(servedPatience+time.Minute-time.Second), servedAs(api.ServedPrevious, dayAgo, 5*day), servedAs(api.ServedOther, dayAgo, 6*day))},
			api.ServedCensus{Answered: true, LeastLife: 5 * day}},
		"an endpoint whose time is over": {[]api.Listed{record, servedItem("www", imported(servedPatience+time.Minute), servedAs(api.ServedPrevious, dayAgo, 5*day))},
			api.ServedCensus{Answered: true, LeastLife: 5 * day, NotCurrent: 1}},
		"an endpoint that never served it": {[]api.Listed{record,
			servedItem("www", servedAs(api.ServedOther, dayAgo, day), servedAs(api.ServedUnreachable, dayAgo, 0), neverSeen)}, api.ServedCensus{}},
		"an endpoint that did not answer twice": {[]api.Listed{record, servedItem("www", servedAs(api.ServedUnreachable, dayAgo, 0))},
			api.ServedCensus{Unreachable: 1}},
		"an endpoint that did not answer once": {[]api.Listed{record, servedItem("www", servedAs(api.ServedUnreachable, now.Add(-time.Minute), 0))},
			api.ServedCensus{}},
		"an endpoint that cannot be seen": {[]api.Listed{record, servedItem("www", servedAs(api.ServedUnknown, dayAgo, 0))}, api.ServedCensus{}},
		"a suspended record": {[]api.Listed{but(record, func(i *api.Listed) { i.Record = map[string]any{"suspend": true} }),
			servedItem("www", servedAs(api.ServedPrevious, dayAgo, day), servedAs(api.ServedUnreachable, dayAgo, 0))}, api.ServedCensus{}},
		"a record that is gone":          {[]api.Listed{but(record, gone), servedItem("www", servedAs(api.ServedPrevious, dayAgo, day))}, api.ServedCensus{}},
		"what belongs to another record": {[]api.Listed{record, servedItem("other", servedAs(api.ServedPrevious, dayAgo, day))}, api.ServedCensus{}},
		"a probe that is due, of several the oldest": {[]api.Listed{record, servedItem("www", dueFor(time.Minute)), servedItem("gone", dueFor(time.Hour))},
			api.ServedCensus{OldestOverdue: time.Hour}},
		"an old probe says nothing about expiry": {[]api.Listed{record, servedItem("www", dueFor(probeTolerance), servedAs(api.ServedCurrent, dayAgo, day))},
			api.ServedCensus{OldestOverdue: probeTolerance}},
		"a damaged item": {[]api.Listed{record, {Key: api.Key{Kind: api.KindServedStatus, Name: "www"}, Served: &api.ServedStatus{}}}, api.ServedCensus{}},
		"no item":        {[]api.Listed{record, {Key: api.Key{Kind: api.KindServedStatus, Name: "www"}}}, api.ServedCensus{}},
		"times of the future are not believed": {[]api.Listed{record, servedItem("www", imported(-day), servedAs(api.ServedPrevious, dayAgo, 5*day))},
			api.ServedCensus{Answered: true, LeastLife: 5 * day, NotCurrent: 1}},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.want.Probed = true
			for range 3 {
				var count ServedCount
				for _, item := range c.items {
					count.Add(item, now)
				}
				if got := count.Census(); got != c.want {
					t.Errorf("counted %+v\nwant    %+v", got, c.want)
				}
				rand.Shuffle(len(c.items), func(i, j int) { c.items[i], c.items[j] = c.items[j], c.items[i] })
			}
		})
	}
}
