package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func mailOf(name, kind string, reason api.Reason) api.Notice {
	return api.Notice{ID: unknownID(api.Key{Name: name, Kind: api.Kind(kind + string(reason))}, 0), Type: kind, Reason: reason, Name: name, Time: now}
}

func issued(i int) api.Notice {
	return mailOf(fmt.Sprintf("c%d", i), api.NoticeIssued, api.ReasonIssued)
}

// TestAdmitMail_TheEleventhMailOfAnHourWaitsForTheDigest, and the first after the hour does not.
func TestAdmitMail_TheEleventhMailOfAnHourWaitsForTheDigest(t *testing.T) {
	var s api.ControllerStatus
	var alone bool
	for i := range 10 {
		if s, alone = AdmitMail(s, issued(i), 10, now.Add(time.Duration(i)*time.Minute)); !alone {
			t.Fatalf("the mail %d waits", i)
		}
	}
	if s, alone = AdmitMail(s, issued(10), 10, now.Add(59*time.Minute)); alone || len(s.Withheld) != 1 {
		t.Errorf("the eleventh does not wait: %+v", s)
	}
	if again, alone := AdmitMail(s, issued(10), 10, now.Add(59*time.Minute)); alone || again.Withheld[0].Count != 1 {
		t.Errorf("repeated it is counted again: %+v", again)
	}
	if again, alone := AdmitMail(s, issued(3), 10, now.Add(59*time.Minute)); !alone || len(again.Mails) != 10 {
		t.Errorf("one that was admitted and comes again waits: %+v", again)
	}
	if s, alone = AdmitMail(s, issued(11), 10, now.Add(time.Hour)); !alone {
		t.Errorf("an hour after the first one it waits still: %+v", s)
	}
	if _, alone = AdmitMail(api.ControllerStatus{}, issued(0), 0, now); !alone {
		t.Error("without a limit a mail waits")
	}
}

func TestAdmitMail_TheDigestComesAnHourAfterTheFirstThatWaited(t *testing.T) {
	s, _ := AdmitMail(api.ControllerStatus{Version: 7, Mails: []api.Mail{{ID: "x", Time: now}}}, issued(0), 1, now)
	if early := CloseDigest(s, now.Add(59*time.Minute)); len(early.Outbox) != 0 {
		t.Fatalf("after 59 minutes: %+v", early.Outbox)
	}
	s, _ = AdmitMail(s, mailOf("www", api.NoticeFailed, api.ReasonOrderFailed), 1, now.Add(30*time.Minute))
	closed := CloseDigest(s, now.Add(time.Hour))
	if len(closed.Outbox) != 1 || len(closed.Withheld)+len(closed.WithheldIDs) != 0 || !closed.WithheldSince.IsZero() {
		t.Fatalf("after an hour: %+v", closed)
	}
	n := closed.Outbox[0]
	if n.Type != api.NoticeDigest || n.Name != "2 notices" || n.ID == "" || !slices.Equal(n.DeliveredTo, []string{api.ChannelEvents}) ||
		n.Digest[0].Type != api.NoticeFailed || n.Digest[1].Type != api.NoticeIssued {
		t.Errorf("the digest is %+v", n)
	}
}

// TestAdmitMail_WhileMailIsRefusedOneDigestWaits: a second one would be the first of many, and the outbox is bounded.
func TestAdmitMail_WhileMailIsRefusedOneDigestWaits(t *testing.T) {
	var s api.ControllerStatus
	at := now
	for hour := range 100 {
		at = at.Add(time.Hour)
		s, _ = AdmitMail(s, issued(2*hour), 1, at)
		s, _ = AdmitMail(s, issued(2*hour+1), 1, at)
		s = CloseDigest(s, at.Add(59*time.Minute+59*time.Second))
		for _, e := range s.Outbox {
			s = SettleNotice(s, e.ID, nil, errors.New("no topic"))
		}
	}
	counted := 0
	for _, w := range append(slices.Clone(s.Withheld), s.Outbox[0].Digest...) {
		counted += w.Count
	}
	if len(s.Outbox) != 1 || counted != 100 {
		t.Errorf("%d wait, and %d notices are counted", len(s.Outbox), counted)
	}
	// Notices of unknown items are bounded, and take no digest's place.
	for range 5 {
		s.Version++
		s = NoticeUnknown(s, unknownItems(strings.Split("a b c d e f g h i j k l m n o p q r s t u v w x y z", " ")...), now)
		s.ReportedItems = nil
	}
	if !slices.ContainsFunc(s.Outbox, IsDigest) || len(s.Outbox) > outboxKept {
		t.Errorf("the outbox has %d entries, the digest among them: %t", len(s.Outbox), slices.ContainsFunc(s.Outbox, IsDigest))
	}
}

