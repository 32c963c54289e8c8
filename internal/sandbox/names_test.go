package sandbox

import (
	"fmt"
	"testing"
)

// TestSandbox_ACertificateOfAHundredNames issues for as many names as a CA allows. The CA validates all of them at once,
// with three queries each.
func TestSandbox_ACertificateOfAHundredNames(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("n%d.example.com", i))
	}
	b.certificate("hundred", names)
	s := b.installed("hundred", b.CA, names...)
	if len(s.Domains) != len(names) {
		t.Errorf("the status has %d names", len(s.Domains))
	}
	if n := len(b.wire.of("ChangeResourceRecordSets")); n > 4 {
		t.Errorf("the zone was changed in %d batches", n)
	}
}
