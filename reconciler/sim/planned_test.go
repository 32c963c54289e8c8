package sim

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

func plannedRecord(kind api.Kind, name string, extra ...any) reconciler.Record {
	item := with(map[string]any{"name": name, "kind": string(kind)}, extra)
	return reconciler.Record{Key: api.Key{Kind: kind, Name: name}, Item: item}
}

// plan returns the answer of a dry run, which must have no effect and write nothing.
func (w *World) plan(t *testing.T, records []reconciler.Record, names ...string) reconciler.Answer {
	t.Helper()
	before := w.dump()
	w.calls.quiet = false
	w.calls.trace = nil
	answer, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: names, DryRun: true, Records: records})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range w.calls.trace {
		switch op {
		case "table.Get", "table.GetAccount", "table.ClaimOwner", "acm.Describe", "acm.Find", "dns.Resolve", "dns.InSync", "dns.ReadCAA", "dns.AskServers", "ca.GetOrder", "ca.RenewalInfo", "secrets.Key":
		default:
			t.Errorf("the dry run called %s", op)
		}
	}
	if after := w.dump(); after != before {
		t.Errorf("the table was\n%s\nand is\n%s", before, after)
	}
	return answer
}

func (w *World) dump() string {
	var all strings.Builder
	for item, err := range w.Table.All(context.Background()) {
		must(err)
		text, err := json.Marshal(item)
		must(err)
		all.Write(text)
	}
	return all.String()
}

func TestPlanned_AnAccountAndItsCertificateTogether(t *testing.T) {
	w := New(nil)
	records := []reconciler.Record{
		plannedRecord(api.KindCertificate, "www", "domains", []any{"www.example.com"}, "targets", twoTargets()),
		plannedRecord(api.KindAccount, "default", "directory", "https://ca.test/dir"),
	}
	answer := w.plan(t, records)
	if len(answer.Certificates) != 1 || len(answer.Accounts) != 1 {
		t.Fatalf("%+v", answer)
	}
	if a := answer.Accounts[0]; a.Name != "default" || !a.Registers || a.Decision.Action != "CreateKey" {
		t.Errorf("the account is %+v", a)
	}
	if o := answer.Certificates[0].Decision.Outlook; o.Orders != 1 || o.Imports != 2 || o.Reason != api.ReasonNotNeeded {
		t.Errorf("the outlook is %+v", o)
	}
	// Without its account the certificate waits.
	if o := w.plan(t, records[:1]).Certificates[0].Decision.Outlook; o.Orders != 0 || o.Reason != api.ReasonAccountNotFound {
		t.Errorf("without the account the outlook is %+v", o)
	}
}

func TestPlanned_ARecordTakesThePlaceOfTheTables(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.Run(time.Hour)
	same := plannedRecord(api.KindCertificate, "www", "domains", []any{"www.example.com"}, "key_type", "EC_prime256v1")
	more := plannedRecord(api.KindCertificate, "www", "domains", []any{"www.example.com", "api.example.com"}, "key_type", "EC_prime256v1")
	elsewhere := plannedRecord(api.KindCertificate, "www", "domains", []any{"www.elsewhere.test"}, "key_type", "EC_prime256v1")
	for _, c := range []struct {
		record reconciler.Record
		orders int
		reason api.Reason
	}{{same, 0, api.ReasonNotNeeded}, {more, 1, api.ReasonNotNeeded}, {elsewhere, 0, api.ReasonZoneNotFound}} {
		d := w.plan(t, []reconciler.Record{c.record}, "www").Certificates[0].Decision
		if d.Outlook.Orders != c.orders || d.Outlook.Imports != c.orders || d.Outlook.Reason != c.reason {
			t.Errorf("%v: %+v", c.record.Item["domains"], d.Outlook)
		}
	}
	if d := w.plan(t, nil, "www").Certificates[0].Decision; d.Reason != api.ReasonNotNeeded || d.Outlook.Orders != 0 {
		t.Errorf("without records: %+v", d)
	}
}

