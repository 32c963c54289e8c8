package plan

import (
	"time"

	"certloop/reconciler/api"
)

func acceptedFor(d time.Duration) func(*api.Issuance) {
	return func(i *api.Issuance) { i.Published[0].RespondedAt = now.Add(-d) }
}

// givenUp returns the CA's answer about the order that was given up.
func givenUp(s api.OrderStatus) option {
	return func(in *Input) { in.GivenUp = &api.Order{URL: in.Issuance.GivenUpOrder, Status: s} }
}

var resumes = Plan{Action: ResumeOrder, Reason: api.ReasonDownloading, Message: "that was given up is valid"}

var resumeCases = map[string]expected{
	"before another order is placed":    {fresh(issuing(gaveUp), zones, givenUp(api.OrderValid)), resumes},
	"before another order is finalized": {fresh(issuing(ordered, gaveUp), order(api.OrderReady), givenUp(api.OrderValid)), resumes},
	"while it cannot be read nothing else is finalized": {
		fresh(issuing(ordered, gaveUp), order(api.OrderReady), func(in *Input) { in.GivenUpErr = failing(api.Transient, "", "no answer") }),
		Plan{Action: Wait, Reason: api.ReasonCAUnavailable, Message: "no answer", At: now.Add(time.Minute), Failure: failing(api.Transient, "", "no answer")},
	},
}

// Rows 11 to 16: how a certificate is made.

var makesKey = Plan{Action: MakeKey, Reason: api.ReasonMakingKey}

var makeKeyCases = map[string]expected{
	"there is none yet":             {fresh(), makesKey},
	"it was deleted from ACM":       {kept(target(missing)), makesKey},
	"it has other names":            {kept(spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} })), makesKey},
	"its renewal is due":            {kept(at(renewAt)), makesKey},
	"it is forced by an invocation": {kept(func(in *Input) { in.Force = "now" }), makesKey},
	"it is forced by the record": {
		kept(spec(func(c *api.Certificate) { c.RenewToken = "two" }), status(func(s *api.CertificateStatus) { s.RenewToken = "one" })), makesKey,
	},
	"another preferred chain is asked for": {kept(spec(func(c *api.Certificate) { c.PreferredChain = "Root X" })), makesKey},
	"one of two targets lacks it":          {kept(another(missing)), makesKey},
	"also where the other cannot be seen":  {kept(another(missing), target(blind)), makesKey},
	"a pause is over":                      {fresh(failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now })), makesKey},
	"another digest ends a pause": {
		fresh(failed(func(s *api.CertificateStatus) {
			s.FailedDigest, s.FailureBackoffUntil, s.TransientBackoffUntil = "another", now.Add(day), now.Add(time.Minute)
		})), makesKey,
	},
	"an order without a key leads nowhere": {
		fresh(issuing(ordered, func(i *api.Issuance) { i.SealedKey = nil }), order(api.OrderPending)),
		Plan{Action: DropIssuance, Reason: api.ReasonOrderDropped, Message: "no key"},
	},
}

func renewing(options ...option) Input {
	return kept(append([]option{at(renewAt), asks(renewAt.Add(time.Hour)), issuing(), zones}, options...)...)
}

