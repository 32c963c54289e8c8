package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// validate brings a pending order to the point where the CA has all it needs: every value published, every change
// served, every challenge accepted.
func validate(d *decision) *Plan {
	if d.Order.Status != api.OrderPending {
		return nil
	}
	if d.zonesOutdated() {
		return noZones(d.facts)
	}
	if p := publish(d.facts); p != nil {
		return p
	}
	if p := d.served(); p != nil {
		return p
	}
	if urls := unaccepted(d.facts); len(urls) > 0 {
		if p := disagree(d.facts); p != nil {
			return p
		}
		return &Plan{Action: Accept, Reason: api.ReasonValidating, URLs: urls}
	}
	return wait(nextPollAt(d.facts), api.ReasonValidating, readsTXT)
}

const readsTXT = "the CA reads the TXT records"

// publish returns the batch of the first zone that lacks a value, or the failure that stops it.
func publish(f *facts) *Plan {
	var batches []*Plan
	for _, a := range f.Order.Authorizations {
		if a.Status != "pending" {
			continue
		}
		if a.ChallengeURL == "" {
			return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
				Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA offers no dns-01 challenge for %s", a.Domain)}}
		}
		z, ok := f.zoneOf(a.Domain)
		if !ok {
			return &Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: &api.Error{Kind: api.Terminal,
				Reason: api.ReasonOrderFailed, Message: fmt.Sprintf("the CA requires validation of %s, which is not in domains of the record", a.Domain)}}
		}
		v := api.TXT{FQDN: z.FQDN, Value: a.TXTValue}
		if f.published(z.Zone, v) {
			continue
		}
		at := slices.IndexFunc(batches, func(p *Plan) bool { return p.Zone == z.Zone })
		if at < 0 {
			at, batches = len(batches), append(batches, &Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: z.Zone, Role: f.Spec.DNS})
		}
		batches[at].Values = append(batches[at].Values, v)
	}
	return firstOf(f, batches)
}

// firstOf returns the first batch whose zone does not pause, else the first: nothing goes on before all are published.
func firstOf(f *facts, batches []*Plan) *Plan {
	for _, p := range batches {
		if f.pace(Publish, p.Zone).IsZero() {
			return p
		}
	}
	if len(batches) == 0 {
		return nil
	}
	return batches[0]
}

// served waits until Route 53 serves every value. Asked to validate before, the CA would fail the whole order.
func (f *facts) served() *Plan {
	const carrying = "Route 53 copies the TXT records to its name servers"
	if f.SyncErr != nil {
		return &Plan{Action: Wait, At: f.Now.Add(time.Minute), Reason: api.ReasonOf(f.SyncErr, api.ReasonDNSFailed),
			Message: api.MessageOf(f.SyncErr), Failure: f.SyncErr}
	}
	for _, v := range f.iss.Published {
		switch {
		case v.ChangeID != "" && !f.Synced[v.ChangeID]:
			return wait(f.Now.Add(max(5*time.Second, pollInterval(f))), api.ReasonWaitingForDNS, carrying)
		case f.Now.Before(v.ServedFrom):
			return wait(v.ServedFrom, api.ReasonWaitingForDNS, carrying)
		}
	}
	return nil
}

func (f *facts) zoneOf(domain string) (api.ChallengeZone, bool) {
	for _, z := range f.iss.Zones {
		if strings.EqualFold(z.Domain, domain) {
			return z, true
		}
	}
	return api.ChallengeZone{}, false
}

func (f *facts) published(zone string, v api.TXT) bool {
	for _, p := range f.iss.Published {
		if p.Submitted && p.Zone == zone && p.TXT == v {
			return true
		}
	}
	return false
}

func unaccepted(f *facts) []string {
	var urls []string
	for _, a := range f.Order.Authorizations {
		if a.Status == "pending" && a.ChallengeStatus == "pending" && !f.Now.Before(acceptedAt(f, a.TXTValue).Add(repeatAccept)) {
			urls = append(urls, a.ChallengeURL)
		}
	}
	return urls
}

// repeatAccept is when a challenge that is still pending is accepted again. CAs leave one pending while they validate
// it (Boulder does), and a request to validate it again may start all over (RFC 8555 sections 7.5.1 and 8.2).
const repeatAccept = 10 * time.Minute

// acceptedAt returns when the challenge of that value was accepted last; zero: it was not.
func acceptedAt(f *facts, value string) (at time.Time) {
	for _, v := range f.iss.Published {
		if v.Value == value && !v.RespondedAt.After(f.Now) {
			at = later(at, v.RespondedAt)
		}
	}
	return at
}
