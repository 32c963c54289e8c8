package plan

import (
	"certloop/reconciler/api"
)

// mostPreflight bounds the questions before an order: the servers of a zone answer for one of its names as for all.
const mostPreflight = 10

// PreflightQuestions returns what the name servers are asked before there is an order: one name of each zone, and each name that
// CNAME records lead away.
func PreflightQuestions(in Input) []api.ServerQuestion {
	var all []api.ServerQuestion
	known := map[string]bool{}
	for _, z := range in.Zones {
		key := z.Zone
		if z.FQDN != challengeName(z.Domain) {
			key = z.FQDN
		}
		if !known[key] && len(all) < mostPreflight {
			known[key] = true
			all = append(all, api.ServerQuestion{Domain: z.Domain, FQDN: z.FQDN})
		}
	}
	return all
}

// challengeName returns the name at which a CA reads the TXT record of the domain (RFC 8555 section 8.4).
func challengeName(domain string) string { return "_acme-challenge." + domain }

// serversCheckStates are the states of a check of name servers.
var serversCheckStates = map[ServersState]CheckState{
	ServersAgree: CheckFine, ServersUnknown: CheckUnknown, ServersPartly: CheckWarning, ServersDiffer: CheckWarning, ServersLame: CheckFailed,
	ServersLack: CheckFailed,
}

// readsServers reports whether the name servers were asked, or could not be.
func readsServers(f *facts) bool { return f.Servers != nil || f.ServersErr != nil }

// checkServers checks that every name server answers for its zone.
func checkServers(f *facts) []Check {
	if !readsServers(f) {
		return nil
	}
	if f.ServersErr != nil {
		c := checkFailed(AreaNameServers, f.Name, f.ServersErr, api.ReasonDNSFailed)
		if api.ReasonOf(f.ServersErr, "") == api.ReasonDNSSECBogus {
			c.State = CheckFailed // CAs see the same
		}
		return []Check{c}
	}
	state, message := JudgeServers(f.Servers)
	switch state {
	case ServersAgree:
		return []Check{fine(AreaNameServers, f.Name, "every name server answers for its zone")}
	case ServersUnknown:
		return []Check{{Area: AreaNameServers, Subject: f.Name, State: CheckUnknown, Message: api.Message("no name server could be asked; " + message),
			Remedy: "Allow the function outward connections to port 53 (UDP and TCP), if it runs in a VPC."}}
	case ServersUnread, ServersPartly, ServersDiffer, ServersLame, ServersLack:
	}
	return []Check{finding(AreaNameServers, f.Name, serversCheckStates[state], serversReason(f), message)}
}

// OrderWarnings returns what operators should know before an order of the record is placed; empty: nothing.
func OrderWarnings(in Input) []string {
	warnings := CAAWarnings(in)
	f := factsOf(in)
	if f.Spec == nil {
		return warnings
	}
	for _, c := range append(checkServers(f), checkContract(f)...) {
		if c.State == CheckFailed || c.State == CheckWarning {
			warnings = append(warnings, c.Message)
		}
	}
	return warnings[:min(len(warnings), mostWarnings)]
}

// mostWarnings is how many warnings one answer has at most for one record.
const mostWarnings = 20