var newOrderCases = map[string]expected{
	"a renewal that has begun goes on, though it is not due any more": {
		kept(asks(now.Add(time.Hour)), issuing(func(i *api.Issuance) { i.RenewalOf = "a1" }), zones),
		Plan{Action: NewOrder, Reason: api.ReasonOrdering, ReplacesCertID: "aki.a1"},
	},
	"an order that was given up comes to nothing": {fresh(issuing(gaveUp), zones, givenUp(api.OrderInvalid)), Plan{Action: NewOrder, Reason: api.ReasonOrdering}},
	"the zones are known":                         {fresh(issuing(), zones), Plan{Action: NewOrder, Reason: api.ReasonOrdering}},
	"the predecessor is named to the CA that issued it": {
		renewing(), Plan{Action: NewOrder, Reason: api.ReasonOrdering, ReplacesCertID: "aki.a1"},
	},
	"not to another": {
		renewing(status(func(s *api.CertificateStatus) { s.Directory = "https://other.test/dir" })), Plan{Action: NewOrder, Reason: api.ReasonOrdering},
	},
	"not where nobody knows who issued it": {
		renewing(status(func(s *api.CertificateStatus) { s.Account, s.Directory = "", "" })), Plan{Action: NewOrder, Reason: api.ReasonOrdering},
	},
	"not one that was replaced behind our back": {
		renewing(target(holds(leaf("c3", began, ends)))), Plan{Action: NewOrder, Reason: api.ReasonOrdering},
	},
	"a zone that is not ours costs no order": {
		fresh(issuing(), func(in *Input) {
			in.ZoneErr = failing(api.Terminal, api.ReasonZoneNotFound, "no zone for www.example.com")
		}),
		Plan{Action: Wait, Reason: api.ReasonZoneNotFound, Message: "no zone for www.example.com", At: now.Add(5 * time.Minute),
			Failure: failing(api.Terminal, api.ReasonZoneNotFound, "no zone")},
	},
	"nor do CAA records that forbid the CA": {
		fresh(issuing(), zones, caa("issue other.test")),
		Plan{Action: Wait, Reason: api.ReasonCAAForbids, Message: `create the record example.com. CAA 0 issue "ca.test"`, At: now.Add(5 * time.Minute),
			Failure: failing(api.Terminal, api.ReasonCAAForbids, "the CAA records at example.com do not allow ca.test to issue")},
	},
	"CAA records that allow the CA": {fresh(issuing(), zones, caa("issue ca.test")), Plan{Action: NewOrder, Reason: api.ReasonOrdering}},
	"CAA records that cannot be read": {
		fresh(issuing(), zones, caa(), func(in *Input) { in.CAA, in.CAAErr = nil, failing(api.Transient, "", "no answer") }),
		Plan{Action: NewOrder, Reason: api.ReasonOrdering},
	},
	"nor does a DNS that does not answer": {
		fresh(issuing(), failed(func(s *api.CertificateStatus) {}), func(in *Input) { in.ZoneErr = failing(api.Transient, "", "no answer") }),
		Plan{Action: Wait, Reason: api.ReasonDNSFailed, Message: "no answer", At: now.Add(30 * time.Minute), Failure: failing(api.Transient, "", "no answer")},
	},
	"the zones were not resolved": {
		fresh(issuing()), Plan{Action: Wait, Reason: api.ReasonOrdering, Message: "not resolved", At: now.Add(time.Minute)},
	},
}

var unreadableCases = map[string]expected{
	"the CA denies what it has named a moment ago": {
		fresh(issuing(ordered), orderFails(failing(api.NotFound, "", "no such order"))),
		Plan{Action: Wait, Reason: api.ReasonCAUnavailable, Message: "may lag behind", At: now.Add(time.Minute), Failure: failing(api.Transient, api.ReasonCAUnavailable, "may lag behind")},
	},
	"for ten minutes": {
		fresh(issuing(ordered, orderDenied(lagBound-time.Second)), orderFails(failing(api.NotFound, "", "no such order"))),
		Plan{Action: Wait, Reason: api.ReasonCAUnavailable, Message: "may lag behind", At: now.Add(time.Minute), Failure: failing(api.Transient, api.ReasonCAUnavailable, "may lag behind")},
	},
	"the CA does not answer": {
		fresh(issuing(ordered), orderFails(failing(api.Transient, "", "no answer"))),
		Plan{Action: Wait, Reason: api.ReasonCAUnavailable, Message: "no answer", At: now.Add(time.Minute), Failure: failing(api.Transient, "", "no answer")},
	},
	"the account key is lost": {
		fresh(issuing(ordered), orderFails(failing(api.Terminal, api.ReasonAccountKeyLost, "the key is gone"))),
		Plan{Action: Wait, Reason: api.ReasonAccountKeyLost, Message: "the key is gone", At: now.Add(time.Minute),
			Failure: failing(api.Terminal, api.ReasonAccountKeyLost, "the key is gone")},
	},
	"nobody looked at it": {
		fresh(issuing(ordered)), Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "not read", At: now.Add(time.Minute)},
	},
	"values that it may need stay": {
		fresh(issuing(ordered, published)), Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "not read", At: now.Add(time.Minute)},
	},
}

// authorizations replaces those of the order: each is a domain and its TXT value.
func authorizations(all ...api.Authorization) func(*api.Order) {
	return func(o *api.Order) { o.Authorizations = all }
}

func authz(domain, value string) api.Authorization {
	return api.Authorization{Domain: domain, Status: "pending", ChallengeURL: orderURL + "/" + value, ChallengeStatus: "pending", TXTValue: value}
}

var orgZone = api.ChallengeZone{Domain: "www.example.org", FQDN: "_acme-challenge.www.example.org", Zone: "ZORG"}

func orderedBoth(i *api.Issuance) {
	ordered(i)
	i.Zones = append(i.Zones, orgZone)
}

var publishes = Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZCOM", Values: []api.TXT{wwwTXT("txt")}}

func noChallenge(o *api.Order) { o.Authorizations[0].ChallengeURL = "" }

func challengeIs(s string) func(*api.Order) {
	return func(o *api.Order) { o.Authorizations[0].ChallengeStatus = s }
}

func polls(after time.Duration) Plan {
	return Plan{Action: Wait, Reason: api.ReasonValidating, Message: "reads the TXT records", At: now.Add(after)}
}

