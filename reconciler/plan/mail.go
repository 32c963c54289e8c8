package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// Operators get each notice as a mail, but not hundreds an hour. The first mailsPerHour within any hour are mailed by
// themselves; the others are withheld, and an hour after the first of them one digest stands for all. What is withheld
// is in the table before its notice counts as delivered, so that none is lost.
const (
	mailsPerHour = 10
	mailWindow   = time.Hour
	// mostGroups and mostNames bound what is kept of the withheld ones; they are counted all the same.
	mostGroups = 40
	mostNames  = 10
)

// AdmitMail notes that n is about to be mailed, and reports whether it is mailed by itself. One that was admitted stays
// so, however often it is tried.
func AdmitMail(s api.ControllerStatus, n api.Notice, now time.Time) (api.ControllerStatus, bool) {
	now = now.UTC().Truncate(time.Second)
	known := slices.ContainsFunc(s.Mails, func(m api.Mail) bool { return m.ID == n.ID })
	if known {
		return s, true
	}
	s.Mails = slices.DeleteFunc(slices.Clone(s.Mails), func(m api.Mail) bool {
		return now.Sub(m.Time) >= mailWindow || m.Time.Sub(now) >= mailWindow
	})
	if len(s.Mails) < mailsPerHour {
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
	i := slices.IndexFunc(s.Withheld, func(w api.Withheld) bool { return w.Type == n.Type && w.Reason == n.Reason })
	switch {
	case i >= 0:
	case len(s.Withheld) < mostGroups:
		i = len(s.Withheld)
		s.Withheld = append(s.Withheld, api.Withheld{Type: n.Type, Reason: n.Reason})
	default:
		i = mostGroups - 1
	}
	w := &s.Withheld[i]
	w.Count++
	if len(w.Names) < mostNames && !slices.Contains(w.Names, n.Name) {
		w.Names = append(slices.Clone(w.Names), cutTo(n.Name))
	}
	return s
}

// CloseDigest puts the digest that is due into the outbox. From then on it is a notice like any other, but for mail only.
func CloseDigest(s api.ControllerStatus, now time.Time) api.ControllerStatus {
	since := s.WithheldSince
	if len(s.Withheld) == 0 || (now.Sub(since) < mailWindow && since.Sub(now) < mailWindow) {
		return s
	}
	n := digestOf(s, now)
	s.Outbox = append(slices.Clone(s.Outbox), api.OutboxEntry{Notice: n, Told: []string{api.ChannelEvents}})
	s.Withheld, s.WithheldSince = nil, time.Time{}
	return s
}

func digestOf(s api.ControllerStatus, now time.Time) api.Notice {
	groups := slices.Clone(s.Withheld)
	slices.SortStableFunc(groups, func(a, b api.Withheld) int { return rank(a) - rank(b) })
	total, reason := 0, api.ReasonDigest
	var lines []string
	for _, w := range groups {
		total += w.Count
		line := fmt.Sprintf("%d %s (%s): %s", w.Count, w.Type, w.Reason, strings.Join(w.Names, ", "))
		if w.Count > len(w.Names) {
			line += ", and others"
		}
		lines = append(lines, line)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "digest\x00%d\x00%d", s.WithheldSince.Unix(), s.Version))
	return api.Notice{
		ID: hex.EncodeToString(sum[:16]), Type: api.NoticeDigest, Time: now.UTC().Truncate(time.Second),
		Name: fmt.Sprintf("%d notices", total), Reason: reason, Message: api.Message(strings.Join(lines, "\n")),
	}
}

// rank puts bad news first.
func rank(w api.Withheld) int {
	if api.IsFailureNotice(w.Type) {
		return 0
	}
	return 1
}
