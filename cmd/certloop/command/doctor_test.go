package command

import (
	"errors"
	"strings"
	"testing"

	"certloop/cmd/certloop/doctor"
)

// healthy are the facts of an installation without any finding.
func healthy() doctor.Facts {
	const region = "ap-northeast-1:123456789012"
	return doctor.Facts{
		Table: doctor.Read[doctor.Table]{Value: doctor.Table{Name: "certloop", Active: true, Keys: []string{"name", "kind"},
			Stream: "KEYS_ONLY", Index: true, Backup: true, Protected: true}},
		Function: doctor.Read[doctor.Function]{Value: doctor.Function{Name: "certloop", Table: "certloop", WantTable: "certloop", Recursion: true}},
		Mappings: doctor.Read[[]doctor.Mapping]{Value: []doctor.Mapping{
			{Source: "arn:aws:dynamodb:" + region + ":table/certloop/stream/2026-01-01T00:00:00.000", State: "Enabled"},
			{Source: "arn:aws:sqs:" + region + ":certloop", State: "Enabled"}}},
		Schedules:     []doctor.Schedule{scheduled("tick"), scheduled("resync"), scheduled("probe")},
		Queues:        []doctor.Queue{{Name: "certloop-dead-letters"}, {Name: "certloop-stream-failures"}},
		Alarms:        doctor.Read[[]doctor.Alarm]{Value: []doctor.Alarm{{Name: "certloop-silence", State: "OK", Acts: true}}},
		Subscriptions: doctor.Read[[]doctor.Subscription]{Value: []doctor.Subscription{{Protocol: "email", Endpoint: "ops@example.jp", Confirmed: true}}},
	}
}

// scheduled is a schedule without any finding.
func scheduled(action string) doctor.Schedule {
	const function = "arn:aws:lambda:ap-northeast-1:123456789012:function:certloop"
	return doctor.Schedule{Name: "certloop-" + action, Action: action, Enabled: true, Target: function, Function: function,
		Input: `{"action":"` + action + `"}`}
}

// broken has a finding of each kind.
func broken() doctor.Facts {
	f := healthy()
	f.Table.Value.Stream, f.Table.Value.Backup = "", false
	f.Function.Value.Table = "other"
	f.Mappings.Value = f.Mappings.Value[1:]
	f.Mappings.Value[0].State = "Disabled"
	f.Schedules[1].Enabled = false
	f.Schedules[2] = doctor.Schedule{Name: "certloop-probe", Action: "probe", Missing: true}
	f.Queues[0].Waiting = 3
	f.Alarms.Value = append(f.Alarms.Value, doctor.Alarm{Name: "certloop-not-ready", State: "ALARM",
		Description: "A certificate has not been ready for more than 24 hours. Follow its reason in docs/reference/reasons.md."})
	f.Subscriptions.Value[0].Confirmed = false
	return f
}

func answering(w *world, version string, checks ...doctor.Check) *world {
	w.invoke = func(map[string]any) (any, error) { return checkAnswer{Version: version, Checks: checks}, nil }
	return w
}

func TestGolden_Doctor(t *testing.T) {
	zone := doctor.Check{Area: "Zone", Subject: "www", State: doctor.Failed,
		Message: "ZoneNotDelegated: example.com is delegated to ns1.registrar.example",
		Remedy:  "Set the domain's NS records to the name servers of the zone, or set zone to the ID of the right zone."}
	servers := doctor.Check{Area: "NameServers", Subject: "www", State: doctor.Warning,
		Message: "name servers of example.com do not agree: ns3.example.net (203.0.113.53) is not authoritative",
		Remedy:  "Have the name server answer for the zone, or remove it from the NS records of the domain."}
	contract := doctor.Check{Area: "Contract", Subject: "shop", State: doctor.Warning,
		Message: "the next certificate at us-east-1 will have: no clientAuth. That is how account default obtained its last certificate of this kind",
		Remedy:  "Check that no client depends on what changes, before the renewal."}
	same := doctor.Check{Area: "Contract", Subject: "www", State: doctor.Fine, Message: "a renewal changes neither usages, key type nor chain"}
	fine := doctor.Check{Area: "Table", Subject: "records", State: doctor.Fine, Message: "read 23 records"}
	for name, c := range map[string]struct {
		terminal terminal
		world    func(w *world)
		code     int
		args     string
	}{
		"doctor-fine": {terminal{width: 100}, func(w *world) { w.facts = healthy(); answering(w, "v1.2.3", fine) }, 0, "doctor"},
		"doctor-all":  {terminal{width: 100}, func(w *world) { w.facts = healthy(); answering(w, "v1.2.3", fine) }, 0, "doctor --all"},
		"doctor-preflight": {terminal{width: 100}, func(w *world) {
			w.facts = healthy()
			answering(w, "v1.2.3", fine, servers, contract, same)
		}, 1, "doctor --all"},
		"doctor-broken": {terminal{width: 100}, func(w *world) { w.facts = broken(); answering(w, "v1.0.0", fine, zone) }, 1, "doctor"},
		"doctor-ja":     {terminal{width: 80, environ: japanese}, func(w *world) { w.facts = broken(); answering(w, "v1.0.0", zone) }, 1, "doctor"},
		"doctor-json":   {terminal{}, func(w *world) { w.facts = healthy(); answering(w, "v1.2.3", zone) }, 1, "doctor -o json"},
		"doctor-denied": {terminal{width: 100}, func(w *world) {
			w.facts = healthy()
			w.facts.Alarms.Problem = errors.New("AWS denies cloudwatch:DescribeAlarms: allow this IAM action for your user or role")
			w.invoke = func(map[string]any) (any, error) {
				return nil, errors.New("AWS denies lambda:InvokeFunction: allow this IAM action for your user or role")
			}
		}, 0, "doctor"},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = sample()
			c.world(c.terminal.world)
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
		})
	}
}
