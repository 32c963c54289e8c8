package sim

import (
	"slices"
	"time"

	"certloop/reconciler/api"
)

// These are the channels on which notices are delivered.
const (
	mailChannel  = api.ChannelMail
	eventChannel = api.ChannelEvents
)

var channels = []string{mailChannel, eventChannel}

// deliver accepts a notice on one channel. A second delivery is a violation, unless a fault happened since the first:
// the delivery may then be missing in the status.
func (w *World) deliver(channel string, n api.Notice) error {
	if err := w.Refusing[channel]; err != nil {
		return err
	}
	delivery := channel + " " + n.ID
	if faults, before := w.deliveries[delivery]; before && faults == w.calls.struck && w.calls.fleet == nil && !w.lenient {
		w.violate("%s received %s of %s again, for no reason", channel, n.Type, n.Name)
	}
	w.deliveries[delivery] = w.calls.struck
	w.checkNotTwice(channel, n)
	if channel == mailChannel {
		w.Notices = append(w.Notices, n)
	}
	if n.Type == api.NoticeDigest {
		w.digested = append(w.digested, n)
	}
	return nil
}

// posting is a notice that was in an outbox of the table, the time of its first appearance, and how many forgeries there
// had been by then.
type posting struct {
	notice    api.Notice
	at        time.Time
	forgeries int
}

// posted records the notices of an outbox that was written.
func (w *World) posted(outbox []api.OutboxEntry) {
	for _, e := range outbox {
		if _, known := w.outboxed[e.ID]; !known {
			w.outboxed[e.ID] = posting{e.Notice, w.clock.now, w.forgeries}
		}
	}
}

// longestUndelivered bounds the delivery of a notice. A digest closes after an hour, a crash may leave a record to the
// resync, and a refused notice is repeated within hours.
const longestUndelivered = 2 * day

// deleteStatus deletes a certificate's status, and with it the undelivered notices.
func (w *World) deleteStatus(name string) {
	for _, e := range w.status(name).Outbox {
		delete(w.outboxed, e.ID)
	}
	w.Table.DeleteStatus(certificateKey(name))
}

// checkDelivered: what was in an outbox is delivered on each channel, by itself or, as mail, in a digest.
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
		if _, sent := w.deliveries[eventChannel+" "+id]; !sent {
			w.violate("%s of %s (%s) of %s was not sent as an event", p.notice.Type, p.notice.Name, p.notice.Reason, p.notice.Time)
		}
		_, mailed := w.deliveries[mailChannel+" "+id]
		if !mailed && left[p.notice.Type+" "+string(p.notice.Reason)+" "+p.notice.Name] == 0 {
			w.violate("%s of %s (%s) of %s was neither mailed nor in a digest", p.notice.Type, p.notice.Name, p.notice.Reason, p.notice.Time)
		}
	}
}

// checkNotTwice: one event is one message. Two messages with the same content within an hour are one event, unless the
// end of the first was reported between them, or somebody forged what the status has about the first before the second arose.
func (w *World) checkNotTwice(channel string, n api.Notice) {
	if channel != mailChannel || (n.Type != api.NoticeFailed && n.Type != api.NoticeAccountFailed) {
		return // a certificate may be issued, and deleted in ACM, twice within an hour
	}
	for i, other := range w.Notices {
		if n.Name == throughRecord && w.outboxed[other.ID].forgeries < w.outboxed[n.ID].forgeries {
			continue
		}
		over := slices.ContainsFunc(w.Notices[i:], func(end api.Notice) bool { return end.Name == n.Name && end.EndsFailure() })
		if !over && other.ID != n.ID && other.Name == n.Name && other.Type == n.Type && other.Reason == n.Reason && other.Message == n.Message &&
			n.Time.Sub(other.Time).Abs() < time.Hour {
			w.violate("%s of %s (%s) was sent twice for one cause", n.Type, n.Name, n.Reason)
		}
	}
}

// kindsOf returns the types of the notices of that name, each notice once.
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
