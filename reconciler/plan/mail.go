package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// Operators get each notice as a mail, but not hundreds an hour. The first ones within any hour, up to the limit, are
// mailed one by one. The others are withheld, and an hour after the first of them one digest is mailed for all. What is
// withheld is in the table before its notice counts as delivered, so that none is lost. A notice of that ID which comes
// again, because a reply was lost, is counted once.
const (
	mailWindow = time.Hour
	// mostGroups bounds the pairs of type and reason in a digest. Beyond it notices are grouped by their type alone.
	mostGroups = 40
	// mostBadNames and mostGoodNames bound the names in a digest. Notices beyond them are counted without a name.
	mostBadNames  = 500
	mostGoodNames = 300
	// mostMailIDs bounds how many notices of a digest are recognized when they come again.
	mostMailIDs = mostBadNames + mostGoodNames
	// mailIDLength is how much of a notice's ID is kept of a withheld one.
	mailIDLength = 12
)

// AdmitMail notes that n is about to be mailed, and reports whether it is mailed by itself. A notice that was admitted
// stays so, however often it is tried. With the limit 0 every notice is admitted and none is noted.
func AdmitMail(s api.ControllerStatus, n api.Notice, limit int, now time.Time) (api.ControllerStatus, bool) {
	now = now.UTC().Truncate(time.Second)
	switch {
	case limit <= 0 || slices.ContainsFunc(s.Mails, func(m api.Mail) bool { return m.ID == n.ID }):
		return s, true
	case slices.Contains(s.WithheldIDs, mailID(n)):
		return s, false
	}
	s.Mails = slices.DeleteFunc(slices.Clone(s.Mails), func(m api.Mail) bool { return now.Sub(m.Time).Abs() >= mailWindow })
	if len(s.Mails) < limit {
		s.Mails = append(s.Mails, api.Mail{ID: n.ID, Time: now})
		return s, true
	}
	return withhold(s, n, now), false
}

func withhold(s api.ControllerStatus, n api.Notice, now time.Time) api.ControllerStatus {
	if len(s.Withheld) == 0 {
		s.WithheldSince = now
	}
	s.Withheld = slices.Clone(s.Withheld)
	i := groupOf(s.Withheld, n.Type, n.Reason)
	if i < 0 {
		i = len(s.Withheld)
		g := api.Withheld{Type: n.Type, Reason: n.Reason}
		if i >= mostGroups {
			g.Reason = ""
		}
		s.Withheld = append(s.Withheld, g)
	}
	w := &s.Withheld[i]
	w.Count++
	if !slices.Contains(w.Names, n.Name) && roomForName(s.Withheld, n.Type) {
		w.Names = append(slices.Clone(w.Names), cutTo(n.Name))
	}
	if len(s.WithheldIDs) < mostMailIDs {
		s.WithheldIDs = append(slices.Clone(s.WithheldIDs), mailID(n))
	}
	return s
}

// groupOf returns the place of the group that counts such a notice, or -1.
func groupOf(groups []api.Withheld, kind string, reason api.Reason) int {
	i := slices.IndexFunc(groups, func(w api.Withheld) bool { return w.Type == kind && w.Reason == reason })
	if i < 0 && len(groups) >= mostGroups {
		i = slices.IndexFunc(groups, func(w api.Withheld) bool { return w.Type == kind && w.Reason == "" })
	}
	return i
}

// roomForName reports whether the digest may hold one more name of a notice of that type. Good news leaves the room of
// bad news free.
func roomForName(groups []api.Withheld, kind string) bool {
	most, n := mostGoodNames, 0
	if isFailure(kind) {
		most = mostBadNames
	}
	for _, w := range groups {
		if isFailure(w.Type) == isFailure(kind) {
			n += len(w.Names)
		}
	}
	return n < most
}

func mailID(n api.Notice) string { return n.ID[:min(len(n.ID), mailIDLength)] }

// CloseDigest puts the digest that is due into the outbox. From then on it is a notice like any other, but for mail only.
// While a digest waits there, because mail is refused, the next one stays open, so that any number of withheld notices
// takes one place.
func CloseDigest(s api.ControllerStatus, now time.Time) api.ControllerStatus {
	if len(s.Withheld) == 0 || now.Sub(s.WithheldSince).Abs() < mailWindow || slices.ContainsFunc(s.Outbox, IsDigest) {
		return s
	}
	s.Outbox = append(slices.Clone(s.Outbox), api.OutboxEntry{Notice: digestOf(s, now), DeliveredTo: []string{api.ChannelEvents}})
	s.Withheld, s.WithheldIDs, s.WithheldSince = nil, nil, time.Time{}
	return s
}

// IsDigest reports whether the entry of an outbox is a digest.
func IsDigest(e api.OutboxEntry) bool { return e.Type == api.NoticeDigest }

func digestOf(s api.ControllerStatus, now time.Time) api.Notice {
	groups := slices.Clone(s.Withheld)
	slices.SortStableFunc(groups, func(a, b api.Withheld) int { return rank(a) - rank(b) })
	total := 0
	for _, w := range groups {
		total += w.Count
	}
	name := fmt.Sprintf("%d notices", total)
	if total == 1 {
		name = "1 notice"
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "digest\x00%d\x00%d", s.WithheldSince.Unix(), s.Version))
	return api.Notice{
		ID: hex.EncodeToString(sum[:16]), Type: api.NoticeDigest, Time: now.UTC().Truncate(time.Second),
		Name: name, Reason: api.ReasonDigest, Digest: groups,
	}
}

// rank puts bad news first.
func rank(w api.Withheld) int {
	if isFailure(w.Type) {
		return 0
	}
	return 1
}
