package view

import (
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Flight is the issuance in flight of a certificate, as far as the operator may read it.
type Flight struct {
	// Issuance is nil if there is none, or if it could not be read.
	*api.Issuance
	// Problem is why it could not be read, or "".
	Problem string
}

// stageTitles returns what is done in each step.
func stageTitles(s *screen.Screen) [stages]string {
	return [stages]string{
		s.T("Order the certificate from the CA"), s.T("Publish the TXT records"), s.T("Wait for the validation by the CA"),
		s.T("Have the CA sign the certificate, and download it"), s.T("Import the certificate into ACM"),
	}
}

// progress writes the issuance that is open, step by step.
func progress(s *screen.Screen, c Certificate, flight Flight) {
	i := IssuanceOf(c, flight.Issuance, s.Now())
	if !i.Open {
		return
	}
	section(s, s.T("Issuance"))
	if f := begun(flight.Issuance); f != nil {
		s.FieldsAt(known([][2]string{
			{s.T("Why"), whyIssued(s, f)}, {s.T("Began"), s.Both(f.CreatedAt)}, {s.T("Order"), f.OrderURL}, {s.T("Serial"), f.Serial},
		}), 2)
	}
	titles := stageTitles(s)
	for stage, standing := range i.Steps() {
		s.Line("  " + mark(standing) + " " + titles[stage])
		if Stage(stage) == i.Stage {
			pointLines(s, i.Point)
		}
	}
	for _, line := range branches(s, i) {
		s.Line(line)
	}
	if flight.Problem != "" {
		s.Wrapped(screen.Faint.Render(s.F("The steps are shown as far as the status tells: %s", flight.Problem)), 2)
	}
}

// pointLines writes since when a step stands as it does, and why.
func pointLines(s *screen.Screen, p Point) {
	if !p.Since.IsZero() {
		s.Line("    " + screen.Faint.Render(s.F("since %s", s.Both(p.Since))))
	}
	if text := because(s, p, s.Both); text != "" {
		s.Wrapped(text, 4)
	}
}

// whyIssued returns why the certificate is obtained.
func whyIssued(s *screen.Screen, f *api.Issuance) string {
	switch {
	case f.Force != "":
		return s.F("forced by the token %s", f.Force)
	case f.RenewalOf != "":
		return s.F("replaces the certificate with the serial number %s", f.RenewalOf)
	}
	return s.T("there is no certificate yet")
}
