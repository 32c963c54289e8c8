package plan

import (
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// newOrder returns the order that the CA makes for the issuance in flight.
func (r *dryRun) newOrder() *api.Order {
	o := &api.Order{URL: assumed, Status: api.OrderPending, FinalizeURL: assumed, CertificateURL: assumed}
	for i, domain := range r.in.Issuance.Domains {
		bare := strings.TrimPrefix(domain, "*.")
		o.Authorizations = append(o.Authorizations, api.Authorization{
			Domain: bare, Wildcard: bare != domain, Status: "pending", ChallengeStatus: "pending",
			ChallengeURL: fmt.Sprintf("%s %d", assumed, i), TXTValue: fmt.Sprintf("%s %d", assumed, i),
		})
	}
	return o
}

// observeOrder has an order under way that was not read: everything is published for it, and it waits for Route 53 only
// (AwaitsChange). It is as the values that were published tell.
func (r *dryRun) observeOrder() {
	in := &r.in
	if in.Issuance == nil || in.Issuance.OrderURL == "" || in.Order != nil || in.OrderErr != nil || in.Issuance.Chain != "" {
		return
	}
	o := &api.Order{URL: in.Issuance.OrderURL, Status: api.OrderPending, FinalizeURL: assumed, CertificateURL: assumed}
	for i, v := range in.Issuance.Published {
		for _, z := range in.Issuance.Zones {
			if z.FQDN == v.FQDN && z.Zone == v.Zone {
				o.Authorizations = append(o.Authorizations, api.Authorization{Domain: z.Domain, Status: "pending", ChallengeStatus: "pending",
					ChallengeURL: fmt.Sprintf("%s %d", assumed, i), TXTValue: v.Value})
				break
			}
		}
	}
	if len(o.Authorizations) == 0 {
		o.Authorizations = r.newOrder().Authorizations
	}
	in.Order = o
}

// validated has the CA find the values of these challenges. The order is ready when none is left.
func (r *dryRun) validated(urls []string) {
	o := *r.in.Order
	o.Authorizations = append([]api.Authorization(nil), o.Authorizations...)
	ready := o.Status == api.OrderPending
	for i := range o.Authorizations {
		a := &o.Authorizations[i]
		for _, url := range urls {
			if a.ChallengeURL == url {
				a.Status, a.ChallengeStatus = "valid", "valid"
			}
		}
		ready = ready && a.Status != "pending"
	}
	if ready {
		o.Status = api.OrderReady
	}
	r.in.Order = &o
}

// goOn lets the time pass and the services go on: Route 53 serves every change, the CA ends what it has begun, and an error
// that is temporary does not come again.
func (r *dryRun) goOn(now time.Time) {
	in := &r.in
	in.Now = now
	if isTemporary(in.ZoneErr) {
		in.ZoneErr = nil
	}
	if isTemporary(in.OrderErr) {
		in.OrderErr = nil
	}
	if isTemporary(in.GivenUpErr) {
		in.GivenUpErr = nil
	}
	if isTemporary(in.SyncErr) {
		in.SyncErr = nil
	}
	if now.After(r.begun.Add(in.Config.longestLease())) {
		for i := range in.Targets {
			in.Targets[i].OwnerBusy = false // the lease of the deleted record has ended
		}
	}
	in.Lost, in.Synced = nil, map[string]bool{}
	if in.Issuance == nil {
		return
	}
	for _, v := range in.Issuance.Published {
		in.Synced[v.ChangeID] = true
	}
	if in.Order == nil {
		return
	}
	switch in.Order.Status {
	case api.OrderProcessing:
		o := *in.Order
		o.Status = api.OrderValid
		in.Order = &o
	case api.OrderPending:
		f := factsOf(*in)
		var accepted []string
		for _, a := range in.Order.Authorizations {
			if a.ChallengeStatus == "processing" || a.Status == "valid" || !acceptedAt(f, a.TXTValue).IsZero() {
				accepted = append(accepted, a.ChallengeURL)
			}
		}
		r.validated(accepted)
	case api.OrderReady, api.OrderValid, api.OrderInvalid: // wait for nothing
	}
}
