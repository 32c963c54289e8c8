package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// pointsKept is at how many points of a scenario the outlook is taken; the race detector makes it much slower.
const pointsKept = 3 - 2*raceDetector

// TestOutlook_AgreesWithTheLoop takes the outlook of a dry run at points of every scenario: at its start and after its events.
// Then the loop works without faults until it rests, and must have made the orders and imports of the outlook. After a decision
// that there is nothing to do, it must have had no effect.
func TestOutlook_AgreesWithTheLoop(t *testing.T) {
	used, ran := map[string]bool{}, 0
	for _, s := range All {
		t.Run(s.Name, func(t *testing.T) {
			ran++
			points := runsOf(s)
			for n := range min(points, pointsKept) {
				point := n * points / min(points, pointsKept)
				why, excused := compareAt(s, point)
				switch {
				case why != "" && excused != "":
					used[excused] = true
				case why != "":
					t.Errorf("at point %d of %d: %s", point, points, why)
				}
			}
		})
	}
	for _, e := range exceptions {
		if !used[e.reason] && ran == len(All) && pointsKept > 1 {
			t.Errorf("no outlook differs because %s: remove the exception", e.reason)
		}
	}
}

// stopped ends a scenario at the point where the outlook was taken.
type stopped struct{}

// runsOf returns at how many points of the scenario the loop is left to work.
func runsOf(s Scenario) (points int) {
	drive(s, func(*World) { points++ })
	return points
}

// drive runs the scenario without faults, and calls at whenever it lets the loop work.
func drive(s Scenario, at func(*World)) {
	w := New(nil)
	w.calls.quiet = true
	if s.Before != nil {
		s.Before(w)
	}
	w.beforeRun = at
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(stopped); !ok {
				panic(v)
			}
		}
	}()
	s.Drive(w)
}

// compareAt returns how outlook and loop differ at that point, and the exception that applies there.
func compareAt(s Scenario, point int) (why, excused string) {
	n := 0
	drive(s, func(w *World) {
		if n++; n-1 != point {
			return
		}
		w.beforeRun, w.calls.quiet = nil, true
		excused = w.exception(s.Name)
		why = compare(w)
		panic(stopped{})
	})
	return why, excused
}

// effects are what the loop did for one record.
type effects struct{ orders, imports, deletions, all int }

// compare returns how the outlook differs from what the loop does; empty: it does not.
func compare(w *World) (why string) {
	w.passPolicies()
	names := w.known()
	if len(names) == 0 {
		return ""
	}
	answer, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: names, DryRun: true})
	must(err)
	did, began := w.watchEffects(), w.clock.now
	w.rest(answer)
	for _, c := range answer.Certificates {
		o, e := c.Decision.Outlook, did[c.Name]
		if o.RenewAt.After(began) && !o.RenewAt.After(w.clock.now) {
			continue // its renewal came before the loop was at rest
		}
		idle := c.Decision.Reason == api.ReasonNotNeeded && c.Decision.Action == "Wait"
		if e.orders != o.Orders || e.imports != o.Imports || e.deletions != o.Deletions || idle && (e.all > 0 || o.Orders+o.Imports > 0) {
			text, err := json.Marshal(c.Decision)
			must(err)
			why += fmt.Sprintf("%s: the loop made %+v, and the outlook is %s; %s\n", c.Name, e, text, w.Explain(c.Name))
		}
	}
	return why
}

// passPolicies has the policies in force that are written: what is planned under them is planned a moment later.
func (w *World) passPolicies() {
	for _, m := range slices.Clone(w.pending) {
		if m.request.Kind == api.KindPolicy {
			w.pass(m.request)
		}
	}
}

// known returns the certificates of which the table has something.
func (w *World) known() []string {
	var names []string
	for item, err := range w.Table.All(context.Background()) {
		must(err)
		if item.Key.Kind == api.KindCertificate {
			names = append(names, item.Key.Name)
		}
	}
	return names
}

// watchEffects counts the successful effects of each record from now on.
func (w *World) watchEffects() map[string]effects {
	did := map[string]effects{}
	w.calls.done = func(op string) {
		e := did[w.current.Name]
		switch op {
		case "ca.NewOrder":
			e.orders++
		case "acm.Import":
			e.imports++
		case "acm.Delete":
			e.deletions++
		case "ca.Accept", "ca.Finalize", "acm.Tag", "dns.Publish", "dns.Remove":
		default:
			return
		}
		e.all++
		did[w.current.Name] = e
	}
	return did
}

// rest lets the loop work until the steps of all outlooks are due and every record is at rest, for at most the time of an
// outlook.
func (w *World) rest(answer reconciler.Answer) {
	due := w.clock.now
	for _, c := range answer.Certificates {
		w.wake(certificateKey(c.Name), 0)
		if o := c.Decision.Outlook; o.Orders+o.Imports+o.Deletions > 0 && o.When.After(due) {
			due = o.When
		}
	}
	for ends := due.Add(25 * time.Hour); w.clock.now.Before(ends) && (!w.clock.now.After(due) || !w.atRest()); {
		w.Run(20 * time.Minute)
	}
}

func (w *World) atRest() bool {
	for _, name := range w.known() {
		if o := w.object(name); !isAtRest(o) || o.Record == nil || !w.ready(name) || o.Status.SpecDigest != api.SpecDigest(o.Record) {
			return false
		}
	}
	return true
}
