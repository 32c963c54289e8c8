package view

import (
	"strings"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Deletion writes what becomes of a certificate in ACM when its record is deleted. held is what ACM has under each ARN.
func Deletion(s *screen.Screen, label string, c Certificate, held map[string]Holding) {
	policy := text(c.Record, "deletion_policy")
	if policy == "" {
		policy = string(api.Retain)
	}
	s.Line(screen.Strong.Render(label) + " (deletion_policy: " + api.Message(policy) + ")")
	targets := c.status().Targets
	installed := 0
	for _, t := range targets {
		if t.ARN == "" {
			continue
		}
		installed++
		s.Line("  " + t.ARN)
		s.Wrapped(fate(s, t, policy == string(api.Delete), held[t.ARN]), 4)
		if h := held[t.ARN]; len(h.InUseBy) > 0 || h.Problem != "" {
			s.Wrapped(s.T("Used by")+": "+strings.Join(append(h.InUseBy, nonEmpty(h.Problem)...), ", "), 4)
		}
	}
	if installed == 0 {
		s.Line("  " + s.T("It has no certificate in ACM."))
	}
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// fate returns what becomes of the certificate of one target. certloop deletes only what it imported itself, and ACM deletes
// nothing that is in use.
func fate(s *screen.Screen, t api.TargetStatus, deletes bool, h Holding) string {
	switch {
	case !deletes:
		return screen.Good.Render(s.T("It stays in ACM.")) + " " + s.F("Nothing renews it any more; it expires %s.", s.Both(t.NotAfter))
	case !t.Imported:
		return screen.Good.Render(s.T("It stays in ACM.")) + " " + s.F("certloop did not import it first. Nothing renews it any more; it expires %s.", s.Both(t.NotAfter))
	case len(h.InUseBy) > 0:
		return screen.Bad.Render(s.T("It is deleted from ACM.")) + " " + s.T("It is in use: certloop tries for 7 days, until it is not in use any more.")
	}
	return screen.Bad.Render(s.T("It is deleted from ACM, unless it is in use by then."))
}

// AccountDeletion writes what the deletion of an account does to the certificates that it issues.
func AccountDeletion(s *screen.Screen, label string, names []string) {
	s.Line(screen.Strong.Render(label))
	if len(names) == 0 {
		s.Line("  " + s.T("No certificate uses it."))
		return
	}
	s.Wrapped(screen.Bad.Render(s.F("Certificates that use it, and cannot be renewed without it: %s", api.Message(strings.Join(names, ", ")))), 2)
}

// PolicyDeletion writes which records a policy no longer bounds.
func PolicyDeletion(s *screen.Screen, label string, record map[string]any) {
	s.Line(screen.Strong.Render(label))
	s.Wrapped(s.F("It applies to these records: %s. Records that only this policy allows are denied afterwards. If it is the last policy, everything is allowed.",
		api.Message(entries(record, "records"))), 2)
}

// DeletionLine returns one line about a deleted record while somebody waits for the controller.
func DeletionLine(s *screen.Screen, label string, l api.Listed) string {
	switch {
	case l.Record == nil && l.Status == nil && l.AccountStatus == nil && l.PolicyStatus == nil:
		return screen.Good.Render("✓") + " " + label + "  " + s.T("the deletion is finished")
	case l.Record != nil:
		return screen.Warn.Render("▸") + " " + label + "  " + s.T("it was created again")
	case l.Status != nil && l.Status.LastError != "":
		return screen.Warn.Render("▸") + " " + label + "  " + l.Status.LastError
	}
	return screen.Warn.Render("▸") + " " + label + "  " + s.T("certloop finishes the deletion")
}
