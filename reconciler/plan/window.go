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
func (f *facts) window() *api.ARIStatus {
	ari := f.ari()
	if ari != nil && ari.EarlyWindow != "" && early(f.primary.Leaf, ari) {
		return nil
	}
	return ari
}

// trustWindow ends the distrust when the answer is a usual window that is not over yet.
func trustWindow(f *facts, ari *api.ARIStatus) {
	l := api.Leaf{NotBefore: f.next.NotBefore, NotAfter: f.next.NotAfter}
	if usableWindow(l, ari) && !early(l, ari) && ari.WindowEnd.After(f.Now) {
		ari.EarlyWindow = ""
	}
}

// earlyState returns what the successor is to know of early windows.
func earlyState(f *facts) api.EarlyState {
	switch {
	case f.next.ARI == nil:
		return ""
	case revokedTarget(f) != nil:
		return api.EarlyHonoured // the window of a revoked certificate lies in the past, and its successor is this one
	case f.renewalDue() && f.source == api.SourceARI && early(f.primary.Leaf, f.ari()):
		return api.EarlyHonoured
	}
	return f.next.ARI.EarlyWindow
}

// noteIgnoredWindow reports once that a window is not followed.
func noteIgnoredWindow(d *draft) {
	ari := d.ari()
	if ari == nil || ari.EarlyWindow != api.EarlyHonoured || !early(d.primary.Leaf, ari) {
		return
	}
	ari.EarlyWindow = api.EarlyIgnored
	const message = "the CA's renewal information asks for a new certificate at once, as it did for the certificate before: certloop ignores it until the CA shows a usual window; the certificate is renewed by its lifetime"
	d.record(api.ReasonWindowIgnored, message)
	d.notifyOf(api.NoticeWarning, api.ReasonWindowIgnored, message, time.Time{})
}
