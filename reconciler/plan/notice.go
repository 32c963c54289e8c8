package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

const (
	historyKept = 20
	outboxKept  = 20
)

// record adds a line to the history; the last 20 are kept.
func (d *draft) record(reason api.Reason, message string) {
	h := append(d.next.History, api.HistoryEntry{Time: d.Now.UTC().Truncate(time.Second), Reason: reason, Message: api.Message(message)})
	if len(h) > historyKept {
		h = h[len(h)-historyKept:]
	}
	d.next.History = h
}

// notify puts a notice into the outbox, which is written together with the change it speaks of. Its ID is fixed then,
// so that a receiver can drop a repetition. With the outbox full the oldest notice is given up.
func (d *draft) notify(kind string, reason api.Reason, message string) {
	d.notifyOf(kind, reason, message, d.blockedUntil())
}

// notifyOf says when it is tried again, where that is not the issuance's own time.
func (d *draft) notifyOf(kind string, reason api.Reason, message string, next time.Time) {
	n := api.Notice{
		Type: kind, Time: d.Now.UTC().Truncate(time.Second), Name: d.Name, ARN: d.next.ACMARN,
		Reason: reason, Message: api.Message(message), NotAfter: d.next.NotAfter, NextAttemptAt: next,
	}
	n.Domains, n.MoreDomains = shortList(d.next.Domains)
	if d.Spec != nil {
		n.Domains, n.MoreDomains = shortList(d.Spec.Domains)
	}
	n.ID = noticeID(n, d.next.Version)
	if slices.ContainsFunc(d.next.Outbox, func(other api.OutboxEntry) bool { return other.ID == n.ID }) {
		return // the same news twice in one step: a zone that is not ours fails the attempt and is a refusal too
	}
	out := append(d.next.Outbox, api.OutboxEntry{Notice: n})
	if len(out) > outboxKept {
		out = out[len(out)-outboxKept:]
	}
	d.next.Outbox = out
}

// NextNotice returns the place in the outbox of the notice that is sent next: the oldest that was not tried yet, else the
// oldest of those that the fewest channels have taken. So a channel that refuses for days keeps nothing from the others.
func NextNotice(outbox []api.OutboxEntry) int {
	next := 0
	for i, entry := range outbox {
		best := outbox[next]
		if (best.Attempted && !entry.Attempted) || (best.Attempted == entry.Attempted && len(entry.DeliveredTo) < len(best.DeliveredTo)) {
			next = i
		}
	}
	return next
}

// outboxPauses reports whether everything in the outbox was tried and waits for its next attempt. What is new is tried at once.
func outboxPauses(s api.CertificateStatus, now time.Time) bool {
	return len(s.Outbox) > 0 && s.Outbox[NextNotice(s.Outbox)].Attempted && deliveryBackoff(&s).Waiting(now)
}

// outboxPausesUntil returns until when nothing in the outbox may be sent; zero: something may be sent now.
func outboxPausesUntil(f *facts) time.Time {
	at := f.pace(Notify, "")
	if outboxPauses(f.next, f.Now) {
		at = later(at, f.next.NextDeliveryAt)
	}
	return at
}

// deliveryKey is "again" where the next notice was refused before.
func deliveryKey(outbox []api.OutboxEntry) string {
	if len(outbox) > 0 && outbox[NextNotice(outbox)].Attempted {
		return "again"
	}
	return ""
}

// NoticeWaits reports whether a notice is to be sent now.
func NoticeWaits(s api.CertificateStatus, now time.Time) bool {
	return len(s.Outbox) > 0 && !outboxPauses(s, now)
}

// settleNotify takes a notice out of the outbox once it is delivered on every channel, and notes until then where it was: a channel
// that has taken it gets it again only where that note was lost.
func settleNotify(d *draft, p Plan, o Outcome) {
	i := NextNotice(d.next.Outbox)
	if o.Err != nil {
		deliveryBackoff(&d.next).Fail(d.Now, o.Err, forDelivery)
		d.next.Outbox[i].Attempted, d.next.Outbox[i].DeliveredTo = true, slices.Concat(d.next.Outbox[i].DeliveredTo, o.DeliveredTo)
		return
	}
	deliveryBackoff(&d.next).Reset()
	d.next.Outbox = slices.Delete(d.next.Outbox, i, i+1)
	if len(d.next.Outbox) == 0 {
		d.next.Outbox = nil
	}
}

func noticeID(n api.Notice, version int64) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		n.Name, n.Type, string(n.Reason), n.Message, n.Time.Format(time.RFC3339), time.Unix(version, 0).UTC().Format(time.RFC3339),
	}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
