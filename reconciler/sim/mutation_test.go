package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// A provocation is a run that succeeds only with one of the rows.
type provocation struct {
	in Scenario
	// fault happens once: at the first call of op, or, if op is empty, at any call, in one run each. Without a fault
	// there is one run.
	fault Kind
	op    string
}

func scenario(name string) provocation {
	i := slices.IndexFunc(All, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		panic("no scenario is called " + name)
	}
	return provocation{in: All[i]}
}

func (p provocation) with(k Kind, op string) provocation {
	p.fault, p.op = k, op
	return p
}

// runs returns the faults of its runs, placed at the calls of a run without a fault.
func (p provocation) runs() []Faults {
	if p.fault == "" {
		return []Faults{nil}
	}
	var all []Faults
	for i, op := range p.in.Run(nil).calls.trace {
		if p.op == "" || p.op == op {
			all = append(all, Faults{i + 1: p.fault})
		}
		if p.op == op {
			break
		}
	}
	return all
}

// provocations maps each row of the decision to a run that detects its loss.
var provocations = map[string]provocation{
	"nothingThere":     {in: nobody},
	"leased":           scenario("renew").with(Overlap, "acm.Import"),
	"cleanUpDeleted":   scenario("delete"),
	"suspended":        scenario("suspended over its renewal"),
	"policyDenied":     scenario("policy: revoked in mid-order, and granted again"),
	"takePlace":        scenario("policy: one place for two records"),
	"refuse":           {in: impossible},
	"dropTarget":       scenario("drop a target"),
	"claim":            provocation{in: rivals, fault: Overlap},
	"tag":              scenario("adopt a named certificate"),
	"removeDuplicate":  {in: twins},
	"placeholder":      {in: standIn},
	"rollBack":         scenario("rollout: the first wave breaks, and is rolled back"),
	"importHeld":       scenario("issue"),
	"finishHeld":       scenario("issue"),
	"waitHeld":         scenario("the new chain lacks a key usage of the old one"),
	"dropOrder":        scenario("the CA finds no TXT record for a while"),
	"cleanDNS":         scenario("issue"),
	"satisfied":        scenario("issue"),
	"unknown":          scenario("status deleted in mid-order"),
	"accountNotReady":  {in: accountLater},
	"backingOff":       {in: patience},
	"minimumInterval":  scenario("the certificate is deleted again and again"),
	"rejectedTwice":    scenario("zoo: the bare name comes with every wildcard"),
	"resumeOrder":      scenario("zoo: an order that was given up is signed after all"),
	"issuanceBudget":   scenario("limits: two records of one domain, one certificate in two days"),
	"makeKey":          scenario("issue"),
	"newOrder":         scenario("issue"),
	"orderUnreadable":  scenario("issue").with(Err, "ca.GetOrder"),
	"validate":         scenario("issue"),
	"finalize":         scenario("issue"),
	"waitProcessing":   scenario("issue"),
	"download":         scenario("issue"),
	"unexpectedStatus": {in: strangeOrder},
}

// enough is more decisions than any provocation needs; a loop that decides more often does not end.
const enough = 300

// TestRows_NoneCanBeRemoved removes each row from the decision. A run that succeeded then breaks an invariant, does not
// converge, panics or does not end.
func TestRows_NoneCanBeRemoved(t *testing.T) {
	for _, row := range plan.Rows() {
		t.Run(row, func(t *testing.T) {
			p, ok := provocations[row]
			if !ok {
				t.Fatal("no provocation detects its loss")
			}
			noticed := ""
			for _, f := range p.runs() {
				if whole := outcome(p.in, f, plan.Decide); whole != "" {
					t.Fatalf("with all rows %q fails, %s: %s", p.in.Name, f, whole)
				}
				if noticed = outcome(p.in, f, plan.Without(row)); noticed != "" {
					break
				}
			}
			if noticed == "" {
				t.Fatalf("%q does not detect its loss", p.in.Name)
			}
			t.Log(noticed)
		})
	}
	for row := range provocations {
		if !slices.Contains(plan.Rows(), row) {
			t.Errorf("%s is not a row", row)
		}
	}
}

// forgetful delivers every notice on every channel each time, also where it was delivered already.
type forgetful struct{ worldPorts }

func (f forgetful) Notify(ctx context.Context, n api.Notice, _ []string) ([]string, error) {
	return f.worldPorts.Notify(ctx, n, nil)
}

// TestInvariants_DetectARepeatedNotice: a notice that is delivered again on the same channel breaks an invariant.
func TestInvariants_DetectARepeatedNotice(t *testing.T) {
	refusing := scenario("the machines' channel refuses for an hour").in
	drive := refusing.Drive
	refusing.Drive = func(w *World) {
		w.Loop.Notifier = forgetful{worldPorts{w}}
		drive(w)
	}
	if wrong := outcome(refusing, nil, plan.Decide); !strings.Contains(wrong, "again, for no reason") {
		t.Errorf("it is not detected: %q", wrong)
	}
}

// outcome returns what went wrong in the scenario with these decisions, or "".
func outcome(s Scenario, f Faults, decide func(plan.Input) plan.Plan) (wrong string) {
	defer func() {
		if v := recover(); v != nil {
			wrong = fmt.Sprintf("it panics: %v", v)
		}
	}()
	decisions := 0
	w := s.RunWith(f, func(in plan.Input) plan.Plan {
		if decisions++; decisions > enough {
			panic("it does not end")
		}
		return decide(in)
	})
	if len(w.Violations) == 0 {
		return ""
	}
	return w.Violations[0]
}
