package sim

import (
	"fmt"
	"hash/fnv"
	"time"

	"certloop/reconciler/api"
)

// member is one record of a fleet, and the events that justify an early certificate.
type member struct {
	name    string
	domain  string
	targets int
	since   time.Time
	// excused counts the events that require an early certificate: revocations and deletions.
	excused   int
	disturbed time.Time
	// issued are the certificates that the CA issued for it, in order.
	issued  []*fleetCertificate
	revoked map[string]bool
}

type fleetCertificate struct {
	issued
	at       time.Time
	reported bool
}

// populate creates the account and, over ten days, the records.
func (f *Fleet) populate() {
	f.put(f.account(), 0)
	for i := range f.Records {
		m := &member{name: fmt.Sprintf("r%03d", i), targets: 1, revoked: map[string]bool{}}
		m.domain = m.name + []string{".example.com", ".example.org"}[i%2]
		domains := []any{m.domain}
		if i%5 == 0 {
			domains = append(domains, "*."+m.domain)
		}
		record := map[string]any{"name": m.name, "kind": "Certificate", "domains": domains, "key_type": "EC_prime256v1"}
		if i%4 == 0 {
			m.targets, record["targets"] = 2, twoTargets()
		}
		if i%7 == 0 {
			record["renew_before"] = "10d"
		}
		after := time.Duration(f.rand.Int64N(int64(10 * day)))
		m.since = start.Add(after)
		f.put(record, after)
		f.members, f.bySlot[m.domain] = append(f.members, m), m
	}
}

func (f *Fleet) account() map[string]any {
	record := map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir", "email": "ops@example.com"}
	if f.Limits != nil {
		record["directory"], record["limits"] = "letsencrypt", limitAttributes(*f.Limits)
	}
	return record
}

// put writes a record as users do. The stream wakes the loop.
func (f *Fleet) put(record map[string]any, after time.Duration) {
	f.after(after, func() {
		f.Table.PutRecord(record)
		f.deliver(api.Request{Key: keyOf(record)}, 1)
	})
}

// weather starts random events: outages of the CA, revocations, deletions.
func (f *Fleet) weather() {
	f.often(90*day, func() {
		f.Events["outages of the CA"]++
		length := time.Hour + time.Duration(f.rand.Int64N(int64(5*day-time.Hour)))
		f.outage = later(f.outage, f.World.clock.now.Add(length))
	})
	perYear := func(n float64) time.Duration { return time.Duration(365 * float64(day) / n / float64(f.Records)) }
	f.often(perYear(0.3), func() { f.revoke(f.members[f.rand.IntN(len(f.members))]) })
	f.often(perYear(0.3), func() { f.deleteOne(f.members[f.rand.IntN(len(f.members))]) })
}

// often repeats do at random intervals with that average.
func (f *Fleet) often(every time.Duration, do func()) {
	f.after(time.Duration(f.rand.ExpFloat64()*float64(every)), func() {
		if f.calm || f.World.clock.now.After(f.end.Add(-10*day)) {
			return
		}
		do()
		f.often(every, do)
	})
}

// revoke makes the CA ask for a new certificate at once.
func (f *Fleet) revoke(m *member) {
	if len(m.issued) == 0 {
		return
	}
	last := m.issued[len(m.issued)-1]
	if last.Leaf.CertID == "" || m.revoked[last.Leaf.CertID] {
		return
	}
	f.Events["revocations"]++
	m.revoked[last.Leaf.CertID] = true
	m.excused++
	m.disturbed = f.World.clock.now
}

// deleteOne deletes a certificate in ACM, as somebody else than the controller does.
func (f *Fleet) deleteOne(m *member) {
	o := f.object(m.name)
	if o.Status == nil || len(o.Status.Targets) == 0 {
		return
	}
	arn := o.Status.Targets[f.rand.IntN(len(o.Status.Targets))].ARN
	if _, there := f.ACM.certs[arn]; !there {
		return
	}
	f.Events["deletions in ACM"]++
	f.ACM.drift(arn, nil)
	m.excused++
	m.disturbed = f.World.clock.now
}

// signing returns how long the CA takes for a certificate: usually seconds, sometimes up to an hour.
func (f *Fleet) signing() time.Duration {
	if !f.calm && f.rand.IntN(10) == 0 {
		return time.Duration(f.rand.Int64N(int64(time.Hour)))
	}
	return 5 * time.Second
}

// renewalInfo returns a window of a day at two thirds of the lifetime, which moves by up to a day from day to day. The
// window of a revoked certificate is in the past.
func (f *Fleet) renewalInfo(certID string) (api.RenewalInfo, error) {
	for _, m := range f.members {
		for _, c := range m.issued {
			if c.Leaf.CertID != certID {
				continue
			}
			now := f.World.clock.now
			info := api.RenewalInfo{RetryAfter: 6 * time.Hour}
			info.WindowStart = c.Leaf.NotBefore.Add(c.Leaf.NotAfter.Sub(c.Leaf.NotBefore) * 2 / 3)
			if m.revoked[certID] {
				info.WindowStart = now.Add(-2 * day)
			} else {
				info.WindowStart = info.WindowStart.Add(drift(certID, now))
			}
			info.WindowEnd = info.WindowStart.Add(day)
			return info, nil
		}
	}
	return api.RenewalInfo{}, &api.Error{Kind: api.Terminal, Message: "no such certificate"}
}

// drift returns the window's offset on that day, within a day of its place.
func drift(certID string, now time.Time) time.Duration {
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s %d", certID, now.Unix()/86400)
	return time.Duration(int64(h.Sum32())%int64(2*day/time.Second))*time.Second - day
}
