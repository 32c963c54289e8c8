package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/sim"
	"certloop/reconciler/spec"
)

// governed is the handler over the loop in a simulated world. Run works on its queue.
type governed struct {
	*sim.World
	t       *testing.T
	handler *handler
}

// newGoverned returns a world in which a certificate of team a is installed.
func newGoverned(t *testing.T) governed {
	w := sim.New(nil)
	g := governed{w, t, &handler{controller: w.Loop, log: slog.New(slog.DiscardHandler), metrics: &fakeFlusher{}}}
	w.AllowedCertificates = 1
	w.Put(map[string]any{"name": "default", "kind": "Account", "directory": "https://ca.test/dir"})
	w.Put(map[string]any{"name": "a.www", "kind": "Certificate", "domains": []any{"www.example.com"}})
	w.Run(time.Hour)
	g.want("before there is a policy", api.ReasonAccepted, "")
	return g
}

// happens sends one event to the function and lets it work for a minute. No tick and no resync runs meanwhile.
func (g governed) happens(event string) {
	g.t.Helper()
	if _, err := g.handler.Invoke(g.t.Context(), []byte(event)); err != nil {
		g.t.Fatal(err)
	}
	g.Run(time.Minute)
}

// write writes the policy team as an administrator does, or deletes it if record is nil.
func (g governed) write(record map[string]any) {
	g.t.Helper()
	if record == nil {
		g.Table.DeleteRecord(api.Key{Kind: api.KindPolicy, Name: "team"})
	} else {
		record["name"], record["kind"] = "policy#team", "Policy"
		g.Table.PutRecord(record)
	}
	g.happens(streamEvent(key("Policy", "policy#team")))
}

func (g governed) want(sentence string, reason api.Reason, message string) {
	g.t.Helper()
	o, err := g.Table.Get(context.Background(), "a.www")
	if err != nil || o.Status == nil {
		g.t.Fatal(sentence, o.Status, err)
	}
	accepted, _ := api.GetCondition(o.Status.Conditions, api.ConditionAccepted)
	if accepted.Reason != reason || !strings.Contains(accepted.Message, message) {
		g.t.Errorf("%s: Accepted is %s %s: %q, want %s: %q", sentence, accepted.Status, accepted.Reason, accepted.Message, reason, message)
	}
	if ready, _ := api.GetCondition(o.Status.Conditions, api.ConditionReady); ready.Status != api.ConditionTrue {
		g.t.Errorf("%s: the certificate in place is no longer ready: %+v", sentence, ready)
	}
}

func TestPolicy_IsInForceAfterOneWake(t *testing.T) {
	g := newGoverned(t)
	g.write(map[string]any{"records": []any{"b.*"}})
	g.want("a policy for others", api.ReasonPolicyDenied, `no policy applies to a record of the name "a.www"`)
	g.write(map[string]any{"records": []any{"a.*", "default"}})
	g.want("it is changed to apply", api.ReasonAccepted, "")
	g.write(map[string]any{"records": []any{"a.*", "default"}, "domains": []any{"shop.example.com"}})
	g.want("other domains", api.ReasonPolicyDenied, `domains "www.example.com"`)
	g.write(nil)
	g.want("it is deleted", api.ReasonAccepted, "")
}

func TestPolicy_ThatIsNotAcceptedDenies(t *testing.T) {
	large := make([]any, 100)
	for i := range large {
		large[i] = fmt.Sprintf("%03d", i) + strings.Repeat("x", 995)
	}
	for sentence, c := range map[string]struct {
		record  map[string]any
		message string
	}{
		"more than 100,000 bytes": {map[string]any{"records": []any{"*"}, "profiles": large}, "use at most 32768"},
		"a misspelled attribute":  {map[string]any{"records": []any{"*"}, "domain": []any{"*.example.com"}}, "did you mean domains?"},
		"nothing in it":           {map[string]any{}, "records: is missing"},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := newGoverned(t)
			g.write(c.record)
			g.want(sentence, api.ReasonPolicyDenied, "policy team is not valid")
			o, err := g.Table.GetPolicy(t.Context(), "team")
			if err != nil || o.Status == nil {
				t.Fatal(o.Status, err)
			}
			accepted, _ := api.GetCondition(o.Status.Conditions, api.ConditionAccepted)
			if accepted.Status != api.ConditionFalse || accepted.Reason != api.ReasonInvalidSpec || !strings.Contains(accepted.Message, c.message) {
				t.Errorf("the policy's condition is %+v, want %q", accepted, c.message)
			}
			g.write(nil)
			g.want("it is deleted", api.ReasonAccepted, "")
		})
	}
}

// TestResync_RepairsTheSetOfPolicies: the resync makes the set from the items, whatever was written into it.
func TestResync_RepairsTheSetOfPolicies(t *testing.T) {
	mine, _ := spec.DecodePolicyEntry("mine", map[string]any{"name": "policy#mine", "kind": "Policy", "records": []any{"*"}})
	for sentence, forge := range map[string]func(api.PolicySet) api.PolicySet{
		"emptied":       func(s api.PolicySet) api.PolicySet { return api.PolicySet{Version: s.Version + 5} },
		"with a policy": func(s api.PolicySet) api.PolicySet { s.Policies = append(s.Policies, mine); return s },
		"with its own policy widened": func(s api.PolicySet) api.PolicySet {
			s.Policies[0].Record["records"] = []any{"*"}
			return s
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := newGoverned(t)
			g.write(map[string]any{"records": []any{"b.*"}})
			g.want("in force", api.ReasonPolicyDenied, "")
			g.Table.ForgePolicySet(forge)
			g.happens(queueEvent(`{"kind":"Certificate","name":"a.www"}`))
			g.want("forged", api.ReasonAccepted, "")
			g.happens(`{"action":"resync"}`)
			g.want("repaired", api.ReasonPolicyDenied, "no policy applies")
		})
	}
	g := newGoverned(t)
	g.write(map[string]any{"records": []any{"a.*", "default"}})
	g.want("in force", api.ReasonAccepted, "")
	g.Table.ForgePolicySet(func(api.PolicySet) api.PolicySet { return api.PolicySet{} })
	g.happens(queueEvent(`{"kind":"Certificate","name":"a.www"}`))
	g.want("deleted", api.ReasonPolicyDenied, "the set of all policies is damaged or missing")
	g.happens(`{"action":"resync"}`)
	g.want("made again", api.ReasonAccepted, "")
	g.write(nil)
	g.Table.ForgePolicySet(func(api.PolicySet) api.PolicySet { return api.PolicySet{} })
	g.happens(queueEvent(`{"kind":"Certificate","name":"a.www"}`))
	g.want("deleted, without a policy", api.ReasonAccepted, "")
	g = newGoverned(t)
	g.Table.ForgePolicySet(func(s api.PolicySet) api.PolicySet {
		return api.PolicySet{Version: api.DamagedPolicySet, Policies: []api.PolicyEntry{{}}}
	})
	g.happens(queueEvent(`{"kind":"Certificate","name":"a.www"}`))
	g.want("damaged, without a policy", api.ReasonPolicyDenied, "the set of all policies is damaged or missing")
	g.happens(`{"action":"resync"}`)
	g.want("repaired", api.ReasonAccepted, "")
}
