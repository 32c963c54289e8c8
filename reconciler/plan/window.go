package plan

import (
	"time"

	"certloop/reconciler/api"
)

// A window that ends in the first third of the lifetime, also one in the past, announces a revocation, and is followed at
// once. A CA whose windows always lie there would have every certificate renewed as soon as it is in place. So a renewal
// for that reason is honoured once: a successor follows such a window only after the CA has shown a usual one for it.

// early reports whether the window is usable and ends in the first third of the lifetime.
func early(l api.Leaf, ari *api.ARIStatus) bool {
	return usableWindow(l, ari) && ari.WindowEnd.Before(part(l.NotBefore, l.NotAfter, 1, 3))
}

// window returns the CA's window where it is followed.
func (s *state) window() *api.ARIStatus {
	ari := s.ari()
	if ari != nil && ari.EarlyWindow != "" && early(s.primary.Leaf, ari) {
		return nil
	}
	return ari
}

// trustWindow ends the distrust when the answer is a usual window that is not over yet.
func (s *state) trustWindow(ari *api.ARIStatus) {
	l := api.Leaf{NotBefore: s.status.NotBefore, NotAfter: s.status.NotAfter}
	if usableWindow(l, ari) && !early(l, ari) && ari.WindowEnd.After(s.Now) {
		ari.EarlyWindow = ""
	}
}

// earlyState returns what the successor is to know of early windows.
func (s *state) earlyState() api.EarlyState {
	switch {
	case s.status.ARI == nil:
		return ""
	case s.renewalDue() && s.source == api.SourceARI && early(s.primary.Leaf, s.ari()):
		return api.EarlyHonoured
	}
	return s.status.ARI.EarlyWindow
}

// seeWindow reports once that a window is not followed.
func (s *state) seeWindow() {
	ari := s.ari()
	if ari == nil || ari.EarlyWindow != api.EarlyHonoured || !early(s.primary.Leaf, ari) {
		return
	}
	ari.EarlyWindow = api.EarlyIgnored
	const message = "the CA's renewal information asks for a new certificate at once, as it did for the certificate before: certloop ignores it until the CA shows a usual window; the certificate is renewed by its lifetime"
	s.record(api.ReasonWindowIgnored, message)
	s.notifyOf(api.NoticeWarning, api.ReasonWindowIgnored, message, time.Time{})
}
