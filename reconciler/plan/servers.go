package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// ServersState is what the answers of the name servers mean for a validation, which several resolvers make, each through a
// name server of its choice.
type ServersState string

// These are the states, the best first.
const (
	// ServersAgree: every server that could be asked has the value.
	ServersAgree ServersState = "Agree"
	// ServersUnknown: none could be asked.
	ServersUnknown ServersState = "Unknown"
	// ServersUnread: resolvers do not lead to them.
	ServersUnread ServersState = "Unread"
	// ServersPartly: some have the value, and the others do not answer. A resolver goes on to the next server then (RFC 1035
	// section 7.2), so a CA finds the value.
	ServersPartly ServersState = "Partly"
	// ServersDiffer: some have the value, and others answer without it. A CA finds it or not, by the server that it asks.
	ServersDiffer ServersState = "Differ"
	// ServersLame: none answers for the zone. A CA finds nothing, unless something between here and the servers answers for them.
	ServersLame ServersState = "Lame"
	// ServersLack: none has the value, and one or more answer without it. A CA finds nothing.
	ServersLack ServersState = "Lack"
)

// serversStates are all states, the best first.
var serversStates = []ServersState{ServersAgree, ServersUnknown, ServersUnread, ServersPartly, ServersDiffer, ServersLame, ServersLack}

const (
	// lameWithin is how long a server that does not answer may take to come back before the order goes on without it. A CA does
	// not need it.
	lameWithin = 2 * time.Minute
	// agreeWithin is how long the servers may take to agree. After that the order goes on if a CA may find the value: at most
	// one validation an hour can fail for it, and CAs limit failures to five an hour.
	agreeWithin = time.Hour
	// mostServersNamed bounds a message.
	mostServersNamed = 3
)

// JudgeServers returns what the findings mean, for the zone in which they mean most, and a message that names the servers; the
// message is empty if no server is to be named.
func JudgeServers(findings []api.ServerFinding) (ServersState, string) {
	worst, states := ServersUnknown, map[string]ServersState{}
	for _, f := range findings {
		if _, judged := states[f.Zone]; judged {
			continue
		}
		states[f.Zone] = judgeZone(findings, f.Zone)
		if len(states) == 1 || slices.Index(serversStates, states[f.Zone]) > slices.Index(serversStates, worst) {
			worst = states[f.Zone]
		}
	}
	return worst, serversMessage(findings)
}

// judgeZone returns what the findings of one zone mean.
func judgeZone(findings []api.ServerFinding, zone string) ServersState {
	has := func(states ...api.ServerState) bool {
		return slices.ContainsFunc(findings, func(f api.ServerFinding) bool { return f.Zone == zone && slices.Contains(states, f.State) })
	}
	serves, wrong := has(api.ServerServes), has(api.ServerLacks, api.ServerBogus)
	switch {
	case serves && wrong:
		return ServersDiffer
	case wrong:
		return ServersLack
	case serves && has(api.ServerLame, api.ServerSilent):
		return ServersPartly
	case serves:
		return ServersAgree
	case has(api.ServerLame):
		return ServersLame
	}
	return ServersUnknown // what is silent at every server is the way to them
}

// serversMessage names the servers that do not have the value, those that need the most attention first.
func serversMessage(findings []api.ServerFinding) string {
	var named []string
	for _, state := range []api.ServerState{api.ServerLacks, api.ServerBogus, api.ServerLame, api.ServerSilent} {
		for _, f := range findings {
			if f.State == state {
				named = append(named, serverText(f))
			}
		}
	}
	if n := len(named) - mostServersNamed; n > 0 {
		named = append(named[:mostServersNamed:mostServersNamed], fmt.Sprintf("%d more", n))
	}
	return api.Message(strings.Join(named, "; "))
}

func serverText(f api.ServerFinding) string {
	zone := f.Zone
	if zone == "" {
		zone = "."
	}
	server := f.Server
	if f.Address != "" {
		server += " (" + f.Address + ")"
	}
	text := fmt.Sprintf("name server %s of %s", server, zone)
	switch f.State {
	case api.ServerLacks:
		return text + " does not have the record at " + f.Name + ": " + f.Message
	case api.ServerBogus:
		return text + " fails DNSSEC validation for " + f.Name + ": " + f.Message
	case api.ServerLame:
		return text + " does not answer for the zone: " + f.Message
	case api.ServerSilent, api.ServerUnreachable, api.ServerServes:
	}
	return text + " does not respond: " + f.Message
}

