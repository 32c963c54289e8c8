package doctor

import (
	"encoding/json"
	"strings"

	"certloop/cmd/certloop/lang"
)

// Schedule is a schedule that invokes the function.
type Schedule struct {
	Name string
	// Action is the action that the function is to be invoked with.
	Action string
	// Missing is true if there is no such schedule.
	Missing bool
	Enabled bool
	// Target is the ARN of what it invokes, Input what it sends there. Function is the ARN of the function; empty: it is not known.
	Target, Input, Function string
	Problem                 error
}

func (s Schedule) check(in lang.Language) Check {
	const area = "Schedule"
	again := in.T("Apply the Terraform module again.")
	switch {
	case s.Missing:
		return line(area, s.Name, Failed, in.F("the schedule does not exist, so %s", s.consequence(in)), again)
	case s.Problem != nil:
		return unread(in, area, s.Name, s.Problem)
	case !s.Enabled:
		return line(area, s.Name, Failed, in.F("the schedule is disabled, so %s", s.consequence(in)), in.T("Enable the schedule."))
	case !s.invokes():
		return line(area, s.Name, Failed, in.F("the schedule invokes %[1]s, not %[2]s", s.Target, s.Function), again)
	case s.sends() != s.Action:
		return line(area, s.Name, Failed, in.F("the schedule sends %[1]q, which is not the action %[2]s", s.Input, s.Action), again)
	}
	return line(area, s.Name, Fine, in.T("the schedule is enabled"), "")
}

// consequence returns what the missing of the schedule causes.
func (s Schedule) consequence(in lang.Language) string {
	if s.Action == "probe" {
		return in.T("nobody knows what endpoints serve")
	}
	return in.T("nothing is renewed in time")
}

// invokes reports whether the schedule invokes the function, or a version or an alias of it.
func (s Schedule) invokes() bool {
	return s.Function == "" || s.Target == s.Function || strings.HasPrefix(s.Target, s.Function+":")
}

// sends returns the action in the input of the schedule, or "".
func (s Schedule) sends() string {
	var event struct {
		Action string `json:"action"`
	}
	if json.Unmarshal([]byte(s.Input), &event) != nil {
		return ""
	}
	return event.Action
}
