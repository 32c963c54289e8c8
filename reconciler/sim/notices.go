package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// The channels on which notices are told: to people, and to machines.
const (
	people   = api.ChannelMail
	machines = api.ChannelEvents
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
	if n.Type == api.NoticeDigest {
		w.digested = append(w.digested, n)
	}
	return nil
}

// posting is a notice that was in an outbox of the table, and since when.
type posting struct {
	notice api.Notice
	at     time.Time
}

// posted notes the notices of an outbox that was written.
func (w *World) posted(outbox []api.OutboxEntry) {
	for _, e := range outbox {
		if _, known := w.outboxed[e.ID]; !known {
			w.outboxed[e.ID] = posting{e.Notice, w.clock.now}
		}
	}
}

// longestUndelivered is how long a notice may take: a digest closes after an hour, a crash may leave a record to the
// resync, and what a channel refuses is repeated within hours.
const longestUndelivered = 2 * day

// deleteStatus deletes a certificate's status, and with it the notices that were not delivered yet.
func (w *World) deleteStatus(name string) {
	for _, e := range w.status(name).Outbox {
		delete(w.outboxed, e.ID)
	}
	w.Table.DeleteStatus(certificateKey(name))
}

// checkDelivered: what was in an outbox is delivered on each channel: by itself, or on the mail channel in a digest.
func (w *World) checkDelivered() {
	left := map[string]int{}
	for _, d := range w.digested {
		for _, g := range d.Digest {
			for _, name := range g.Names {
				left[g.Type+" "+string(g.Reason)+" "+name]++
			}
		}
	}
	for id, p := range w.outboxed {
		if w.clock.now.Sub(p.at) < longestUndelivered {
			continue
		}
		if _, heard := w.tellings[machines+" "+id]; !heard {
			w.violate("%s of %s (%s) of %s is no event", p.notice.Type, p.notice.Name, p.notice.Reason, p.notice.Time)
		}
		_, mailed := w.tellings[people+" "+id]
		if !mailed && left[p.notice.Type+" "+string(p.notice.Reason)+" "+p.notice.Name] == 0 {
			w.violate("%s of %s (%s) of %s was neither mailed nor in a digest", p.notice.Type, p.notice.Name, p.notice.Reason, p.notice.Time)
		}
	}
}

// checkNotTwice: one event is one message. Two that say the same within the hour are one event, unless the first one's end
// was reported between them.
func (w *World) checkNotTwice(channel string, n api.Notice) {
	if channel != people || (n.Type != api.NoticeFailed && n.Type != api.NoticeAccountFailed) {
		return // a certificate may be made, and deleted in ACM, twice within the hour
	}
	for i, other := range w.Notices {
		over := slices.ContainsFunc(w.Notices[i:], func(end api.Notice) bool { return end.Name == n.Name && end.EndsFailure() })
		if !over && other.ID != n.ID && other.Name == n.Name && other.Type == n.Type && other.Reason == n.Reason && other.Message == n.Message &&
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
