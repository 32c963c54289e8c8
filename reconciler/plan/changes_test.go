package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func unknownChange(id string) option {
	return func(in *Input) { in.Synced, in.Lost = map[string]bool{id: false}, map[string]bool{id: true} }
}

func notSynced(id string) option { return func(in *Input) { in.Synced = map[string]bool{id: false} } }

func noOrder(in *Input) { in.Order = nil }

// A change that Route 53 does not know (NoSuchChange) was waited for until the order ended.
func TestDecide_AChangeThatRoute53DoesNotKnowIsWaitedForForAMinute(t *testing.T) {
	in := fresh(issuing(ordered, published), order(api.OrderPending), unknownChange("C1"))
	p := Decide(in)
	if p.Action != Wait || p.Failure != nil || p.Reason != api.ReasonWaitingForDNS || !p.At.Equal(now.Add(time.Minute)) {
		t.Fatalf("decided %+v", p)
	}
	settled := Settle(in, p, Outcome{})
	v := settled.Issuance.Published[0]
	if v.ChangeID != "" || !v.ServedFrom.Equal(now.Add(time.Minute)) || settled.Status.Failures+settled.Status.TransientErrors > 0 {
		t.Fatalf("on record is %+v", v)
	}
	in = stored(in, settled)
	in.Now, in.Lost, in.Synced = now.Add(time.Minute), nil, map[string]bool{}
	if p := Decide(in); p.Action != Accept {
		t.Errorf("a minute later: %+v", p)
	}
}

// While Route 53 carries a change, the order and its authorizations are not read every five seconds.
func TestDecide_TheOrderIsNotReadWhileAChangeIsCarried(t *testing.T) {
	twoNames := func(i *api.Issuance) { i.Domains = []string{"www.example.com", "api.example.com"} }
	for sentence, c := range map[string]struct {
		in   Input
		want bool
	}{
		"everything is published and not served":    {fresh(issuing(ordered, published), notSynced("C1")), true},
		"everything is served":                      {fresh(issuing(ordered, published), served("C1")), false},
		"nothing is published":                      {fresh(issuing(ordered), notSynced("C1")), false},
		"another name may have to be published":     {fresh(issuing(ordered, published, twoNames), notSynced("C1")), false},
		"Route 53 does not say whether it is":       {fresh(issuing(ordered, published), notSynced("C1"), func(in *Input) { in.SyncErr = errBug }), false},
		"a change that Route 53 does not know":      {fresh(issuing(ordered, published), unknownChange("C1")), true},
		"a value that may not have been taken over": {fresh(issuing(ordered, published, func(i *api.Issuance) { i.Published[0].Submitted = false }), notSynced("C1")), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.in.Order = nil
			if got := AwaitsChange(c.in); got != c.want {
				t.Errorf("it says %v", got)
			}
		})
	}
	p := Decide(fresh(issuing(ordered, published), noOrder, notSynced("C1")))
	if p.Action != Wait || p.Reason != api.ReasonWaitingForDNS || p.At.Sub(now) > 10*time.Second {
		t.Errorf("decided %+v", p)
	}
}

// Suspending a record in the middle of an order left its TXT values in DNS.
func TestDecide_ASuspendedRecordLeavesNoTXTValues(t *testing.T) {
	in := fresh(spec(suspend), issuing(ordered, published))
	p := Decide(in)
	if p.Action != CleanDNS || len(p.Values) != 1 {
		t.Fatalf("decided %+v", p)
	}
	settled := take(in, p, Outcome{})
	if len(settled.Issuance.Published) != 0 || settled.Issuance.OrderURL == "" {
		t.Fatalf("in flight is %+v", settled.Issuance)
	}
	in = stored(in, settled)
	if p := Decide(in); p.Action != Wait || p.Reason != api.ReasonSuspended {
		t.Errorf("then %+v", p)
	}
	in.Spec.Suspend = false
	if p := Decide(in.with(order(api.OrderPending))); p.Action != Publish {
		t.Errorf("after the suspension %+v", p)
	}
}

// Name servers at two providers are a line of the history, once, and no reason not to order.
func TestDecide_AWarningOfAZoneIsALineOfTheHistory(t *testing.T) {
	warned := func(in *Input) {
		in.Zones = []api.ChallengeZone{wwwZone}
		in.Zones[0].Warning = "www.example.com: the zone is served at two providers"
	}
	in := fresh(issuing(func(i *api.Issuance) {}), warned)
	p := Decide(in)
	if p.Action != NewOrder {
		t.Fatalf("decided %+v", p)
	}
	settled := take(in, p, Outcome{Order: &api.Order{URL: orderURL, Status: api.OrderPending}})
	last := settled.Status.History[len(settled.Status.History)-1]
	if last.Reason != api.ReasonSplitDelegation || last.Message != in.Zones[0].Warning || settled.Issuance.Zones[0].Warning != "" {
		t.Errorf("%+v, zones %+v", last, settled.Issuance.Zones)
	}
}
