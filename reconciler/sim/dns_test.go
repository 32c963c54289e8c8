package sim

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// TestDNS_AValueIsServedAfterItsChange checks that concurrent changes of other values do not matter: the apex and its
// wildcard share a name.
func TestDNS_AValueIsServedAfterItsChange(t *testing.T) {
	const name = "_acme-challenge.example.com"
	c := &clock{now: start}
	d := newDNS(c)
	publish := func(value string) {
		_, err := d.publish("ZCOM", []api.TXT{{FQDN: name, Value: value}})
		must(err)
	}
	publish("a")
	if d.serves(name, "a") {
		t.Error("it is served immediately")
	}
	c.now = c.now.Add(d.lag)
	publish("b")
	if !d.serves(name, "a") || d.serves(name, "b") {
		t.Errorf("served are a: %v, b: %v", d.serves(name, "a"), d.serves(name, "b"))
	}
	must(d.remove("ZCOM", []api.TXT{{FQDN: name, Value: "a"}}))
	publish("a")
	c.now = c.now.Add(d.lag - time.Second)
	if d.serves(name, "a") {
		t.Error("what was removed and published again is served before it is carried again")
	}
}
