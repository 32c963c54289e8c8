package plan

import (
	"errors"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// TestFollows_OnlyWhatNeedsNoOtherObservation has a step, what comes of it, and whether the step that Decide wants next may be taken on
// the same observation.
func TestFollows_OnlyWhatNeedsNoOtherObservation(t *testing.T) {
	known := func(in *Input) { in.Account.CAAIdentities = []string{"ca.test"} }
	sealed := Outcome{Sealed: []byte("sealed"), PublicKeySHA256: "aa"}
	placed := Outcome{Order: fresh(order(api.OrderPending)).Order}
	for sentence, c := range map[string]struct {
		in    Input
		out   Outcome
		later time.Duration
		step  Action
		next  Action
		want  bool
	}{
		"an order follows its key":                           {fresh(zones), sealed, 0, MakeKey, NewOrder, true},
		"not where CAA records are still to be read":         {fresh(zones, known), sealed, 0, MakeKey, NewOrder, false},
		"an order follows its key once CAA was read":         {fresh(zones, caa()), sealed, 0, MakeKey, NewOrder, true},
		"not after an error":                                 {fresh(zones), Outcome{Err: errors.New("no")}, 0, MakeKey, Notify, false},
		"not on an observation that is old":                  {fresh(zones), sealed, followWithin, MakeKey, NewOrder, false},
		"not where the clock was set back":                   {fresh(zones), sealed, -time.Second, MakeKey, NewOrder, false},
		"values follow their order":                          {fresh(issuing(), zones), placed, 0, NewOrder, Publish, true},
		"a wait for Route 53 is another observation":         {fresh(issuing(ordered), zones, order(api.OrderPending)), Outcome{ChangeID: "C1"}, 0, Publish, Wait, false},
		"the notice follows the end of an issuance":          {kept(target(holds(successor)), issuing(held(successor))), Outcome{}, 0, DropIssuance, Notify, true},
		"a finalization follows the removal of the values":   {fresh(issuing(ordered, published), zones, order(api.OrderReady)), Outcome{}, 0, CleanDNS, Finalize, true},
		"not where an order that was given up is to be read": {fresh(issuing(ordered, published, gaveUp), zones, order(api.OrderReady)), Outcome{}, 0, CleanDNS, Finalize, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Decide(c.in)
			if p.Action != c.step {
				t.Fatalf("the step is %s, want %s", p.Action, c.step)
			}
			claimed := c.in
			if HasEffect(p.Action) {
				intent := Intend(c.in, p, c.in.Now)
				claimed.HasStatus, claimed.Stored = true, intent.Status
			}
			settled, after := Follow(claimed, p, c.out, c.in.Now.Add(c.later))
			next := Decide(after)
			if next.Action != c.next {
				t.Fatalf("then %s (%s %s), want %s", next.Action, next.Reason, next.Message, c.next)
			}
			if got := Follows(p, c.out, after, next, c.in.Now); got != c.want {
				t.Errorf("%v", got)
			}
			if !api.SameStored(after.Stored, settled.Status) {
				t.Error("the world after the step has another status than what is stored")
			}
		})
	}
}

// TestHasEffect_WithoutAClaimOnlyWhatIsStored: every other action is claimed first.
func TestHasEffect_WithoutAClaimOnlyWhatIsStored(t *testing.T) {
	var unclaimed []Action
	for _, a := range Actions() {
		if !HasEffect(a) {
			unclaimed = append(unclaimed, a)
		}
	}
	want := []Action{DropIssuance, ResumeOrder, RollBack, RollOutAgain}
	if !api.SameStored(unclaimed, want) {
		t.Errorf("not claimed: %v, want %v", unclaimed, want)
	}
}
