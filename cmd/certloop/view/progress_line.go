package view

import (
	"strings"
	"time"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Outcome is how far a certificate is on the way to what an operator waits for.
type Outcome struct {
	// Done is true if waiting longer changes nothing; Missing is then empty if it succeeded.
	Done    bool
	Missing string
	// Wanted is the condition that the operator waits for.
	Wanted api.ConditionType
	// Unread is true if the status is older than the record.
	Unread bool
}

// Judge compares a certificate with what an operator waits for, as the controller judges it (plan.Demand). A status that
// is older than the record is not believed.
func Judge(l api.Listed, d plan.Demand, now time.Time) Outcome {
	o := api.Object{Record: l.Record, Status: l.Status}
	if l.Record != nil && (l.Status == nil || l.Status.SpecDigest != api.SpecDigest(l.Record)) {
		return Outcome{Missing: "certloop has not read the record yet", Wanted: d.Require, Unread: true}
	}
	return Outcome{Done: d.IsFinal(l.Key.Name, o, now), Missing: d.Missing(l.Key.Name, o.Status), Wanted: d.Require}
}

// Progress is a certificate for which an operator waits.
type Progress struct {
	Certificate
	Outcome
	Issuance
	// Watched is true if it was under way when it was read before: what its targets hold now is news.
	Watched bool
	// Problem is why it is not waited for, as the function refused the request; empty: it is.
	Problem string
}

// headline returns the line about a certificate that is done, or of which no issuance is open.
func (p Progress) headline(s *screen.Screen) string {
	name := screen.Strong.Render(p.Name)
	switch {
	case p.Problem != "":
		return mark(Failed) + " " + name + "  " + p.Problem
	case p.Outcome.Done && p.Missing == "":
		return mark(Done) + " " + name + "  " + arrival(s, p.Certificate, p.Wanted)
	case p.Outcome.Done:
		return mark(Failed) + " " + strings.Replace(p.Missing, "certificate "+p.Name+" ", name+"  ", 1)
	}
	return mark(Current) + " " + name + "  " + p.underWay(s)
}

// isOver reports whether nothing more is expected of the certificate.
func (p Progress) isOver() bool { return p.Problem != "" || p.Outcome.Done }

func arrival(s *screen.Screen, c Certificate, wanted api.ConditionType) string {
	if c.Expires().IsZero() || wanted != api.ConditionReady {
		return string(wanted)
	}
	return string(wanted) + ", " + s.F("the certificate expires at %s", s.Both(c.Expires()))
}

// underWay returns what a certificate without an open issuance waits for.
func (p Progress) underWay(s *screen.Screen) string {
	decisive := p.decisive()
	switch {
	case p.Unread || decisive.Reason == "":
		return s.T("wait for the controller to read the record")
	case decisive.Status == api.ConditionTrue && decisive.Type == api.ConditionReady:
		return strings.TrimPrefix(p.Missing, "certificate "+p.Name+" ")
	}
	return explained(Point{Reason: decisive.Reason, Message: decisive.Message})
}
