package view

import (
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// AccountState returns the reason of an account's state, and the message about it.
func AccountState(l api.Listed) (reason, message string) {
	_, reason = state(statusOf(l), l.Record != nil)
	for _, c := range statusOf(l) {
		if string(c.Reason) == reason {
			message = c.Message
		}
	}
	return reason, message
}

// Account writes the state of an account, its URL, and the CAA record that allows certificates of this account only.
func Account(s *screen.Screen, l api.Listed) {
	ready, reason := state(statusOf(l), l.Record != nil)
	_, message := AccountState(l)
	fields := [][2]string{{s.T("Account"), l.Key.Name}, {s.T("Ready"), readiness(ready) + " (" + reason + ")"}}
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, [2]string{name, value})
		}
	}
	add(s.T("Message"), message)
	if l.AccountStatus == nil || !l.AccountStatus.IsReady() {
		add(s.T("What to do"), s.Remedy(api.Reason(reason)))
	}
	directory := text(l.Record, "directory")
	if l.AccountStatus != nil && l.AccountStatus.Directory != "" {
		directory = l.AccountStatus.Directory
	}
	add(s.T("Directory"), directory)
	add(s.T("Contact"), text(l.Record, "email"))
	if l.AccountStatus == nil || l.AccountStatus.URI == "" {
		s.Fields(fields)
		return
	}
	ca := "<" + s.T("the CA's name for CAA") + ">"
	if names := api.IssuerNames(l.AccountStatus.CAAIdentities); len(names) > 0 {
		ca = names[0]
	}
	add(s.T("Account URL"), l.AccountStatus.URI)
	s.Fields(fields)
	s.Line("")
	s.Wrapped(s.T("This CAA record, at each domain, allows certificates of this account only:"), 0)
	// The record is one line, so that it can be copied.
	s.Line("  " + plan.CAALine("example.com", "issue", plan.CAAIssueValue(ca, l.AccountStatus.URI)))
}