func retryAfter(d time.Duration) func(*api.Order) { return func(o *api.Order) { o.RetryAfter = d } }

func age(d time.Duration) func(*api.Issuance) {
	return func(i *api.Issuance) { i.CreatedAt = now.Add(-d) }
}

func unusable(message string) Plan {
	return Plan{Action: DropIssuance, Reason: api.ReasonOrderFailed, Failure: failing(api.Terminal, api.ReasonOrderFailed, message)}
}

var validateCases = map[string]expected{
	"its value is published": {fresh(issuing(ordered), order(api.OrderPending)), publishes},
	"all values of a zone go in one batch": {
		fresh(issuing(ordered), order(api.OrderPending, authorizations(authz("www.example.com", "a"), authz("www.example.com", "b")))),
		Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZCOM", Values: []api.TXT{wwwTXT("a"), wwwTXT("b")}},
	},
	"those of another zone after it": {
		fresh(issuing(orderedBoth, published), order(api.OrderPending, authorizations(authz("www.example.com", "txt"), authz("www.example.org", "o")))),
		Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZORG", Values: []api.TXT{{FQDN: orgZone.FQDN, Value: "o"}}},
	},
	"each zone for itself": {
		fresh(issuing(orderedBoth), order(api.OrderPending, authorizations(authz("www.example.org", "o"), authz("www.example.com", "txt")))),
		Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZORG", Values: []api.TXT{{FQDN: orgZone.FQDN, Value: "o"}}},
	},
	"by the role of the record": {
		fresh(spec(func(c *api.Certificate) { c.DNS = api.Role{RoleARN: "role", ExternalID: "id"} }), issuing(ordered, func(i *api.Issuance) { i.ResolvedDNS = &api.Role{RoleARN: "role", ExternalID: "id"} }), order(api.OrderPending)),
		Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZCOM", Role: api.Role{RoleARN: "role", ExternalID: "id"}, Values: []api.TXT{wwwTXT("txt")}},
	},
	"however the CA spells the name": {
		fresh(issuing(ordered), order(api.OrderPending, authorizations(authz("WWW.example.COM", "txt")))), publishes,
	},
	"a publication whose reply was lost is made again": {
		fresh(issuing(ordered, published, func(i *api.Issuance) { i.Published[0].Submitted = false }), order(api.OrderPending)), publishes,
	},
	"a name that is validated already needs none": {
		fresh(issuing(ordered), order(api.OrderPending, authorizations(
			api.Authorization{Domain: "api.example.com", Status: "valid"}, authz("www.example.com", "txt")))), publishes,
	},
	"the CA offers no dns-01": {
		fresh(issuing(ordered), order(api.OrderPending, noChallenge)), unusable("no dns-01 challenge for www.example.com"),
	},
	"the CA asks for a name that nobody named": {
		fresh(issuing(ordered), order(api.OrderPending, authorizations(authz("evil.example.net", "txt")))), unusable("evil.example.net"),
	},
	"the name servers do not serve it yet": {
		fresh(issuing(ordered, published), order(api.OrderPending)),
		Plan{Action: Wait, Reason: api.ReasonWaitingForDNS, Message: "name servers", At: now.Add(6 * time.Second)},
	},
	"nor after hours": {
		fresh(issuing(ordered, published, age(5*time.Hour)), order(api.OrderPending)),
		Plan{Action: Wait, Reason: api.ReasonWaitingForDNS, Message: "name servers", At: now.Add(5 * time.Minute)},
	},
	"the zones of a record that names another one are not known yet": {
		fresh(spec(func(c *api.Certificate) { c.Zone = "ZNEW" }), issuing(ordered, published), order(api.OrderPending)),
		Plan{Action: Wait, Reason: api.ReasonOrdering, Message: "not resolved", At: now.Add(time.Minute)},
	},
	"or cannot be had": {
		fresh(spec(func(c *api.Certificate) { c.Zone = "ZNEW" }), issuing(ordered, published), order(api.OrderPending),
			func(in *Input) { in.ZoneErr = failing(api.Terminal, api.ReasonZoneNotFound, "no zone ZNEW") }),
		Plan{Action: Wait, Reason: api.ReasonZoneNotFound, Message: "no zone ZNEW", At: now.Add(5 * time.Minute),
			Failure: failing(api.Terminal, api.ReasonZoneNotFound, "no zone ZNEW")},
	},
	"once they are known, it goes on there": {
		fresh(spec(func(c *api.Certificate) { c.Zone = "ZNEW" }), issuing(ordered), order(api.OrderPending),
			func(in *Input) {
				in.Zones = []api.ChallengeZone{{Domain: wwwZone.Domain, FQDN: wwwZone.FQDN, Zone: "ZNEW"}}
			}),
		Plan{Action: Publish, Reason: api.ReasonPublishingDNS, Zone: "ZNEW", Values: []api.TXT{wwwTXT("txt")}},
	},
	"what was accepted and is pending still is not accepted again at once": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), acceptedFor(10*time.Second)), order(api.OrderPending)), polls(time.Second),
	},
	"but after ten minutes": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), acceptedFor(10*time.Minute)), order(api.OrderPending)),
		Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/chall"}},
	},
	"a time that lies ahead is not believed": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), acceptedFor(-day)), order(api.OrderPending)),
		Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/chall"}},
	},
	"once served, it is accepted": {
		fresh(issuing(ordered, published), order(api.OrderPending), served("C1")),
		Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/chall"}},
	},
	"a change that is known to be served is not asked about": {
		fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending)),
		Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/chall"}},
	},
	"all challenges are accepted together, but for those under way": {
		fresh(issuing(ordered, txt("ZCOM", "a"), txt("ZCOM", "b"), txt("ZCOM", "c")), order(api.OrderPending, authorizations(
			authz("www.example.com", "a"), authz("www.example.com", "b"), authz("www.example.com", "c")), challengeIs("processing"))),
		Plan{Action: Accept, Reason: api.ReasonValidating, URLs: []string{orderURL + "/b", orderURL + "/c"}},
	},
	"the CA is looking": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), age(10*time.Second)), order(api.OrderPending, challengeIs("processing"))), polls(time.Second),
	},
	"for ten minutes already": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), age(10*time.Minute)), order(api.OrderPending, challengeIs("processing"))), polls(time.Minute),
	},
	"for days": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), age(3*day)), order(api.OrderPending, challengeIs("processing"))), polls(5 * time.Minute),
	},
	"the CA says when to ask": {
		fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending, challengeIs("processing"), retryAfter(17*time.Second))), polls(17 * time.Second),
	},
	"within reason": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), age(time.Hour)), order(api.OrderPending, challengeIs("processing"), retryAfter(30*day))), polls(time.Hour),
	},
	"and not at once": {
		fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending, challengeIs("processing"), retryAfter(time.Millisecond))), polls(6 * time.Second),
	},
	"not for a day where it takes seconds": {
		fresh(issuing(ordered, txt("ZCOM", "txt"), age(20*time.Second)), order(api.OrderPending, challengeIs("processing"), retryAfter(day))), polls(2 * time.Second),
	},
}

