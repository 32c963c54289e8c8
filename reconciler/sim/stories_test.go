package sim

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// Each of these tests repeats a fault that happened once, in a world without injected faults.

var accessDenied = &api.Error{Kind: api.Terminal, Reason: api.ReasonTargetAccessDenied, Message: "access denied"}

// hooks run between the loop and the world.
type hooks struct {
	worldPorts
	// find and tag, if set, are the answers of the search and of tagging.
	find, tag func() error
	// removing and accepted run once, before values are removed and after challenges were accepted; sealing runs before
	// a key is sealed.
	removing, accepted, sealing func()
}

func once(f *func()) {
	if run := *f; run != nil {
		*f = nil
		run()
	}
}

func (h *hooks) Find(ctx context.Context, at api.Location, owner, target string) ([]string, error) {
	if h.find != nil {
		if err := h.find(); err != nil {
			return nil, err
		}
	}
	return h.worldPorts.Find(ctx, at, owner, target)
}

func (h *hooks) Tag(ctx context.Context, at api.Location, arn string, set map[string]string, remove []string) error {
	if h.tag != nil {
		if err := h.tag(); err != nil {
			return err
		}
	}
	return h.worldPorts.Tag(ctx, at, arn, set, remove)
}

func (h *hooks) Remove(ctx context.Context, r api.Role, zone string, values []api.TXT) error {
	once(&h.removing)
	return h.worldPorts.Remove(ctx, r, zone, values)
}

func (h *hooks) Accept(ctx context.Context, a api.ACMEAccount, urls []string) error {
	err := h.worldPorts.Accept(ctx, a, urls)
	once(&h.accepted)
	return err
}

func (h *hooks) Seal(ctx context.Context, name string, plain api.Secret) ([]byte, error) {
	once(&h.sealing)
	return h.worldPorts.Seal(ctx, name, plain)
}

// hooked returns a world after before, with hooks in its loop.
func hooked(before func(*World)) (*World, *hooks) {
	w := New(nil)
	before(w)
	w.AllowedCertificates = 9
	h := &hooks{worldPorts: worldPorts{w}}
	w.Loop.ACM, w.Loop.DNS, w.Loop.CA, w.Loop.Sealer = h, h, h, h
	return w, h
}

func (w *World) kindsSent(from int) (kinds []string) {
	for _, n := range w.Notices[from:] {
		kinds = append(kinds, n.Type)
	}
	return kinds
}

func (w *World) require(wait time.Duration) error {
	_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Require: api.ConditionReady, Wait: wait})
	return err
}

// TestDelete_NotWhatAnotherRecordHasAdopted: an observation of an earlier step is not enough to change ACM.
func TestDelete_NotWhatAnotherRecordHasAdopted(t *testing.T) {
	w, h := hooked(installedWith("deletion_policy", "Delete"))
	arn := w.status("www").ACMARN
	h.accepted = func() { w.Table.DeleteRecord(certificateKey("www")) }
	h.removing = func() {
		w.certificate("other", "acm_arn", arn)
		if _, err := w.Loop.Reconcile(context.Background(), certificateKey("other")); err != nil {
			t.Error(err)
		}
	}
	if _, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Force: "again"}); err != nil {
		t.Fatal(err)
	}
	w.Run(time.Hour)
	if h.removing != nil || h.accepted != nil {
		t.Fatal("the test's situation did not occur")
	}
	if len(w.ACM.deleted) > 0 || !w.ready("other") {
		t.Errorf("deleted %v; other: %s", w.ACM.deleted, w.Explain("other"))
	}
}

// TestHeld_AChainIsKeptForATargetThatCannotBeAdoptedYet checks that it is installed there in the end.
func TestHeld_AChainIsKeptForATargetThatCannotBeAdoptedYet(t *testing.T) {
	w := New(nil)
	withUnmanaged(w)
	w.AllowedCertificates = 9
	arn := w.adoptable()
	targets := []any{map[string]any{"region": "us-east-1", "acm_arn": arn}, map[string]any{"region": "ap-northeast-1"}}
	w.certificate("www", "targets", targets, "renew_token", "a")
	w.Run(time.Hour)
	w.ACM.Refuse["us-east-1"] = refused("no")
	w.certificate("www", "targets", targets, "renew_token", "b")
	w.Run(time.Minute)
	delete(w.ACM.certs[arn].Tags, api.TagOwner)
	w.ACM.RefuseTags = accessDenied
	from := len(w.Notices)
	w.Run(2 * time.Hour)
	if w.object("www").Issuance == nil || slices.Contains(w.kindsSent(from), api.NoticeRenewed) {
		t.Errorf("the chain is dropped, sent %v", w.kindsSent(from))
	}
	w.ACM.RefuseTags, w.ACM.Refuse = nil, map[string]error{}
	w.Run(48 * time.Hour)
	last := w.CA.Issued[len(w.CA.Issued)-1].Serial
	if len(w.CA.Issued) != 2 || w.ACM.certs[arn].Serial != last || !w.ready("www") {
		t.Errorf("%d issued, %s holds %s, want %s; %s", len(w.CA.Issued), arn, w.ACM.certs[arn].Serial, last, w.Explain("www"))
	}
}