// TestAdmitMail_EveryNoticeIsMailedOrInADigest, each exactly once, whatever comes when; and what is kept is bounded.
func TestAdmitMail_EveryNoticeIsMailedOrInADigest(t *testing.T) {
	kinds := []string{api.NoticeIssued, api.NoticeFailed, api.NoticeNotReady, api.NoticeAccountFailed, api.NoticeRenewed}
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.IntRange(1, 12).Draw(r, "limit")
		var s api.ControllerStatus
		mailed := map[string]time.Time{}
		sent, digested, bad := 0, 0, map[string]bool{}
		at := now
		deliver := func() {
			s = CloseDigest(s, at)
			for _, e := range s.Outbox {
				for _, w := range e.Digest {
					digested += w.Count
					for _, name := range w.Names {
						delete(bad, name)
					}
				}
				s = SettleNotice(s, e.ID, []string{api.ChannelMail}, nil)
			}
		}
		for i := range rapid.IntRange(0, 1000).Draw(r, "notices") {
			at = at.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 30, 900, 4000}).Draw(r, "seconds")) * time.Second)
			n := mailOf(fmt.Sprintf("c%d", i), rapid.SampledFrom(kinds).Draw(r, "type"), api.Reason(fmt.Sprintf("R%d", rapid.IntRange(0, 30).Draw(r, "reason"))))
			sent++
			var alone bool
			if s, alone = AdmitMail(s, n, limit, at); alone {
				mailed[n.ID] = at
			} else if isFailure(n.Type) && len(bad) < 100 {
				bad[n.Name] = true
			}
			s.Version++
			if rapid.Bool().Draw(r, "tick") {
				deliver()
			}
			within := 0
			for _, when := range mailed {
				if at.Sub(when) < mailWindow {
					within++
				}
			}
			if stored, _ := json.Marshal(s); within > limit || len(stored) > 64<<10 {
				r.Fatalf("%d mails within an hour where %d are allowed; the item has %d bytes", within, limit, len(stored))
			}
		}
		for range 2 {
			at = at.Add(2 * time.Hour)
			deliver()
		}
		if len(mailed)+digested != sent || len(s.Outbox)+len(s.Withheld) != 0 || len(bad) != 0 {
			r.Errorf("%d notices, of which %d mailed and %d in digests; %d wait; bad news without a name: %v", sent, len(mailed), digested, len(s.Withheld), bad)
		}
	})
}

// TestAdmitMail_WhatIsBelievedOfTheControllersStatus: a forged or damaged one neither stops mails nor grows.
func TestAdmitMail_WhatIsBelievedOfTheControllersStatus(t *testing.T) {
	var forged api.ControllerStatus
	for i := range 500 {
		forged.Mails = append(forged.Mails, api.Mail{ID: fmt.Sprint(i), Time: now.Add(1000 * time.Hour)})
		forged.WithheldIDs = append(forged.WithheldIDs, strings.Repeat("x", 5000))
		forged.Withheld = append(forged.Withheld, api.Withheld{Type: "\x00", Count: -1, Names: slices.Repeat([]string{"a\nb"}, 500)})
		forged.Outbox = append(forged.Outbox, api.OutboxEntry{Notice: api.Notice{ID: "1", Type: api.NoticeIssued}},
			api.OutboxEntry{Notice: api.Notice{ID: strings.Repeat("1", 1000), Type: api.NoticeDigest}},
			api.OutboxEntry{Notice: api.Notice{ID: "2", Type: api.NoticeDigest, Digest: forged.Withheld[:1]}})
	}
	forged.WithheldSince = now.Add(1000 * time.Hour)
	s := BelieveController(forged, now, Config{ClockSkew: time.Minute, Lease: time.Minute})
	if len(s.Mails)+len(s.Withheld) != 0 || !s.WithheldSince.IsZero() || len(s.Outbox) > 20 {
		t.Errorf("%d mails, %d groups since %s, %d notices", len(s.Mails), len(s.Withheld), s.WithheldSince, len(s.Outbox))
	}
	for _, e := range s.Outbox {
		if !IsDigest(e) || e.ID != "2" {
			t.Errorf("believed: %+v", e)
		}
	}
	sound, _ := AdmitMail(api.ControllerStatus{Mails: []api.Mail{{ID: "x", Time: now}}}, issued(1), 1, now)
	if got := BelieveController(sound, now, Config{}); fmt.Sprint(got) != fmt.Sprint(sound) {
		t.Errorf("of %+v only %+v is believed", sound, got)
	}
}
