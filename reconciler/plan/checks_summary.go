package plan

import (
	"cmp"
	"fmt"
	"slices"

	"certloop/reconciler/api"
)

// MostChecks is how many lines an answer has at most.
const MostChecks = 300

// NotChecked returns the line about what there was no time or no room for; false: nothing was left.
func NotChecked(area CheckArea, left int, what string) (Check, bool) {
	return Check{Area: area, Subject: fmt.Sprintf("%d %s", left, what), State: CheckUnknown, Message: "not checked: too many, or no time was left",
		Remedy: "Check them by their names."}, left > 0
}

// Summarize returns the lines of the answer: what was found, by area and the worst first, and one line for all of an area
// that is fine. It has at most MostChecks lines.
func Summarize(checks []Check) []Check {
	var lines []Check
	for _, area := range CheckAreas {
		of := slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return c.Area != area })
		lines = append(lines, summary(of)...)
	}
	if len(lines) <= MostChecks {
		return lines
	}
	// A fine line is the summary of its area, and stays.
	slices.SortStableFunc(lines, func(a, b Check) int { return cmp.Compare(severity(a), severity(b)) })
	over := lines[MostChecks-1:]
	more := over[0]
	more.Subject, more.Message = fmt.Sprintf("%d more findings", len(over)), "there are too many to list"
	more.Remedy = "Correct the findings above, and check again."
	return append(lines[:MostChecks-1:MostChecks-1], more)
}

// severity returns the place of the state in CheckStates; a fine line is a summary and comes first.
func severity(c Check) int {
	if c.State == CheckFine {
		return -1
	}
	return slices.Index(CheckStates, c.State)
}

// summary returns the lines of one area.
func summary(checks []Check) []Check {
	var found, well []Check
	for _, c := range checks {
		if c.State == CheckFine {
			well = append(well, c)
		} else {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Check) int {
		return cmp.Or(cmp.Compare(severity(a), severity(b)), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
	})
	switch len(well) {
	case 0:
	case 1:
		found = append(found, well[0])
	default:
		found = append(found, fine(well[0].Area, subjects(well), fmt.Sprintf("%d checks found nothing", len(well))))
	}
	return found
}

func subjects(checks []Check) string {
	names := make([]string, len(checks))
	for i, c := range checks {
		names[i] = c.Subject
	}
	slices.Sort(names)
	return api.Message(shortNames(slices.Compact(names)))
}
