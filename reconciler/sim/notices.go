package sim

import "certloop/reconciler/api"

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
	if faults, before := w.tellings[telling]; before && faults == w.calls.struck && w.calls.fleet == nil {
		w.violate("%s were told %s of %s again, for no reason", channel, n.Type, n.Name)
	}
	w.tellings[telling] = w.calls.struck
	if channel == people {
		w.Notices = append(w.Notices, n)
	}
	return nil
}
