package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// counted is a certificate of a listing whose Ready has had that status since then, with these lives left at its
// targets.
func counted(name string, ready api.ConditionStatus, since time.Time, lives ...time.Duration) api.Listed {
	s := &api.CertificateStatus{Conditions: []api.Condition{{Type: api.ConditionReady, Status: ready, LastTransitionTime: since}}}
	for _, left := range lives {
		s.Targets = append(s.Targets, api.TargetStatus{ARN: ownARN, NotAfter: now.Add(left)})
	}
	return api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: name}, Record: map[string]any{"name": name}, Status: s}
}

func well(lives ...time.Duration) api.Listed {
	return counted("well", api.ConditionTrue, now.Add(-day), lives...)
}

func but(item api.Listed, change func(*api.Listed)) api.Listed {
	change(&item)
	return item
}

func suspends(item *api.Listed)   { item.Record["suspend"] = true }
func gone(item *api.Listed)       { item.Record = nil }
func statusless(item *api.Listed) { item.Status = nil }

func dueSince(d time.Duration) func(*api.Listed) {
	return func(item *api.Listed) { item.Status.DueAt = now.Add(-d).Unix() }
}

func accountDue(name string, due time.Time) api.Listed {
	return api.Listed{Key: api.Key{Kind: api.KindAccount, Name: name}, Record: map[string]any{"name": name},
		AccountStatus: &api.AccountStatus{DueAt: due.Unix(), Conditions: []api.Condition{{Type: api.ConditionReady, Status: api.ConditionFalse}}}}
}

func TestTakeCensus_WhatACensusCounts(t *testing.T) {
	hourAgo := now.Add(-time.Hour)
	for sentence, c := range map[string]struct {
		items []api.Listed
		want  api.Census
	}{
		"an empty table": {nil, api.Census{}},
		"one that is ready, with the life that is left of it": {
			[]api.Listed{well(30 * day)}, api.Census{Ready: 1, Installed: true, LeastLife: 30 * day}},
		"of several the one that expires first, at whichever target": {
			[]api.Listed{well(40*day, 8*day), well(9 * day)}, api.Census{Ready: 2, Installed: true, LeastLife: 8 * day}},
		"one that has expired, as less than nothing": {
			[]api.Listed{well(-day), well(day)}, api.Census{Ready: 2, Installed: true, LeastLife: -day}},
		"one that expires now is not the same as none": {
			[]api.Listed{well(0)}, api.Census{Ready: 1, Installed: true}},
		"of those that are not ready the one that has not been for longest": {
			[]api.Listed{counted("a", api.ConditionFalse, hourAgo), counted("b", api.ConditionUnknown, now.Add(-day)), well()},
			api.Census{Ready: 1, NotReady: 2, LongestNotReady: day}},
		"one without a status is not ready, and not for long": {
			[]api.Listed{but(well(), statusless)}, api.Census{NotReady: 1}},
		"one without conditions likewise": {
			[]api.Listed{but(well(), func(i *api.Listed) { i.Status.Conditions = nil })}, api.Census{NotReady: 1}},
		"a suspended one is neither ready nor not, and may expire": {
			[]api.Listed{but(well(day), suspends), but(counted("b", api.ConditionFalse, hourAgo, -day), suspends), well(9 * day)},
			api.Census{Ready: 1, Suspended: 2, Installed: true, LeastLife: 9 * day}},
		"suspended ones alone: nothing is installed": {
			[]api.Listed{but(well(day), suspends)}, api.Census{Suspended: 1}},
		"what is no boolean suspends nothing": {
			[]api.Listed{but(well(), func(i *api.Listed) { i.Record["suspend"] = "true" })}, api.Census{Ready: 1}},
		"one that is being deleted is nobody's, unless it is overdue": {
			[]api.Listed{but(counted("a", api.ConditionFalse, hourAgo, day), gone), but(but(well(), gone), dueSince(time.Minute))},
			api.Census{OldestOverdue: time.Minute}},
		"a target without a certificate or one that left the record does not expire": {
			[]api.Listed{but(well(day, day, 5*day), func(i *api.Listed) {
				i.Status.Targets[0].ARN, i.Status.Targets[1].DroppedSince = "", hourAgo
			})}, api.Census{Ready: 1, Installed: true, LeastLife: 5 * day}},
		"a target of which no end is known does not expire": {
			[]api.Listed{but(well(day), func(i *api.Listed) { i.Status.Targets[0].NotAfter = time.Time{} })}, api.Census{Ready: 1}},
		"of those that are due the one that has been for longest": {
			[]api.Listed{but(well(), dueSince(time.Hour)), but(well(), dueSince(2*time.Hour)), but(well(), dueSince(-day))},
			api.Census{Ready: 3, OldestOverdue: 2 * time.Hour}},
		"one that is due later is not overdue": {
			[]api.Listed{but(well(), dueSince(-time.Second))}, api.Census{Ready: 1}},
		"nor one that somebody is at work on": {
			[]api.Listed{but(well(), func(i *api.Listed) {
				i.Status.DueAt, i.Status.LeaseUntil = hourAgo.Unix(), now.Add(time.Minute)
			})}, api.Census{Ready: 1}},
		"one whose lease ran out is overdue from then on": {
			[]api.Listed{but(well(), func(i *api.Listed) {
				i.Status.DueAt, i.Status.LeaseUntil = hourAgo.Unix(), now.Add(-time.Minute)
			})}, api.Census{Ready: 1, OldestOverdue: time.Minute}},
		"an account is counted only where it is overdue": {
			[]api.Listed{accountDue("default", hourAgo), accountDue("other", now.Add(time.Hour))}, api.Census{OldestOverdue: time.Hour}},
		"an account without a status is not": {
			[]api.Listed{but(accountDue("default", hourAgo), func(i *api.Listed) { i.AccountStatus = nil })}, api.Census{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := TakeCensus(c.items, now); got != c.want {
				t.Errorf("counted %+v\nwant    %+v", got, c.want)
			}
		})
	}
}
