package sim

import (
	"context"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// readyWithin waits for Ready as the Terraform module does.
func (w *World) readyWithin(d time.Duration) error {
	_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Require: api.ConditionReady, Wait: d})
	return err
}

// TestWait_IsNotMetByTheCertificateBeforeTheChange: anything may block the certificate that a change asks for. Only the
// chain is changed, which no target shows.
func TestWait_IsNotMetByTheCertificateBeforeTheChange(t *testing.T) {
	chain := []any{"preferred_chain", "Root X"}
	for sentence, c := range map[string]struct {
		hold func(*World)
		want string
	}{
		"the CA refuses the order": {func(w *World) {
			w.CA.Problem = &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "not today"}
		}, "OrderFailed"},
		"the CA does not respond": {func(w *World) {
			w.CA.Problem = &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Message: "no answer"}
		}, "CAUnavailable"},
		"the account is deleted": {func(w *World) {
			w.Remove(api.Key{Kind: api.KindAccount, Name: "default"})
		}, "AccountNotFound"},
		"the record is invalid": {func(w *World) { chain = []any{"key_type", "NOPE"} }, "InvalidSpec"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			installedWith()(w)
			w.AllowedCertificates = 2
			chain = []any{"preferred_chain", "Root X"}
			c.hold(w)
			w.certificate("www", chain...)
			errorSays(t, w.readyWithin(10*time.Minute), "certificate www is not Ready", c.want)
			if !w.ready("www") || len(w.Violations) > 0 {
				t.Errorf("%s; %v", w.Explain("www"), w.Violations)
			}
		})
	}
}

// TestWait_IsMetIfTheChangeNeedsNoOtherCertificate covers also a change whose certificate is installed.
func TestWait_IsMetIfTheChangeNeedsNoOtherCertificate(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.certificate("www", "renew_before", "20d")
	if err := w.readyWithin(time.Minute); err != nil {
		t.Error(err)
	}
	w.AllowedCertificates = 2
	w.certificate("www", "preferred_chain", "Root X")
	if err := w.readyWithin(10 * time.Minute); err != nil || len(w.CA.Issued) != 2 {
		t.Errorf("%v; %d certificates", err, len(w.CA.Issued))
	}
	// A failing renewal does not delay what the record asks for.
	w.CA.Problem = &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: "not today"}
	w.Run(70 * day)
	if err := w.readyWithin(time.Minute); err != nil {
		t.Errorf("while a renewal fails: %v", err)
	}
}
