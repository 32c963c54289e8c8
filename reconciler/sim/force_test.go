package sim

import (
	"context"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// force invokes with a token, and requires Ready if wait is not 0.
func (w *World) force(token string, wait time.Duration) error {
	inv := reconciler.Invocation{Names: []string{"www"}, Force: token, Wait: wait}
	if wait > 0 {
		inv.Require = api.ConditionReady
	}
	_, err := w.Loop.Invoke(context.Background(), inv)
	return err
}

// leased returns a world in which another invocation has the lease of the record for that long.
func leased(d time.Duration) *World {
	w := New(nil)
	installedWith()(w)
	w.leasedFor(d)
	return w
}

// leasedFor gives another invocation the lease of the record for that long.
func (w *World) leasedFor(d time.Duration) {
	s := w.status("www")
	s.ClaimID, s.LeaseUntil = "another", w.clock.now.Add(d)
	must(w.Table.Write(context.Background(), api.Write{Name: "www", Status: &s}))
}

func errorSays(t *testing.T, err error, want ...string) {
	t.Helper()
	for _, text := range want {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("the error is %v, want %q in it", err, text)
		}
	}
}

// TestForce_ATokenIsNeverLostWithoutAnError: the status stores it, or the invocation fails.
func TestForce_ATokenIsNeverLostWithoutAnError(t *testing.T) {
	w := leased(2 * time.Minute)
	errorSays(t, w.force("now", 0), "Leased", "invoke again")
	w.Run(time.Hour)
	if len(w.CA.Issued) != 1 {
		t.Errorf("%d certificates", len(w.CA.Issued))
	}
	w = leased(2 * time.Minute)
	w.AllowedCertificates = 2
	if err := w.force("now", 10*time.Minute); err != nil || len(w.CA.Issued) != 2 {
		t.Errorf("with a wait beyond the lease: %v, %d certificates", err, len(w.CA.Issued))
	}
	if err := w.force("now", time.Minute); err != nil || len(w.CA.Issued) != 2 {
		t.Errorf("the same again: %v, %d certificates", err, len(w.CA.Issued))
	}
	w = leased(4 * time.Minute)
	errorSays(t, w.force("now", time.Minute), "Leased")
	errorSays(t, New(nil).force("now", 0), "no such record")
}

// TestForce_ATokenWorksAlthoughTheStatusIsLost checks that a token takes effect although the status was lost at the
// same time.
func TestForce_ATokenWorksAlthoughTheStatusIsLost(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.AllowedCertificates = 2
	w.Table.DeleteStatus(api.Key{Kind: api.KindCertificateStatus, Name: "www"})
	w.Run(13 * time.Hour)
	w.Table.DeleteStatus(api.Key{Kind: api.KindCertificateStatus, Name: "www"})
	if err := w.force("now", 10*time.Minute); err != nil || len(w.CA.Issued) != 2 {
		t.Errorf("%v, %d certificates", err, len(w.CA.Issued))
	}
}

// TestForce_AWaitFailsWithTheReason checks that the reason is the one that blocks the certificate, although the
// installed one is valid.
func TestForce_AWaitFailsWithTheReason(t *testing.T) {
	w := New(nil)
	w.CA.Usage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	installedWith("key_type", "RSA_2048")(w)
	w.CA.Usage = x509.KeyUsageDigitalSignature
	w.AllowedCertificates = 2
	errorSays(t, w.force("now", 10*time.Minute), "UsagesIncompatible", "KEY_ENCIPHERMENT")
	if !w.ready("www") {
		t.Error(w.Explain("www"))
	}
	errorSays(t, w.require(time.Minute), "UsagesIncompatible")

	w = New(nil)
	installedWith("renew_token", "one")(w)
	w.AllowedCertificates = 2
	if err := w.force("now", 10*time.Minute); err != nil {
		t.Errorf("the first in an interval: %v", err)
	}
	errorSays(t, w.force("again", 10*time.Minute), "MinimumInterval")
	w.AllowedCertificates = 3
	w.Run(13 * time.Hour)
	if err := w.force("again", time.Minute); err != nil || len(w.CA.Issued) != 3 {
		t.Errorf("after the interval: %v, %d certificates", err, len(w.CA.Issued))
	}

	w = New(nil)
	installedWith("renew_token", "one")(w)
	w.AllowedCertificates = 2
	w.CA.Reject = true
	w.certificate("www", "renew_token", "two")
	errorSays(t, w.require(10*time.Minute), "ValidationFailed")
	errorSays(t, w.force("three", 10*time.Minute), "ValidationFailed")
}

// TestForce_ATokenIsReplacedByALaterOne checks that the error reports it.
func TestForce_ATokenIsReplacedByALaterOne(t *testing.T) {
	w, h := hooked(installedWith())
	h.sealing = func() {
		w.Table.PutRecord(map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"www.example.com"},
			"key_type": "EC_prime256v1", "renew_token": "later"})
	}
	errorSays(t, w.force("now", 10*time.Minute), "another token came after it")
	w.Run(time.Hour)
	if s := w.status("www"); s.IssuanceForce != "later" || len(w.CA.Issued) != 2 {
		t.Errorf("forced by %q, %d certificates", s.IssuanceForce, len(w.CA.Issued))
	}
}
