package sim

import (
	"time"

	"certloop/reconciler/api"
)

// The channels on which notices are told: to people, and to machines.
const (
	people   = "people"
	machines = "machines"
)

var channels = []string{people, machines}

// tell takes a notice on one channel. Told there again it is a nuisance, but for the one excuse that there is: since
// then something went wrong, so that it may not be on record that the channel took it.
func (w *World) tell(channel string, n api.Notice) error {
	if err := w.Mute[channel]; err != nil {
		return err
	}
	telling := channel + " " + n.ID
	if faults, before := w.tellings[telling]; before && faults == w.calls.struck && w.calls.fleet == nil && !w.lenient {
		w.violate("%s were told %s of %s again, for no reason", channel, n.Type, n.Name)
	}
	w.tellings[telling] = w.calls.struck
	w.checkNotTwice(channel, n)
	if channel == people {
		w.Notices = append(w.Notices, n)
	}
	return nil
}

// checkNotTwice: one event is one message. Two that say the same within the hour are one event.
func (w *World) checkNotTwice(channel string, n api.Notice) {
	if channel != people || (n.Type != api.NoticeFailed && n.Type != api.NoticeAccountFailed) {
		return // a certificate may be made, and deleted in ACM, twice within the hour
	}
	for _, other := range w.Notices {
		if other.ID != n.ID && other.Name == n.Name && other.Type == n.Type && other.Reason == n.Reason && other.Message == n.Message &&
			n.Time.Sub(other.Time).Abs() < time.Hour {
			w.violate("%s of %s (%s) was sent twice for one cause", n.Type, n.Name, n.Reason)
		}
	}
}

// kindsOf are the types of the notices of that name, each notice once.
func (w *World) kindsOf(name string) (kinds []string) {
	seen := map[string]bool{}
	for _, n := range w.Notices {
		if n.Name == name && !seen[n.ID] {
			seen[n.ID] = true
			kinds = append(kinds, n.Type)
		}
	}
	return kinds
}
