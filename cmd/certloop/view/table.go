package view

import (
	"strings"
	"time"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Certificates writes the table of certificates. With wide it has all names, the ARNs, absolute times, and what
// endpoints serve.
func Certificates(s *screen.Screen, list []Certificate, wide bool) {
	columns := []screen.Column{{Title: "NAME", Shrinks: true}, {Title: "READY"}, {Title: "REASON"}, {Title: "DOMAINS", Shrinks: true},
		{Title: "ACCOUNT", Shrinks: true}, {Title: "EXPIRES"}, {Title: "RENEWS"}, {Title: "AGE"}}
	if wide {
		columns = append(columns, screen.Column{Title: "EXPIRES AT"}, screen.Column{Title: "KEY TYPE"}, screen.Column{Title: "SERVED"}, screen.Column{Title: "ARN"})
	}
	rows := make([][]string, len(list))
	for i, c := range list {
		rows[i] = row(s, c, wide)
	}
	s.Table(columns, rows)
}

func row(s *screen.Screen, c Certificate, wide bool) []string {
	names := firstOf(c.Domains())
	if wide {
		names = strings.Join(c.Domains(), ",")
	}
	cells := []string{c.Name, readiness(c.Ready()), reasonStyle(c), names, c.Account(), expiry(s, c.Expires()), s.Relative(c.Renews()),
		age(s, c.Issued())}
	if wide {
		cells = append(cells, s.Absolute(c.Expires()), string(c.status().KeyType), servedReason(c), c.status().ACMARN)
	}
	return cells
}

func readiness(ready api.ConditionStatus) string {
	switch ready {
	case api.ConditionTrue:
		return screen.Good.Render(string(ready))
	case api.ConditionFalse:
		return screen.Bad.Render(string(ready))
	case api.ConditionUnknown:
	}
	return screen.Warn.Render(string(ready))
}

// reasonStyle returns the reason, in red if an operator must act.
func reasonStyle(c Certificate) string {
	if IsFailing(c) {
		return screen.Bad.Render(c.Reason())
	}
	return c.Reason()
}

// urgent is how long before its expiry a certificate is shown in red.
const urgent = 7 * 24 * time.Hour

func expiry(s *screen.Screen, t time.Time) string {
	text := s.Relative(t)
	if !t.IsZero() && t.Sub(s.Now()) < urgent {
		return screen.Bad.Render(text)
	}
	return text
}

// age returns how old the installed certificate is.
func age(s *screen.Screen, since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return s.Span(max(0, s.Now().Sub(since)))
}

// Accounts writes the table of accounts.
func Accounts(s *screen.Screen, list []api.Listed) {
	rows := make([][]string, len(list))
	for i, l := range list {
		ready, reason := state(statusOf(l), l.Record != nil)
		rows[i] = []string{l.Key.Name, readiness(ready), reason, text(l.Record, "directory"), text(l.Record, "email")}
	}
	s.Table([]screen.Column{{Title: "NAME"}, {Title: "READY"}, {Title: "REASON"}, {Title: "DIRECTORY", Shrinks: true},
		{Title: "EMAIL", Shrinks: true}}, rows)
}

// Policies writes the table of policies.
func Policies(s *screen.Screen, list []api.Listed) {
	rows := make([][]string, len(list))
	for i, l := range list {
		var conditions []api.Condition
		if l.PolicyStatus != nil {
			conditions = l.PolicyStatus.Conditions
		}
		accepted, _ := api.GetCondition(conditions, api.ConditionAccepted)
		rows[i] = []string{l.Key.Name, readiness(orUnknown(accepted.Status)), string(accepted.Reason), entries(l.Record, "records"),
			entries(l.Record, "domains"), entries(l.Record, "accounts")}
	}
	s.Table([]screen.Column{{Title: "NAME"}, {Title: "ACCEPTED"}, {Title: "REASON"}, {Title: "RECORDS", Shrinks: true},
		{Title: "DOMAINS", Shrinks: true}, {Title: "ACCOUNTS", Shrinks: true}}, rows)
}

func statusOf(l api.Listed) []api.Condition {
	if l.AccountStatus == nil {
		return nil
	}
	return l.AccountStatus.Conditions
}

// state returns the condition Ready of an account, and what operators need to know first.
func state(conditions []api.Condition, record bool) (api.ConditionStatus, string) {
	if !record {
		return api.ConditionUnknown, StateDeleting
	}
	ready, ok := api.GetCondition(conditions, api.ConditionReady)
	if !ok {
		return api.ConditionUnknown, StateNew
	}
	if accepted, ok := api.GetCondition(conditions, api.ConditionAccepted); ok && accepted.Status != api.ConditionTrue {
		return ready.Status, string(accepted.Reason)
	}
	return ready.Status, string(ready.Reason)
}

func orUnknown(status api.ConditionStatus) api.ConditionStatus {
	if status == "" {
		return api.ConditionUnknown
	}
	return status
}
