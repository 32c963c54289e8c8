package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

// loud are texts as somebody sends who means harm: long, of many lines, with control characters and half characters.
var loud = rapid.SampledFrom([]string{
	"it refuses",
	strings.Repeat("profile, ", 1000),
	"two\nlines\r\n\x1b[31mred\x00",
	strings.Repeat("👩‍👩‍👧\u202e", 200),
	"half a character: \xe2\x82",
	"see https://ca.test/" + strings.Repeat("a", 5000),
	strings.Repeat("more ", 400) + "https://ca.test/unpause?jwt=" + strings.Repeat("b", 360),
})

func loudError(t *rapid.T, label string) error {
	e := someError(t, label)
	if api.KindOf(e) == api.Bug {
		return fmt.Errorf("%s: %w", loud.Draw(t, label), e)
	}
	return fmt.Errorf("place order: %w", &api.Error{Kind: api.KindOf(e), Message: loud.Draw(t, label)})
}

// shout replaces what the outside and a forger say in a world by loud texts and long lists.
func shout(t *rapid.T, in *Input) {
	if in.SpecErr != nil {
		in.SpecErr = &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: loud.Draw(t, "problems")}
	}
	if in.Spec != nil && rapid.Bool().Draw(t, "long names") {
		in.Spec.Domains = nil
		for i := range 100 {
			in.Spec.Domains = append(in.Spec.Domains, fmt.Sprintf("%s.%03d.example.com", strings.Repeat("a.", 110), i))
		}
	}
	in.Account.Message = loud.Draw(t, "account says")
	for _, err := range []*error{&in.ZoneErr, &in.OrderErr, &in.SyncErr, &in.RenewalErr} {
		if *err != nil {
			*err = loudError(t, "answer")
		}
	}
	for i := range in.Targets {
		if rarely(t, "target fails") {
			in.Targets[i].Err = loudError(t, "target")
		}
	}
	if in.Order != nil {
		in.Order.Problem = loud.Draw(t, "order says")
	}
	forge(t, &in.Stored)
}

// forge fills a status with what a forger, or an older version, could have put there.
func forge(t *rapid.T, s *api.CertificateStatus) {
	s.LastError, s.Issuer = loud.Draw(t, "last error"), loud.Draw(t, "issuer")
	for i := range s.Conditions {
		s.Conditions[i].Message = loud.Draw(t, "condition says")
	}
	for i := range s.History {
		s.History[i].Message = loud.Draw(t, "history says")
	}
	for i := range s.Outbox {
		s.Outbox[i].Message = loud.Draw(t, "notice says")
		s.Outbox[i].Domains = make([]string, 100)
		for j := range s.Outbox[i].Domains {
			s.Outbox[i].Domains[j] = strings.Repeat("b", 253)
		}
	}
	for i := range s.Targets {
		s.Targets[i].Message, s.Targets[i].BlockedBy = loud.Draw(t, "target says"), loud.Draw(t, "blocked by")
	}
	for i := range rapid.SampledFrom([]int{0, 0, 60}).Draw(t, "targets left behind") {
		s.Targets = append(s.Targets, api.TargetStatus{Key: fmt.Sprint("gone-", i), ARN: strings.Repeat("c", 2000), Message: strings.Repeat("d", 5000)})
	}
}

func TestSettle_WhateverTheOutsideSaysTheStatusStaysInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyWorld.Draw(t, "world").Input
		shout(t, &in)
		p := Decide(in)
		o := someOutcome(t, p)
		if o.Err != nil {
			o.Err = loudError(t, "outcome")
		}
		if !p.Passive() {
			inBounds(t, Intend(in, p, in.Now).Status)
		}
		inBounds(t, take(in, p, o).Status)
	})
}

func TestSettle_WhateverTheOutsideSaysTheAccountsStatusStaysInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := accounts.Draw(t, "account").AccountInput
		in.Stored.LastError = loud.Draw(t, "last error")
		for i := range in.Stored.Conditions {
			in.Stored.Conditions[i].Message = loud.Draw(t, "condition says")
		}
		if in.SpecErr != nil {
			in.SpecErr = &api.Error{Kind: api.Terminal, Reason: api.ReasonInvalidSpec, Message: loud.Draw(t, "problems")}
		}
		if in.KeyErr != nil {
			in.KeyErr = loudError(t, "key")
		}
		p := DecideAccount(in)
		o := AccountOutcome{URI: "https://ca.test/acct/1"}
		if rapid.Bool().Draw(t, "it fails") {
			o.Err = loudError(t, "outcome")
		}
		inBounds(t, IntendAccount(in, p, in.Now))
		got, _ := SettleAccount(in, p, o)
		inBounds(t, got)
	})
}

// inBounds walks every text of a status.
func inBounds(t *rapid.T, status any) {
	text, err := json.Marshal(status)
	if err != nil || len(text) > api.MaxStatus {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	everyText(reflect.ValueOf(status), "", func(path, s string) {
		most := 2048
		if strings.HasSuffix(path, "Message") || strings.HasSuffix(path, "LastError") {
			most = api.MaxMessage
		}
		if len(s) > most || !api.Clean(s) {
			t.Fatalf("%s has %d bytes: %.200q", path, len(s), s)
		}
	})
}

func everyText(v reflect.Value, path string, visit func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			everyText(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				everyText(v.Field(i), path+"."+f.Name, visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			everyText(v.Index(i), path, visit)
		}
	}
}

func TestSettle_TargetsThatAreForgottenAreNamed(t *testing.T) {
	in := fresh()
	in.HasStatus, in.Stored.SpecDigest = true, "spec 1"
	for i := range 60 {
		ts := api.TargetStatus{Key: fmt.Sprint("gone-", i), ARN: "arn:gone"}
		in.Stored.Targets = append(in.Stored.Targets, ts)
		in.Targets = append(in.Targets, Target{Stored: ts, Err: errBug})
	}
	got := Settle(in, Plan{Action: Wait, Reason: api.ReasonNotNeeded}, Outcome{}).Status
	last := got.History[len(got.History)-1]
	if len(got.Targets) != 40 || last.Reason != api.ReasonTargetDropped || !strings.HasPrefix(last.Message, "21 targets") {
		t.Errorf("%d targets, %+v", len(got.Targets), last)
	}
}
