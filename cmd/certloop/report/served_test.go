package report

import "testing"

// TestReport_OfProbesThatAreSwitchedOff shows nothing of them, and no zeros.
func TestReport_OfProbesThatAreSwitchedOff(t *testing.T) {
	c := Certificate{Name: "www"}
	for i, cell := range c.record()[len(c.record())-6:] {
		if cell != "" {
			t.Errorf("column %d of the endpoints has %q", i, cell)
		}
	}
	if r := (Report{Certificates: []Certificate{c}}); r.isProbed() || r.NotServed() != 0 {
		t.Error("the report has endpoints")
	}
}
