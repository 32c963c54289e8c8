package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// mostUnknown bounds how many items of unknown kinds are named, whatever the table holds.
const mostUnknown = 20

// Unknown are the items whose kind nobody knows: their number, and the first 20 by name and kind.
type Unknown struct {
	Count int
	First []api.Key
}

// Add adds the item with that key.
func (u *Unknown) Add(key api.Key) {
	u.Count++
	at, _ := slices.BinarySearchFunc(u.First, key, func(a, b api.Key) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	if at < mostUnknown {
		u.First = slices.Insert(u.First, at, key)
		u.First = u.First[:min(len(u.First), mostUnknown)]
	}
}

// Names lists the first items, each with its kind and the kind that was most likely meant.
func (u Unknown) Names() []string {
	names := make([]string, len(u.First))
	for i, key := range u.First {
		names[i] = fmt.Sprintf("%s of kind %s", shortened(key.Name), shortened(string(key.Kind)))
		if key.Kind == api.KindPolicy {
			names[i] += fmt.Sprintf(", meant as %s?", shortened(api.PolicyPartition(key.Name)))
			continue
		}
		if near := api.NearestKind(key.Kind); near != "" {
			names[i] += fmt.Sprintf(", meant as %s?", near)
		}
	}
	return names
}

// NoticeUnknown puts a notice into the outbox for each of the first items that has had none. It forgets the items that
// are no longer among them, so that one which is written again after it was corrected has a notice again. Nothing but
// the table names an item of unknown kind; so at most 20 notices come of any number of them.
func NoticeUnknown(s api.ControllerStatus, u Unknown, now time.Time) api.ControllerStatus {
	before := s.ReportedItems
	s.ReportedItems, s.Outbox = nil, slices.Clone(s.Outbox)
	for _, key := range u.First {
		id := unknownID(key, 0)
		s.ReportedItems = append(s.ReportedItems, id)
		if !slices.Contains(before, id) {
			s.Outbox = append(s.Outbox, api.OutboxEntry{Notice: noticeOfUnknown(key, s.Version, now)})
		}
	}
	s.Outbox = withoutOldest(s.Outbox)
	return s
}

// withoutOldest keeps the last notices of the controller's outbox. A digest stays: it stands for many.
func withoutOldest(outbox []api.OutboxEntry) []api.OutboxEntry {
	over := len(outbox) - outboxKept
	return slices.DeleteFunc(outbox, func(e api.OutboxEntry) bool {
		if over <= 0 || IsDigest(e) {
			return false
		}
		over--
		return true
	})
}

func noticeOfUnknown(key api.Key, version int64, now time.Time) api.Notice {
	message := unknownMessage(key)
	if key.Kind == api.KindPolicy {
		message = misplacedMessage(key)
	}
	return api.Notice{
		ID: unknownID(key, version+1), Type: api.NoticeIgnored, Time: now.UTC().Truncate(time.Second), Name: cutTo(key.Name),
		Reason: api.ReasonUnknownKind, Message: message,
	}
}

// misplacedMessage is about a policy outside of the partitions of policies, where whoever writes records can write it.
func misplacedMessage(key api.Key) string {
	return fmt.Sprintf("the item %s of kind %s is no policy, because its name does not begin with %s and go on with at most 256 bytes: "+
		"write it with the name %s, and delete this item", shortened(key.Name), api.KindPolicy, api.PolicyPartition(""),
		shortened(api.PolicyPartition(key.Name)))
}

func unknownMessage(key api.Key) string {
	do := fmt.Sprintf("write it with the kind %s, %s or %s", api.KindCertificate, api.KindAccount, api.KindPolicy)
	if near := api.NearestKind(key.Kind); near != "" {
		do = fmt.Sprintf("write it with the kind %s", near)
	}
	return fmt.Sprintf("the item %s has the kind %s, which certloop does not know: %s, and delete this item",
		shortened(key.Name), shortened(string(key.Kind)), do)
}

// unknownID returns the same for the same item and version.
func unknownID(key api.Key, version int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", key.Kind, key.Name, version))
	return hex.EncodeToString(sum[:16])
}

// shortened quotes a key of the table, which may have 2,048 bytes of anything.
func shortened(s string) string { return fmt.Sprintf("%q", cutTo(s)) }

// longestKey is that of a record's name; no known kind is longer.
const longestKey = 63

func cutTo(s string) string {
	runes := []rune(s)
	if len(runes) <= longestKey {
		return s
	}
	return string(runes[:longestKey]) + "…"
}