// ServerQuestions returns what the name servers are asked: the values that the CA is about to read.
func ServerQuestions(in Input) []api.ServerQuestion {
	f := factsOf(in)
	if f.Order == nil {
		return nil
	}
	var all []api.ServerQuestion
	urls := unaccepted(f)
	for _, a := range f.Order.Authorizations {
		if z, ok := f.zoneOf(a.Domain); ok && slices.Contains(urls, a.ChallengeURL) {
			all = append(all, api.ServerQuestion{Domain: z.Domain, FQDN: z.FQDN, Value: a.TXTValue})
		}
	}
	return all
}

// NeedsServers reports whether the name servers are to be asked: a validation would begin now.
func NeedsServers(in Input) bool {
	return in.Order != nil && in.Servers == nil && in.ServersErr == nil && Decide(in).Action == Accept
}

// disagree waits until every name server has the values, or a CA does not need it to; nil: the CA may validate. A validation
// that fails costs the order.
func disagree(f *facts) *Plan {
	if !readsServers(f) {
		return nil // NeedsServers has them asked
	}
	state, message := serversNow(f)
	since := f.iss.ServersSince
	if since.IsZero() {
		since = f.Now
	}
	end := serversEnd(state, since)
	if wrong := f.iss.ServersWrongAt; !answersNow(state) && !wrong.IsZero() {
		// What was wrong when it was last read, and cannot be read now, is not right.
		end = later(later(end, wrong.Add(agreeWithin)), since.Add(lameWithin))
	}
	switch {
	case state == ServersLack && !f.Now.Before(end):
		return failsBefore(f, &api.Error{Kind: api.Terminal, Reason: serversReason(f), Message: message})
	case !f.Now.Before(end):
		return nil
	}
	at := earlier(f.Now.Add(bounded(seconds(f.Now.Sub(since)/4), 15*time.Second, 5*time.Minute)), end)
	return wait(at, api.ReasonWaitingForDNS, message)
}

// serversNow returns what the name servers mean, as far as they were asked.
func serversNow(f *facts) (ServersState, string) {
	switch {
	case api.ReasonOf(f.ServersErr, "") == api.ReasonDNSSECBogus:
		return ServersLack, api.MessageOf(f.ServersErr)
	case f.ServersErr != nil:
		return ServersUnread, api.MessageOf(f.ServersErr) // resolvers of the CA may do better
	}
	return JudgeServers(f.Servers)
}

// answersNow reports whether the state rests on a server that answers for the zone.
func answersNow(s ServersState) bool {
	return s != ServersUnknown && s != ServersLame && s != ServersUnread
}

// serversReason returns the reason of the failure: that of the signatures where nothing else is wrong.
func serversReason(f *facts) api.Reason {
	has := func(state api.ServerState) bool {
		return slices.ContainsFunc(f.Servers, func(s api.ServerFinding) bool { return s.State == state })
	}
	if f.ServersErr != nil || has(api.ServerBogus) && !has(api.ServerLacks) {
		return api.ReasonDNSSECBogus
	}
	return api.ReasonNameServersDiffer
}

// serversEnd returns until when the order waits in that state.
func serversEnd(state ServersState, since time.Time) time.Time {
	switch state {
	case ServersPartly, ServersUnread:
		return since.Add(lameWithin)
	case ServersDiffer, ServersLame, ServersLack:
		return since.Add(agreeWithin)
	case ServersAgree, ServersUnknown:
	}
	return since
}

// observeServers stores since when the name servers do not agree. What could not be read changes nothing that is known.
func observeServers(d *draft) {
	if d.Servers == nil && d.ServersErr == nil {
		return
	}
	state, _ := serversNow(&d.facts)
	switch {
	case state == ServersAgree:
		d.iss.ServersSince, d.iss.ServersWrongAt = time.Time{}, time.Time{}
	case d.iss.ServersSince.IsZero() && state != ServersUnknown:
		d.iss.ServersSince = d.Now
	case !answersNow(state) && d.iss.ServersSince.Before(d.iss.ServersWrongAt) && !d.Now.Before(d.iss.ServersWrongAt.Add(agreeWithin)):
		d.iss.ServersSince = d.Now // after a pause of the order, the time that passed is not one in which they were asked
	}
	if state == ServersDiffer || state == ServersLack {
		d.iss.ServersWrongAt = d.Now
	}
}

// noteServers puts the servers without the value, with which the order went on, into the history, once.
func (d *draft) noteServers() {
	_, message := serversNow(&d.facts)
	known := slices.ContainsFunc(d.next.History, func(h api.HistoryEntry) bool {
		return h.Reason == api.ReasonNameServersDiffer && h.Message == message
	})
	if message != "" && !known {
		d.record(api.ReasonNameServersDiffer, message)
	}
}
