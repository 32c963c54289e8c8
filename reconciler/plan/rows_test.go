package plan

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// decision is one case of the decision: what is seen, and what is to be done. Of the message and of the failure's
// message a part is enough.
type expected struct {
	in   Input
	want Plan
}

// decisions are the cases of each row: all its reasons, and next to them what it must leave to others.
var decisions = map[string]map[string]expected{
	"nothingThere":     nothingThereCases,
	"leased":           leasedCases,
	"cleanUpDeleted":   deletedCases,
	"suspended":        suspendedCases,
	"policyDenied":     policyDeniedCases,
	"takePlace":        takePlaceCases,
	"refuse":           refuseCases,
	"dropTarget":       dropTargetCases,
	"claim":            claimCases,
	"tag":              tagCases,
	"removeDuplicate":  duplicateCases,
	"placeholder":      placeholderCases,
	"rollBack":         rollBackCases,
	"importHeld":       importCases,
	"finishHeld":       finishCases,
	"waitHeld":         waitHeldCases,
	"dropOrder":        dropOrderCases,
	"cleanDNS":         cleanDNSCases,
	"satisfied":        satisfiedCases,
	"unknown":          unknownCases,
	"accountNotReady":  accountCases,
	"rejectedTwice":    rejectedCases,
	"backingOff":       backingOffCases,
	"minimumInterval":  minimumIntervalCases,
	"issuanceBudget":   issuanceBudgetCases,
	"makeKey":          makeKeyCases,
	"resumeOrder":      resumeCases,
	"newOrder":         newOrderCases,
	"orderUnreadable":  unreadableCases,
	"validate":         validateCases,
	"finalize":         finalizeCases,
	"waitProcessing":   processingCases,
	"download":         downloadCases,
	"unexpectedStatus": unexpectedCases,
}

func TestDecide_EveryRowDecidesItsCases(t *testing.T) {
	for _, r := range rows {
		if len(decisions[r.name]) == 0 {
			t.Errorf("row %s %s has no case", r.number, r.name)
		}
		for sentence, c := range decisions[r.name] {
			t.Run(r.name+"/"+sentence, func(t *testing.T) {
				if by := decidedBy(c.in); by != r.name {
					t.Errorf("row %s decides", by)
				}
				comparePlans(t, Decide(c.in), c.want)
			})
		}
	}
	for name := range decisions {
		if !slices.Contains(Rows(), name) {
			t.Errorf("there is no row %s", name)
		}
	}
}

// decidedBy returns the first row that answers.
func decidedBy(in Input) string {
	s := newDraft(in)
	for _, r := range rows {
		if r.decide(&decision{facts: &s.facts}) != nil {
			return r.name
		}
	}
	return "none"
}

func comparePlans(t *testing.T, got, want Plan) {
	t.Helper()
	if !strings.Contains(got.Message, want.Message) || (want.Message == "" && got.Message != "") {
		t.Errorf("it says %q, want %q in it", got.Message, want.Message)
	}
	got.Message, want.Message = "", ""
	if api.KindOf(got.Failure) != api.KindOf(want.Failure) || api.ReasonOf(got.Failure, "") != api.ReasonOf(want.Failure, "") ||
		!strings.Contains(api.MessageOf(got.Failure), api.MessageOf(want.Failure)) {
		t.Errorf("it fails with %v, want %v", got.Failure, want.Failure)
	}
	got.Failure, want.Failure = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("decided\n%+v, want\n%+v", got, want)
	}
}

// TestDecide_TheRowsAreThoseOfTheDesign: 0 to 16, in order, each at least once.
func TestDecide_TheRowsAreThoseOfTheDesign(t *testing.T) {
	var numbers []string
	for _, r := range rows {
		if r.number != "-" && (len(numbers) == 0 || numbers[len(numbers)-1] != r.number) {
			numbers = append(numbers, r.number)
		}
	}
	want := strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")
	if !slices.Equal(numbers, want) {
		t.Errorf("rows %v, want %v", numbers, want)
	}
}

func TestDecide_ARowCanBeTakenOutByNameOnly(t *testing.T) {
	if got := Without("makeKey")(fresh()); got.Action == MakeKey {
		t.Errorf("without makeKey: %s", got.Action)
	}
	if got := Decide(fresh()); got.Action != MakeKey {
		t.Errorf("with all rows, after one was taken out: %s", got.Action)
	}
	defer func() {
		if recover() == nil {
			t.Error("a row that does not exist was taken out")
		}
	}()
	Without("nobody")
}

// TestDecide_EveryActionIsDecidedAndSettled: no action is forgotten by the tables, nor by Settle.
func TestDecide_EveryActionIsDecidedAndSettled(t *testing.T) {
	decided := map[Action]bool{}
	for _, cases := range decisions {
		for _, c := range cases {
			decided[c.want.Action] = true
		}
	}
	for action := range maps.Keys(actions) {
		if !decided[action] && action != Notify {
			t.Errorf("no case decides %s", action)
		}
	}
	for action := range decided {
		if actions[action].settle == nil {
			t.Errorf("nothing settles %s", action)
		}
	}
}
