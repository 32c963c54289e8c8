package sim

import (
	"context"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// sleeper stops once, after the write of the given claim, while everything else continues.
type sleeper struct {
	worldPorts
	before func(api.Write) bool
	slept  bool
}

func (s *sleeper) Write(ctx context.Context, w api.Write) error {
	err := s.worldPorts.Write(ctx, w)
	if err == nil && !s.slept && w.Status != nil && w.Status.ClaimID != "" && s.before(w) {
		s.slept = true
		s.w.meanwhile(freeze)
	}
	return err
}

func asleep(before func(*World), when func(*World, api.Write) bool) (*World, *sleeper) {
	w := New(nil)
	before(w)
	w.AllowedCertificates = 1
	s := &sleeper{worldPorts: worldPorts{w}}
	s.before = func(write api.Write) bool { return when(w, write) }
	w.Loop.Certificates = s
	return w, s
}

func (s *sleeper) done(t *testing.T) {
	t.Helper()
	if !s.slept {
		t.Fatal("the test's situation did not occur")
	}
	for _, v := range s.w.Violations {
		t.Error(v)
	}
}

// TestFence_AStoppedFunctionImportsNoSecondCertificate: no record would own that certificate, and it would expire
// without a report.
func TestFence_AStoppedFunctionImportsNoSecondCertificate(t *testing.T) {
	w, s := asleep(registered, func(_ *World, write api.Write) bool {
		return write.Issuance != nil && len(write.Issuance.Imports) > 0
	})
	w.certificate("www")
	w.Run(settle)
	converged("www")(w)
	s.done(t)
	if n := len(w.ACM.certs); n != 1 {
		t.Errorf("%d certificates in ACM, want one", n)
	}
}

// TestFence_AStoppedFunctionPublishesNoValueAgain: no record would know that value, and it would stay forever.
func TestFence_AStoppedFunctionPublishesNoValueAgain(t *testing.T) {
	w, s := asleep(registered, func(_ *World, write api.Write) bool {
		return write.Issuance != nil && len(write.Issuance.Published) > 0 && !write.Issuance.Published[0].Submitted
	})
	w.certificate("www")
	w.Run(settle)
	converged("www")(w)
	s.done(t)
}

// TestFence_AStoppedFunctionDeletesNothingOfARecordCreatedAgain checks that the certificate of a created-again record
// stays.
func TestFence_AStoppedFunctionDeletesNothingOfARecordCreatedAgain(t *testing.T) {
	w, s := asleep(installedWith("deletion_policy", "Delete"), func(w *World, _ api.Write) bool {
		o := w.object("www")
		if o.Record != nil {
			return false
		}
		w.certificate("www", "deletion_policy", "Delete")
		return true
	})
	arn := w.status("www").ACMARN
	w.Remove(certificateKey("www"))
	w.Run(settle)
	converged("www")(w)
	s.done(t)
	if w.status("www").ACMARN != arn || len(w.ACM.deleted) > 0 {
		t.Errorf("deleted %v, the certificate is %s, was %s", w.ACM.deleted, w.status("www").ACMARN, arn)
	}
}

// TestFence_ARecordCreatedAgainWithinTheLeaseKeepsItsCertificate: the executor reads the record once more.
func TestFence_ARecordCreatedAgainWithinTheLeaseKeepsItsCertificate(t *testing.T) {
	w := New(nil)
	installedWith("deletion_policy", "Delete")(w)
	s := &returning{worldPorts: worldPorts{w}}
	w.Loop.Certificates = s
	w.Remove(certificateKey("www"))
	w.Run(settle)
	converged("www")(w)
	for _, v := range w.Violations {
		t.Error(v)
	}
	if !s.returned || len(w.ACM.deleted) > 0 {
		t.Errorf("returned: %v, deleted %v", s.returned, w.ACM.deleted)
	}
}

// returning creates the deleted record again right after the claim of its first effect.
type returning struct {
	worldPorts
	returned bool
}

func (r *returning) Write(ctx context.Context, w api.Write) error {
	err := r.worldPorts.Write(ctx, w)
	if err == nil && !r.returned && w.Status != nil && w.Status.ClaimID != "" && r.w.object("www").Record == nil {
		r.returned = true
		r.w.certificate("www", "deletion_policy", "Delete")
	}
	return err
}

// TestFence_AStoppedFunctionSendsNothingOfAnAccount checks that no request is sent after the lease ended.
func TestFence_AStoppedFunctionSendsNothingOfAnAccount(t *testing.T) {
	w := New(nil)
	s := &accountSleeper{worldPorts: worldPorts{w}}
	w.Loop.Accounts = s
	w.requireEAB()
	w.account("eab_secret_arn", eabARN)
	w.Run(settle)
	if s.late > 0 || s.slept == 0 || !w.accountReady() {
		t.Errorf("%d requests after %d leases had ended; ready: %v", s.late, s.slept, w.accountReady())
	}
	for _, v := range w.Violations {
		t.Error(v)
	}
}

// accountSleeper stops after each of five claims. It counts the requests before the table is read again.
type accountSleeper struct {
	worldPorts
	slept, late int
	// from is the first call after a sleep, or 0.
	from int
}

func (s *accountSleeper) count() {
	if s.from == 0 {
		return
	}
	for _, op := range s.w.calls.trace[s.from:] {
		if strings.HasPrefix(op, "ca.") || strings.HasPrefix(op, "secrets.") {
			s.late++
		}
	}
	s.from = 0
}

func (s *accountSleeper) WriteAccount(ctx context.Context, name string, st *api.AccountStatus) error {
	s.count()
	err := s.worldPorts.WriteAccount(ctx, name, st)
	if err == nil && st.ClaimID != "" && s.slept < 5 {
		s.slept++
		s.w.clock.now = s.w.clock.now.Add(freeze)
		s.from = len(s.w.calls.trace)
	}
	return err
}
