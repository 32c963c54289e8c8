package view

import (
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Step is one step of an issuance.
type Step struct {
	// Reason is the reason of Issuing while the step is under way.
	Reason api.Reason
	Title  string
}

// Steps returns the steps of an issuance in their order, those that a status can show.
func Steps(s *screen.Screen) []Step {
	return []Step{
		{api.ReasonOrdering, s.T("Order the certificate from the CA")},
		{api.ReasonWaitingForDNS, s.T("Publish the TXT records")},
		{api.ReasonValidating, s.T("Wait for the validation by the CA")},
		{api.ReasonProcessing, s.T("Wait for the CA to sign the certificate")},
		{api.ReasonImporting, s.T("Import the certificate into ACM")},
	}
}

// Current returns the index of the step that is under way, or -1.
func Current(steps []Step, reason api.Reason) int {
	for i, step := range steps {
		if step.Reason == reason {
			return i
		}
	}
	return -1
}

// progress writes the steps of the issuance that is under way.
func progress(s *screen.Screen, c Certificate) {
	issuing, _ := api.GetCondition(c.status().Conditions, api.ConditionIssuing)
	steps := Steps(s)
	current := Current(steps, issuing.Reason)
	if issuing.Status != api.ConditionTrue || current < 0 {
		return
	}
	section(s, s.T("Issuance"))
	for i, step := range steps {
		s.Line("  " + Mark(i, current) + " " + step.Title)
	}
}

// Mark returns the sign before a step: done, under way, or to come.
func Mark(step, current int) string {
	switch {
	case step < current:
		return screen.Good.Render("✓")
	case step == current:
		return screen.Warn.Render("▸")
	}
	return screen.Faint.Render("·")
}
