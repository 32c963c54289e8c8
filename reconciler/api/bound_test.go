package api_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// large returns a status with 100 long names, 20 notices and 20 targets, with everything as long as possible.
func large() api.CertificateStatus {
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	var s api.CertificateStatus
	for i := range 100 {
		s.Domains = append(s.Domains, fmt.Sprintf("%0253d", i))
	}
	for i := range 20 {
		message := fmt.Sprintf("%02d %s", i, strings.Repeat("x", api.MaxMessage-3))
		s.History = append(s.History, api.HistoryEntry{Time: at, Reason: api.ReasonIssued, Message: message})
		s.Outbox = append(s.Outbox, api.OutboxEntry{Notice: api.Notice{ID: message[:2], Name: "www", Domains: s.Domains, Message: message}})
		t := api.TargetStatus{Key: message[:2], ARN: strings.Repeat("a", 120), Message: message}
		t.RoleARN, t.ExternalID = strings.Repeat("r", 600), strings.Repeat("e", 1224)
		for k := range 40 {
			t.TagKeys = append(t.TagKeys, fmt.Sprintf("%0128d", k))
		}
		s.Targets = append(s.Targets, t)
	}
	return s
}

func jsonSize(t *testing.T, v any) int {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return len(text)
}

func TestBound_ALargeStatusDropsTheOldestHistoryFirst(t *testing.T) {
	s := large()
	before := jsonSize(t, s)
	forgotten := s.Bound()
	if n := jsonSize(t, s); n > api.MaxStatus || before < 400<<10 {
		t.Fatalf("%d bytes of %d", n, before)
	}
	if forgotten != 0 || len(s.Targets) != 20 || len(s.Domains) != 100 || s.Targets[0].Message == "" {
		t.Errorf("targets were given up: %d", forgotten)
	}
	if len(s.History) != 0 || len(s.Outbox) != 20 || s.Outbox[0].Domains != nil || s.Outbox[19].Domains == nil {
		t.Errorf("%d lines of history, the first notice with %d names, the last with %d", len(s.History), len(s.Outbox[0].Domains), len(s.Outbox[19].Domains))
	}
	again := s
	if again.Bound(); !reflect.DeepEqual(again, s) {
		t.Error("a second time changes it")
	}
}

func TestBound_AStatusWithinBoundsIsUnchanged(t *testing.T) {
	s := large()
	s.Targets, s.Outbox = s.Targets[:3], s.Outbox[:2]
	want := large()
	want.Targets, want.Outbox = want.Targets[:3], want.Outbox[:2]
	if s.Bound(); !reflect.DeepEqual(s, want) {
		t.Error("it changes")
	}
}

func TestBound_AForgedStatusIsCut(t *testing.T) {
	var s api.CertificateStatus
	shared, huge, long := []string{"good", "bad\n"}, strings.Repeat("a", 1<<20), strings.Repeat("s", 2000)
	for i := range 5000 {
		s.Targets = append(s.Targets, api.TargetStatus{Key: fmt.Sprint(i, long), ARN: huge, Serial: long,
			FailedSerial: long, RetiredARN: long, BlockedBy: long, TagKeys: shared})
	}
	s.Conditions = make([]api.Condition, 1000)
	s.ARI = &api.ARIStatus{ExplanationURL: "https://ca.example/\u202e"}
	s.Outbox = []api.OutboxEntry{{Notice: api.Notice{Domains: make([]string, 1<<20)}}}
	forgotten := s.Bound()
	if n := jsonSize(t, s); n > api.MaxStatus || forgotten < 4960 || len(s.Targets) == 0 {
		t.Errorf("%d bytes, %d targets forgotten, %d kept", n, forgotten, len(s.Targets))
	}
	if s.Targets[0].ARN != "" || s.ARI.ExplanationURL != "" || len(s.Conditions) > 8 {
		t.Error("what is too long, or cannot be seen, is kept")
	}
	if shared[1] != "bad\n" {
		t.Error("a list that others share was written to")
	}
}