var finalizeCases = map[string]expected{
	"every name is validated": {fresh(issuing(ordered), order(api.OrderReady)), Plan{Action: Finalize, Reason: api.ReasonFinalizing}},
	"values that DNS does not let go hold nothing up": {
		fresh(issuing(ordered, published), order(api.OrderReady), cleanupUntil(now.Add(time.Hour))), Plan{Action: Finalize, Reason: api.ReasonFinalizing},
	},
}

var processingCases = map[string]expected{
	"the CA signs the certificate": {
		fresh(issuing(ordered, age(time.Minute)), order(api.OrderProcessing)),
		Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "the CA signs", At: now.Add(6 * time.Second)},
	},
	"and says how long it takes": {
		fresh(issuing(ordered, age(time.Hour)), order(api.OrderProcessing, retryAfter(2*time.Minute))),
		Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "the CA signs", At: now.Add(2 * time.Minute)},
	},
	"for longer than it takes at first": {
		fresh(issuing(ordered, age(time.Hour), finalizedFor(30*time.Second)), order(api.OrderProcessing, retryAfter(day))),
		Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "the CA signs", At: now.Add(3 * time.Second)},
	},
	"the renewal that is finalized is finished, though it is not due any more": {
		kept(issuing(ordered, age(time.Minute), finalizedFor(10*time.Second)), order(api.OrderProcessing)),
		Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "the CA signs", At: now.Add(time.Second)},
	},
	"an approval that takes a day": {
		fresh(issuing(ordered, age(day), finalizedFor(day), func(i *api.Issuance) { i.SlowSince = now.Add(-20 * time.Hour) }), order(api.OrderProcessing)),
		Plan{Action: Wait, Reason: api.ReasonProcessing, Message: "for hours: ask the CA", At: now.Add(5 * time.Minute)},
	},
}

var downloadCases = map[string]expected{
	"it has signed": {fresh(issuing(ordered), order(api.OrderValid)), Plan{Action: Download, Reason: api.ReasonDownloading}},
}

var unexpectedCases = map[string]expected{
	"a status that RFC 8555 does not know": {
		fresh(issuing(ordered), order("deactivated")), unusable(`unknown order status "deactivated"`),
	},
	"or none at all": {fresh(issuing(ordered), order("")), unusable(`unknown order status ""`)},
}
