//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"

	"certloop/internal/sandbox"
	"certloop/reconciler/api"
)

// waveRegions are the targets of a record with a rollout, in the order of their waves.
var waveRegions = []string{sandbox.Region, "eu-west-1"}

// inWaves opens a service for each target, and returns the certificate that they are to use.
func (b *box) inWaves(t *testing.T, name string) certificate {
	t.Helper()
	c := certificate{Account: "default", Domains: []string{"*." + name + ".example.com"}, Probe: &probe{}, Rollout: &rollout{OnFailure: "rollback"}}
	for _, region := range waveRegions {
		front, err := b.Fronts.Open("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		host := region + "." + name + ".example.com"
		if err := b.PointTo(t.Context(), b.ZoneIDs["example.com"], host, front.Addresses...); err != nil {
			t.Fatal(err)
		}
		b.waves[name] = append(b.waves[name], front)
		c.Targets = append(c.Targets, target{Region: region})
		c.Probe.Endpoints = append(c.Probe.Endpoints, endpoint{Host: host, Port: front.Port, Target: region})
	}
	return c
}

// rolledOut renews two certificates with two targets each. The first service of one picks the renewal up late, and the second target
// waits for it. The first service of the other no longer answers, and gets the certificate before back.
func rolledOut(t *testing.T, b *box) {
	first := map[string]string{}
	for _, name := range []string{"rolled", "broken"} {
		s := b.ready(t, name, b.CA.Serials, "*."+name+".example.com")
		first[name] = s.Serial
		for i, front := range b.waves[name] {
			front.Use(s.Targets[i].ARN)
		}
		b.rollsOut(t, name, "both services serve it", func(s *api.CertificateStatus) bool {
			return api.IsTrue(s.Conditions, api.ConditionServed)
		})
	}
	b.waves["rolled"][0].Hold("127.0.0.1")
	for name := range first {
		if _, err := b.Invoke(t.Context(), fmt.Sprintf(`{"action":"reconcile","names":[%q],"force":"second"}`, name)); err != nil {
			t.Fatal(err)
		}
	}

	b.rollsOut(t, "rolled", "wave 1 waits", func(s *api.CertificateStatus) bool {
		return s.Rollout != nil && s.Rollout.State == api.RolloutProgressing && s.Targets[0].Serial != first["rolled"]
	})
	if _, err := b.Invoke(t.Context(), `{"action":"rollback","names":["rolled"],"undo":true}`); err == nil {
		t.Error("nothing is rolled back, and it was undone")
	}
	if s := b.status(t, "rolled"); s.Rollout == nil || s.Rollout.Wave != 1 || s.Targets[1].Serial != first["rolled"] {
		t.Errorf("the first wave is not served yet: rollout %+v, serials %v, before %s", s.Rollout, serials(s), first["rolled"])
	}
	b.waves["rolled"][0].Release("127.0.0.1")
	b.rollsOut(t, "rolled", "every wave is served", func(s *api.CertificateStatus) bool {
		return s.Rollout == nil && !slices.Contains(serials(s), first["rolled"]) && api.IsTrue(s.Conditions, api.ConditionServed)
	})

	b.rollsOut(t, "broken", "wave 1 has it", func(s *api.CertificateStatus) bool { return s.Targets[0].Serial != first["broken"] })
	b.waves["broken"][0].Edge("127.0.0.1").Close()
	b.rollsOut(t, "broken", "it is rolled back", func(s *api.CertificateStatus) bool {
		return s.Rollout != nil && s.Rollout.State == api.RolloutRolledBack
	})
	for i, serial := range serials(b.status(t, "broken")) {
		held, ok := b.ACM.Certificate(waveRegions[i], b.status(t, "broken").Targets[i].ARN)
		if serial != first["broken"] || !ok || held.X509.SerialNumber.Text(16) != serial {
			t.Errorf("target %s has serial %s, ACM holds %v; want %s", waveRegions[i], serial, held.X509, first["broken"])
		}
	}
	if n := len(b.CA.Serials("*.broken.example.com")); n != 2 {
		t.Errorf("%d certificates were issued", n)
	}
}

func serials(s *api.CertificateStatus) (all []string) {
	for _, t := range s.Targets {
		all = append(all, t.Serial)
	}
	return all
}

// rollsOut waits until the record is so, and has its endpoints probed meanwhile.
func (b *box) rollsOut(t *testing.T, name, what string, holds func(*api.CertificateStatus) bool) {
	t.Helper()
	eventually(t, name+": "+what, func() string {
		if err := b.ProbeNow(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		if s := b.status(t, name); !holds(s) {
			return fmt.Sprintf("%s; rollout %+v, serials %v", explain(s), s.Rollout, serials(s))
		}
		return ""
	})
}