// TestTakeover_ANewPermissionIsWaitedFor: a new IAM permission takes a while to be effective everywhere.
func TestTakeover_ANewPermissionIsWaitedFor(t *testing.T) {
	w, h := hooked(withUnmanaged)
	from := w.clock.now
	h.tag = func() error {
		if w.clock.now.Sub(from) < 20*time.Second {
			return accessDenied
		}
		return nil
	}
	w.Table.PutRecord(map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"www.example.com"}, "acm_arn": w.adoptable()})
	if err := w.require(5 * time.Minute); err != nil {
		t.Errorf("after %s: %v", w.clock.now.Sub(from), err)
	}
}

// TestTakeover_IsRetriedWithinTheHourAndWhenTheRecordChanges: whoever permits it should not wait for a day.
func TestTakeover_IsRetriedWithinTheHourAndWhenTheRecordChanges(t *testing.T) {
	for sentence, c := range map[string]struct {
		do     func(*World)
		within time.Duration
	}{
		"by itself":               {func(*World) {}, time.Hour + time.Minute},
		"when the record changes": {func(w *World) { w.certificate("www", "acm_arn", w.adoptable(), "tags", map[string]any{"a": "b"}) }, 2 * time.Minute},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			withUnmanaged(w)
			w.AllowedCertificates = 1
			w.ACM.RefuseTags = refused("too many tags")
			w.certificate("www", "acm_arn", w.adoptable())
			w.Run(11 * time.Hour)
			if !w.says("www", api.ReasonTakeoverRefused) || !slices.Contains(w.kindsSent(0), api.NoticeFailed) {
				t.Errorf("sent %v; %s", w.kindsSent(0), w.Explain("www"))
			}
			w.ACM.RefuseTags = nil
			c.do(w)
			if !w.RunUntil(c.within, func() bool { return w.ready("www") }) {
				t.Error(w.Explain("www"))
			}
		})
	}
}

// TestWait_IsNotEndedByAnOldReason checks that an old reason does not end the wait.
func TestWait_IsNotEndedByAnOldReason(t *testing.T) {
	w, h := hooked(registered)
	w.certificate("www", "key_type", "NOPE")
	w.Run(time.Hour)
	var err error
	h.sealing = func() { err = w.require(5 * time.Minute) }
	w.certificate("www")
	w.Run(time.Hour)
	if h.sealing != nil || err != nil || !w.ready("www") {
		t.Errorf("%v; %s", err, w.Explain("www"))
	}
}

// TestConditions_AShortUnknownChangesNothing: it changes neither since when a record is not ready, nor which notices
// are sent.
func TestConditions_AShortUnknownChangesNothing(t *testing.T) {
	w, h := hooked(func(*World) {})
	m := &meter{results: map[api.PassResult]int{}, failures: map[string]int{}}
	w.Loop.Meter = m
	blind := func() error { return &api.Error{Kind: api.Throttled, Message: "ACM throttles"} }
	h.find = blind
	w.certificate("www") // whose account is missing
	w.Run(2 * time.Minute)
	for range 3 {
		h.find = nil
		w.Run(20 * time.Hour)
		h.find = blind
		w.Run(61 * time.Minute)
	}
	if m.census.LongestNotReady < 60*time.Hour {
		t.Errorf("not ready for %s", m.census.LongestNotReady)
	}
	if slices.Contains(w.kindsSent(0), api.NoticeNotReady) {
		t.Errorf("sent %v of a record that never was ready", w.kindsSent(0))
	}
}

// TestMeter_AFailedObservationIsAFailure checks that a failed observation counts as a failure.
func TestMeter_AFailedObservationIsAFailure(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	m := &meter{results: map[api.PassResult]int{}, failures: map[string]int{}}
	w.Loop.Meter = m
	w.ACM.Blind["us-east-1"] = accessDenied
	w.wake(certificateKey("www"), 0)
	w.Run(48 * time.Hour)
	if n := m.results[api.PassFailed]; n == 0 || m.failures["TargetAccessDenied"] != n {
		t.Errorf("the failures are %v, the results %v", m.failures, m.results)
	}
}

