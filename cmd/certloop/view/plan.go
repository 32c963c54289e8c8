package view

import (
	"fmt"
	"strings"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Plan is the function's answer to a dry run (docs/reference/invocation.md, Dry run). It does not have the statuses of the
// answer, which would be decoded for nothing, and accounts and certificates have one type.
type Plan struct {
	Certificates []Planned `json:"certificates"`
	Accounts     []Planned `json:"accounts,omitempty"`
}

// Planned is what certloop would do for one record.
type Planned struct {
	Name   string `json:"name"`
	ACMARN string `json:"acm_arn,omitempty"`
	// Registers is true for an account that will be registered at the CA, or whose registration will be found.
	Registers bool          `json:"registers,omitempty"`
	Decision  plan.Decision `json:"decision"`
}

// Acts reports whether certloop would do something for the record.
func (p Planned) Acts() bool {
	o := p.outlook()
	return p.Registers || p.Decision.Action != string(plan.Wait) || o.Orders+o.Imports+o.Adoptions+o.Deletions > 0
}

func (p Planned) outlook() plan.Outlook {
	if p.Decision.Outlook == nil {
		return plan.Outlook{}
	}
	return *p.Decision.Outlook
}

// isBlocked reports whether the record does not become what it is to be, as far as the steps can be foreseen.
func (p Planned) isBlocked() bool {
	o := p.Decision.Outlook
	return o != nil && o.Reason != api.ReasonNotNeeded
}

// Plans writes what certloop would do for each record. Records for which there is nothing to do take one line, unless all
// is set.
func Plans(s *screen.Screen, p Plan, all bool) {
	for _, account := range p.Accounts {
		planAccount(s, account)
	}
	total, acting := plan.Outlook{}, 0
	for _, c := range p.Certificates {
		planCertificate(s, c, all)
		o := c.outlook()
		total.Orders, total.Imports = total.Orders+o.Orders, total.Imports+o.Imports
		total.Adoptions, total.Deletions = total.Adoptions+o.Adoptions, total.Deletions+o.Deletions
		if c.Acts() {
			acting++
		}
	}
	s.Line("")
	s.Line(s.F("Certificates: %[1]d, with something to do: %[2]d", len(p.Certificates), acting) + costs(s, total, ". "))
}

func planAccount(s *screen.Screen, p Planned) {
	title := screen.Strong.Render("account/" + api.Message(p.Name))
	if p.Registers {
		s.Line(title + "  " + screen.Warn.Render(s.T("registers at the CA")))
		return
	}
	s.Line(title + "  " + string(p.Decision.Reason))
	if p.Decision.Message != "" {
		s.Wrapped(p.Decision.Message, 2)
	}
}

func planCertificate(s *screen.Screen, p Planned, all bool) {
	o := p.outlook()
	title := screen.Strong.Render("certificate/"+api.Message(p.Name)) + "  "
	switch {
	case p.Acts():
		s.Line(title + screen.Warn.Render(effects(s, p)))
	case p.isBlocked():
		s.Line(title + screen.Bad.Render(string(o.Reason)))
	default:
		s.Line(title + s.T("nothing to do") + renewsAt(s, o))
		if !all {
			return
		}
	}
	s.FieldsAt(planFields(s, p, o), 2)
}

// effects returns what the steps cost, or that they cost nothing at the CA or in ACM.
func effects(s *screen.Screen, p Planned) string {
	if text := costs(s, p.outlook(), ""); text != "" {
		return text
	}
	return p.Decision.Action
}

// costs returns the numbers that are not zero, after lead; empty: all are.
func costs(s *screen.Screen, o plan.Outlook, lead string) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, text)
		}
	}
	add(o.Orders, s.F("orders: %d", o.Orders))
	add(o.Imports, s.F("imports: %d", o.Imports))
	add(o.Adoptions, s.F("adoptions: %d", o.Adoptions))
	add(o.Deletions, s.F("deletions: %d", o.Deletions))
	if len(parts) == 0 {
		return ""
	}
	return lead + strings.Join(parts, ", ")
}

func renewsAt(s *screen.Screen, o plan.Outlook) string {
	if o.RenewAt.IsZero() {
		return ""
	}
	return ", " + s.F("renews %s", s.Both(o.RenewAt))
}

// planFields returns what is wanted, what is there, the decision, when, and where the steps end.
func planFields(s *screen.Screen, p Planned, o plan.Outlook) [][2]string {
	fields := [][2]string{{s.T("Wanted"), wantedText(s, o.Wanted)}}
	for i, t := range o.Targets {
		name := ""
		if i == 0 {
			name = s.T("Actual")
		}
		fields = append(fields, [2]string{name, targetText(s, t)})
	}
	fields = append(fields, [2]string{s.T("Decision"), decisionText(p.Decision)}, [2]string{s.T("When"), whenText(s, p.Decision, o)})
	for i, warning := range o.Warnings {
		name := ""
		if i == 0 {
			name = s.T("Warning")
		}
		fields = append(fields, [2]string{name, api.Message(warning)})
	}
	if p.Decision.Outlook != nil && o.Reason != api.ReasonNotNeeded {
		end := string(o.Reason)
		if o.Message != "" {
			end += ": " + o.Message
		}
		if remedy := s.Remedy(o.Reason); remedy != "" {
			end += "\n" + remedy
		}
		fields = append(fields, [2]string{s.T("Ends with"), end})
	}
	return fields
}

func wantedText(s *screen.Screen, w *plan.Wanted) string {
	if w == nil {
		return s.T("the record is not valid, or does not exist")
	}
	text := strings.Join(w.Domains, ", ")
	for _, part := range []string{string(w.KeyType), w.Profile} {
		if part != "" {
			text += "; " + part
		}
	}
	text += "; " + s.F("account %s", w.Account)
	if w.Directory != "" {
		text += " (" + w.Directory + ")"
	}
	return text
}

func targetText(s *screen.Screen, t plan.TargetOutlook) string {
	text := t.Key + "  " + string(t.State)
	if t.Reason != "" && t.State != api.Satisfies {
		text += " " + string(t.Reason)
	}
	if !t.Wanted {
		text += ", " + s.T("no longer in the record")
	}
	if !t.NotAfter.IsZero() {
		text += ", " + s.F("expires %s", s.Both(t.NotAfter))
	}
	if t.Imports > 0 {
		text += " → " + s.F("imports: %d", t.Imports)
	}
	if t.Message != "" && t.State != api.Satisfies {
		text += "\n" + t.Message
	}
	return text
}

func decisionText(d plan.Decision) string {
	text := fmt.Sprintf("%s (%s)", d.Action, d.Reason)
	if d.Target != "" {
		text += " " + d.Target
	}
	if d.Message != "" {
		text += ": " + d.Message
	}
	return text
}

func whenText(s *screen.Screen, d plan.Decision, o plan.Outlook) string {
	at := o.When
	if d.Outlook == nil {
		at = d.At
	}
	switch {
	case d.Action != string(plan.Wait), !at.IsZero() && !at.After(s.Now()):
		return s.T("now")
	case at.IsZero():
		return s.T("when something changes")
	}
	return s.Both(at)
}
