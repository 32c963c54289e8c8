package doctor

import (
	"strings"

	"certloop/cmd/certloop/lang"
)

// Queue is a queue of messages that failed every time.
type Queue struct {
	Name    string
	Waiting int
	Problem error
}

func (q Queue) check(in lang.Language) Check {
	const area = "Queue"
	switch {
	case q.Problem != nil:
		return unread(in, area, q.Name, q.Problem)
	case q.Waiting > 0:
		return line(area, q.Name, Failed, in.F("messages that failed every time: %d", q.Waiting),
			in.T("Search the function's log for errors, correct the cause, start a resync, and purge the queue."))
	}
	return line(area, q.Name, Fine, in.T("no message failed"), "")
}

// Alarm is an alarm of the installation.
type Alarm struct {
	Name string
	// State is OK, ALARM or INSUFFICIENT_DATA. Description has the remedy.
	State, Description string
	// Acts reports whether it tells anybody.
	Acts bool
}

func alarms(in lang.Language, read Read[[]Alarm]) (out []Check) {
	const area = "Alarm"
	if read.Problem != nil {
		return []Check{unread(in, area, "", read.Problem)}
	}
	silent := 0
	for _, a := range read.Value {
		if a.State == "ALARM" {
			out = append(out, line(area, a.Name, Failed, in.T("the alarm is raised"), a.Description))
		}
		if !a.Acts {
			silent++
		}
	}
	switch {
	case len(read.Value) == 0:
		out = append(out, line(area, "", Warning, in.T("there are no alarms, so nobody notices that certloop stopped"),
			in.T("Set alarms.enabled of the Terraform module to true.")))
	case silent > 0:
		out = append(out, line(area, "", Warning, in.F("alarms without an action, or with actions off: %d", silent),
			in.T("Set alarms.actions of the Terraform module to your topic, and turn the actions on.")))
	case len(out) == 0:
		out = append(out, line(area, "", Fine, in.F("alarms: %d, none is raised", len(read.Value)), ""))
	}
	return out
}

// Subscription is a subscription of the topic of notices.
type Subscription struct {
	Protocol, Endpoint string
	Confirmed          bool
}

func subscriptions(in lang.Language, read Read[[]Subscription]) (out []Check) {
	const area = "Notices"
	if read.Problem != nil {
		return []Check{unread(in, area, "", read.Problem)}
	}
	confirmed := 0
	for _, s := range read.Value {
		if s.Confirmed {
			confirmed++
			continue
		}
		out = append(out, line(area, s.Endpoint, Warning, in.T("the subscription is not confirmed"),
			in.T("Open the confirmation mail of Amazon SNS, or subscribe again.")))
	}
	if confirmed == 0 {
		return append(out, line(area, "", Warning, in.T("nobody is subscribed to the topic of notices"),
			in.T("Subscribe a mail address or a chat to the output topic_arn of the Terraform module.")))
	}
	return append(out, line(area, "", Fine, in.F("confirmed subscribers: %d", confirmed), ""))
}

// serviceOf returns the service of an ARN, or "".
func serviceOf(arn string) string {
	parts := strings.SplitN(arn, ":", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2]
}
