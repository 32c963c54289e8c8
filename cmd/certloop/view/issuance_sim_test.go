package view

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/sim"
)

// TestIssuance_NoStoredStageIsUnknown drives every scenario of the simulation and shows each state that the loop stores: the step
// follows from something that is stored, and something is said.
func TestIssuance_NoStoredStageIsUnknown(t *testing.T) {
	seen := map[string]int{}
	watch := func(t *testing.T, s sim.Scenario) {
		s.Watch(nil, func(name string, o api.Object, now time.Time) {
			if why := judge(name, o, now, seen); why != "" {
				t.Errorf("%s: %s", s.Name, why)
			}
		})
	}
	for _, s := range sim.All {
		t.Run(s.Name, func(t *testing.T) { watch(t, s) })
	}
	for stage := StageOrder; stage <= StageImport; stage++ {
		for _, standing := range []Standing{Current, Failed} {
			if seen[fmt.Sprint("steps ", stage, standing)] == 0 {
				t.Errorf("no scenario stores the step %d with the standing %d", stage, standing)
			}
		}
	}
	for _, standing := range []Standing{Ahead, Current, Waits, Failed, Done} {
		if seen[fmt.Sprint("target ", standing)] == 0 {
			t.Errorf("no scenario stores a target with the standing %d", standing)
		}
	}
	if shown, differ := seen["shown"], seen["the status alone differs"]; differ*20 > shown {
		t.Errorf("without the issuance in flight, %d of %d states show another step", differ, shown)
	}
}

// judge returns what is wrong with the view of a state; empty: nothing.
func judge(name string, o api.Object, now time.Time, seen map[string]int) string {
	if o.Record == nil || o.Status == nil {
		return ""
	}
	c := Certificate{Name: name, Record: o.Record, Status: o.Status}
	i, blind := IssuanceOf(c, o.Issuance, now), IssuanceOf(c, nil, now)
	issuing, _ := api.GetCondition(o.Status.Conditions, api.ConditionIssuing)
	for _, target := range i.Targets {
		seen[fmt.Sprint("target ", target.Standing)]++
	}
	if !i.Open {
		if issuing.Status == api.ConditionTrue && !c.suspended() {
			return "Issuing is True, and no issuance is shown"
		}
		return ""
	}
	seen[fmt.Sprint("steps ", i.Stage, i.Standing)]++
	if seen["shown"]++; blind.Stage != i.Stage {
		seen["the status alone differs"]++
	}
	if evidence(c, o.Issuance, now) == "" {
		return fmt.Sprintf("the step of %s %s follows from nothing that is stored", issuing.Status, issuing.Reason)
	}
	return saysSomething(name, i, now)
}

// evidence returns from what the step follows; empty: it is a guess.
func evidence(c Certificate, flight *api.Issuance, now time.Time) string {
	w := &witness{status: *c.Status, flight: begun(flight), effect: effectOf(c.Status, now)}
	w.issuing, _ = api.GetCondition(w.status.Conditions, api.ConditionIssuing)
	_, byReason := stageOfReason[w.issuing.Reason]
	_, byAction := stageOfAction[w.effect.action]
	_, byFailure := stageOfFailure[w.issuing.Reason]
	switch {
	case w.flight != nil:
		return "flight"
	case byReason || byAction || byFailure:
		return "status"
	case lastAttempt(w.status, isOfIssuance).action != "":
		return "attempt"
	}
	return ""
}

func saysSomething(name string, i Issuance, now time.Time) string {
	var out bytes.Buffer
	s := screen.New(screen.Config{Out: &out, Language: lang.English, Now: func() time.Time { return now }})
	for _, line := range append(tree(s, i, name, name), changes(s, name, i)...) {
		if strings.TrimSpace(line) == "" || strings.HasSuffix(line, ": ") {
			return fmt.Sprintf("the line %q says nothing", line)
		}
	}
	if i.Standing != Current && because(s, i.Point, s.Seconds) == "" {
		return fmt.Sprintf("it stands at %d and why is not said", i.Standing)
	}
	return ""
}
