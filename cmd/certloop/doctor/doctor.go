// Package doctor judges what an operator's credentials show of an installation: pure checks of what was read. What the
// function itself sees is in its answer to {"action":"check"}, in the same form.
package doctor

import (
	"certloop/cmd/certloop/lang"
	"certloop/reconciler/plan"
)

// Check is one line of the answer, State its result: those of the function's own check.
type (
	Check = plan.Check
	State = plan.CheckState
)

// These are the states.
const (
	Fine    = plan.CheckFine
	Warning = plan.CheckWarning
	Failed  = plan.CheckFailed
	Unknown = plan.CheckUnknown
)

// Read is something that was read, or the reason why it could not be.
type Read[T any] struct {
	Value   T
	Problem error
}

// Facts are everything that was read with the operator's credentials.
type Facts struct {
	Table         Read[Table]
	Function      Read[Function]
	Mappings      Read[[]Mapping]
	Schedules     []Schedule
	Queues        []Queue
	Alarms        Read[[]Alarm]
	Subscriptions Read[[]Subscription]
}

// Examine judges the facts. version is the command line's, function that of the function (empty: not known).
func Examine(in lang.Language, f Facts, version, function string) (out []Check) {
	out = append(out, table(in, f.Table)...)
	out = append(out, theFunction(in, f.Function, version, function)...)
	out = append(out, mappings(in, f.Mappings)...)
	for _, s := range f.Schedules {
		out = append(out, s.check(in))
	}
	for _, q := range f.Queues {
		out = append(out, q.check(in))
	}
	out = append(out, alarms(in, f.Alarms)...)
	return append(out, subscriptions(in, f.Subscriptions)...)
}

// Findings returns whether any check found something that an operator must act on.
func Findings(checks []Check) bool {
	for _, c := range checks {
		if c.State == Failed || c.State == Warning {
			return true
		}
	}
	return false
}

// line returns a check. The remedy is empty if the state is Fine.
func line(area plan.CheckArea, subject string, state State, message, remedy string) Check {
	return Check{Area: area, Subject: subject, State: state, Message: message, Remedy: remedy}
}

// unread is the check of something that could not be read. The problem has its own remedy.
func unread(in lang.Language, area plan.CheckArea, subject string, problem error) Check {
	return line(area, subject, Unknown, in.Error(problem), in.T("Correct this, and run certloop doctor again."))
}