func TestPlanned_WhatIsNotValidIsReportedWithEveryProblem(t *testing.T) {
	w := New(nil)
	answer := w.plan(t, []reconciler.Record{
		plannedRecord(api.KindCertificate, "www", "domians", []any{"www.example.com"}, "key_type", "RSA_1024"),
		plannedRecord(api.KindAccount, "other", "directory", "http://ca.test/dir"),
	})
	d := answer.Certificates[0].Decision
	if d.Reason != api.ReasonInvalidSpec || d.Outlook.Wanted != nil {
		t.Errorf("the decision is %+v", d)
	}
	for _, want := range []string{"domians", "domains: is missing", "RSA_1024"} {
		if !strings.Contains(d.Outlook.Message, want) {
			t.Errorf("%s is not in %s", want, d.Outlook.Message)
		}
	}
	if a := answer.Accounts[0]; a.Registers || a.Decision.Reason != api.ReasonInvalidSpec || !strings.Contains(a.Decision.Message, "https") {
		t.Errorf("the account is %+v", a.Decision)
	}
}

// TestPlanned_PoliciesBoundWhatIsRead: whoever plans a record sees nothing that the policies in force do not let it use.
func TestPlanned_PoliciesBoundWhatIsRead(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.policy("team", "domains", []any{"*.example.com"}, "roles", []any{}, "acm_arns", []any{})
	w.calls.trace = nil
	record := plannedRecord(api.KindCertificate, "mine", "domains", []any{"www.example.com"}, "acm_arn", w.status("www").ACMARN)
	d := w.plan(t, []reconciler.Record{record}).Certificates[0].Decision
	if d.Reason != api.ReasonPolicyDenied || d.Outlook.Targets[0].Serial != "" || d.Outlook.Targets[0].State != api.Unknown {
		t.Errorf("the decision is %+v with the targets %+v", d, d.Outlook.Targets)
	}
	for _, op := range w.calls.trace {
		if op == "acm.Describe" {
			t.Error("the certificate was read")
		}
	}
}

// TestPlanned_AnswersAsForAWrittenRecord: what is planned for a record is what is planned once it is in the table.
func TestPlanned_AnswersAsForAWrittenRecord(t *testing.T) {
	www := func(extra ...any) []any { return append([]any{"domains", []any{"www.example.com"}}, extra...) }
	for sentence, record := range map[string]reconciler.Record{
		"a new certificate":            plannedRecord(api.KindCertificate, "new", www()...),
		"two targets":                  plannedRecord(api.KindCertificate, "new", www("targets", twoTargets())...),
		"the ARN of another record":    plannedRecord(api.KindCertificate, "new", www("acm_arn", "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000001")...),
		"no valid record":              plannedRecord(api.KindCertificate, "new", "domains", "www.example.com"),
		"another account":              plannedRecord(api.KindCertificate, "www", www("account", "other")...),
		"other domains":                plannedRecord(api.KindCertificate, "www", "domains", []any{"*.example.org"}),
		"another key type":             plannedRecord(api.KindCertificate, "www", www("key_type", "RSA_2048")...),
		"a token":                      plannedRecord(api.KindCertificate, "www", www("key_type", "EC_prime256v1", "renew_token", "one")...),
		"suspend":                      plannedRecord(api.KindCertificate, "www", www("suspend", true)...),
		"a zone that does not hold it": plannedRecord(api.KindCertificate, "www", www("zone", "ZORG")...),
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			installedWith()(w)
			planned := w.plan(t, []reconciler.Record{record}).Certificates[0]
			w.Table.PutRecord(record.Item)
			written := w.plan(t, nil, record.Key.Name).Certificates[0]
			if diff := cmp.Diff(written, planned, cmpopts.IgnoreUnexported(plan.Outlook{})); diff != "" {
				t.Errorf("(-written +planned):\n%s", diff)
			}
		})
	}
}
