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
}

// Judge compares a certificate with what an operator waits for, as the controller judges it (plan.Demand). A status that
// is older than the record is not believed.
func Judge(l api.Listed, d plan.Demand, now time.Time) Outcome {
	o := api.Object{Record: l.Record, Status: l.Status}
	if l.Record != nil && (l.Status == nil || l.Status.SpecDigest != api.SpecDigest(l.Record)) {
		return Outcome{Missing: "certloop has not read the record yet", Wanted: d.Require}
	}
	return Outcome{Done: d.IsFinal(l.Key.Name, o, now), Missing: d.Missing(l.Key.Name, o.Status), Wanted: d.Require}
}

// ProgressLine returns one line about a certificate while somebody waits for it.
func ProgressLine(s *screen.Screen, l api.Listed, out Outcome) string {
	name := screen.Strong.Render(l.Key.Name)
	switch {
	case out.Done && out.Missing == "":
		return screen.Good.Render("✓") + " " + name + "  " + arrival(s, CertificateOf(l), out.Wanted)
	case out.Done:
		return screen.Bad.Render("✗") + " " + strings.Replace(out.Missing, "certificate "+l.Key.Name+" ", name+"  ", 1)
	}
	return screen.Warn.Render("▸") + " " + name + "  " + underWay(s, CertificateOf(l))
}

func arrival(s *screen.Screen, c Certificate, wanted api.ConditionType) string {
	if c.Expires().IsZero() || wanted != api.ConditionReady {
		return string(wanted)
	}
	return string(wanted) + ", " + s.F("the certificate expires at %s", s.Both(c.Expires()))
}

// underWay returns the step of the issuance, else the reason and the message that tell most.
func underWay(s *screen.Screen, c Certificate) string {
	if c.Status == nil {
		return s.T("wait for the controller to read the record")
	}
	steps := Steps(s)
	decisive := c.decisive()
	if at := Current(steps, decisive.Reason); at >= 0 {
		return s.F("step %[1]d of %[2]d: %[3]s", at+1, len(steps), steps[at].Title)
	}
	text := string(decisive.Reason)
	if decisive.Message != "" {
		text += ": " + decisive.Message
	}
	return text
}