// TestNotify_MailsAtOnceWhileTheEventBusRefuses checks that mail is not delayed while the event bus refuses.
func TestNotify_MailsAtOnceWhileTheEventBusRefuses(t *testing.T) {
	w := New(nil)
	registered(w)
	w.AllowedCertificates = 2
	w.Refusing[eventChannel] = &api.Error{Kind: api.Terminal, Message: "no such bus"}
	w.certificate("www")
	w.Run(30 * time.Hour)
	w.ACM.Refuse["us-east-1"] = refused("no")
	clear(w.ACM.certs)
	w.wake(certificateKey("www"), 0)
	from := len(w.Notices)
	for range 180 {
		had := len(w.Notices)
		w.Run(time.Minute)
		for _, n := range w.Notices[had:] {
			if late := w.clock.now.Sub(n.Time); late > 2*time.Minute {
				t.Errorf("%s was mailed after %s", n.Type, late)
			}
		}
	}
	if sent := w.kindsSent(from); !slices.Contains(sent, api.NoticeNotReady) || !slices.Contains(sent, api.NoticeFailed) {
		t.Errorf("sent %v", sent)
	}
}

// TestNotify_NothingAboutAnUnmanagedCertificateThatStays checks that no notice is sent about an unmanaged certificate.
func TestNotify_NothingAboutAnUnmanagedCertificateThatStays(t *testing.T) {
	w := New(nil)
	withUnmanaged(w)
	w.ACM.RefuseTags = accessDenied
	w.certificate("www", "acm_arn", w.adoptable())
	w.Run(time.Hour)
	w.Remove(certificateKey("www"))
	w.Run(time.Hour)
	if sent := w.kindsSent(0); slices.Contains(sent, api.NoticeRetained) || w.object("www").Status != nil {
		t.Errorf("sent %v, status %+v", sent, w.object("www").Status)
	}
}

// TestPlaceholder_ARefusedOneReportsTheReason checks the error, and that the record can be deleted.
func TestPlaceholder_ARefusedOneReportsTheReason(t *testing.T) {
	w := New(nil)
	w.account("eab_secret_arn", eabARN) // which does not exist: the account exists and places no order
	w.ACM.Refuse["us-east-1"] = accessDenied
	w.certificate("www")
	w.Run(time.Minute)
	for range 6 {
		_, err := w.Loop.Invoke(t.Context(), reconciler.Invocation{Names: []string{"www"}, Placeholder: true})
		if err == nil || !strings.Contains(err.Error(), "access denied") {
			t.Errorf("the error is %v", err)
		}
		w.Run(10 * time.Hour)
	}
	w.Remove(certificateKey("www"))
	if !w.RunUntil(10*time.Minute, func() bool { return w.object("www").Status == nil }) {
		t.Error("the record still has a status")
	}
}

// TestPlaceholder_WaitsForTheLease: a request for a placeholder and an accepted record succeeds, although the record
// was accepted before and another invocation works on it.
func TestPlaceholder_WaitsForTheLease(t *testing.T) {
	for _, require := range []api.ConditionType{"", api.ConditionAccepted} {
		w := New(nil)
		w.account("eab_secret_arn", eabARN) // which does not exist: the account exists and places no order
		w.certificate("www")
		w.Run(time.Minute)
		w.leasedFor(20 * time.Second)
		answer, err := w.Loop.Invoke(t.Context(), reconciler.Invocation{Names: []string{"www"}, Placeholder: true, Require: require, Wait: time.Minute})
		if err != nil || answer.Certificates[0].ACMARN == "" || len(w.ACM.certs) != 1 {
			t.Errorf("require %q: %v; %+v; %d certificates in ACM", require, err, answer, len(w.ACM.certs))
		}
	}
}

// TestDelete_ARecordThatIsCreatedAgainDoesNotReportItsDeletion: neither its target nor its conditions report it.
func TestDelete_ARecordThatIsCreatedAgainDoesNotReportItsDeletion(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.AllowedCertificates = 2
	w.Refusing[eventChannel], w.Refusing[mailChannel] = accessDenied, accessDenied
	w.ACM.Refuse["us-east-1"] = accessDenied
	renamed := func() { w.certificate("www", "domains", []any{"new.example.com"}) }
	renamed()
	w.Run(5 * time.Hour)
	w.Remove(certificateKey("www"))
	w.Run(10 * time.Minute)
	deletion := w.status("www").Targets[0]
	if deletion.Reason != api.ReasonRetained || deletion.Message == "" {
		t.Fatalf("the deletion is not reported: %+v", deletion)
	}
	renamed()
	w.Run(10 * time.Minute)
	if ts := w.status("www").Targets[0]; ts.Reason == api.ReasonRetained || strings.Contains(w.Explain("www"), deletion.Message) {
		t.Errorf("target %+v; %s", ts, w.Explain("www"))
	}
}
