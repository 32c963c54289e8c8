package plan

import (
	"reflect"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// BelieveController returns what is believed of the stored status of the controller: texts and lists in bounds, no time
// ahead of now, notices of the types that it holds.
func BelieveController(stored api.ControllerStatus, now time.Time, c Config) api.ControllerStatus {
	s := stored
	s.ReportedItems, s.Mails = slices.Clone(s.ReportedItems), slices.Clone(s.Mails)
	s.Withheld, s.WithheldIDs = slices.Clone(s.Withheld), slices.Clone(s.WithheldIDs)
	s.Outbox = slices.DeleteFunc(slices.Clone(s.Outbox), func(e api.OutboxEntry) bool {
		return (e.Type != api.NoticeIgnored && e.Type != api.NoticeDigest) || e.ID == "" || len(e.ID) > 64
	})
	s.Bound()
	b := believer{now: now, config: c}
	b.walk(reflect.ValueOf(&s).Elem(), "")
	s.Mails = slices.DeleteFunc(s.Mails, func(m api.Mail) bool { return m.Time.IsZero() })
	s.Withheld = slices.DeleteFunc(s.Withheld, func(w api.Withheld) bool { return w.Count == 0 })
	return s
}

// SettleNotice notes that the channels in took have taken the notice of that ID. With err nil every channel has, and it
// leaves the outbox.
func SettleNotice(s api.ControllerStatus, id string, took []string, err error) api.ControllerStatus {
	i := slices.IndexFunc(s.Outbox, func(e api.OutboxEntry) bool { return e.ID == id })
	if i < 0 {
		return s
	}
	s.Outbox = slices.Clone(s.Outbox)
	if err != nil {
		s.Outbox[i].Attempted, s.Outbox[i].DeliveredTo = true, slices.Concat(s.Outbox[i].DeliveredTo, took)
		return s
	}
	s.Outbox = slices.Delete(s.Outbox, i, i+1)
	if len(s.Outbox) == 0 {
		s.Outbox = nil
	}
	return s
}
