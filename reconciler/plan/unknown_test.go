package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func unknownItems(names ...string) (u Unknown) {
	for _, name := range names {
		u.Add(api.Key{Kind: "certificate", Name: name})
	}
	return u
}

// TestNoticeUnknown_OfManyUnknownItemsTheFirstAreNamed whatever the order in which they come.
func TestNoticeUnknown_OfManyUnknownItemsTheFirstAreNamed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var keys []api.Key
		for i := range rapid.IntRange(0, 60).Draw(r, "items") {
			keys = append(keys, api.Key{Kind: api.Kind(rapid.SampledFrom([]string{"a", "b"}).Draw(r, "kind")), Name: fmt.Sprintf("%03d", i)})
		}
		var u Unknown
		for _, key := range rapid.Permutation(keys).Draw(r, "order") {
			u.Add(key)
		}
		if want := keys[:min(len(keys), 20)]; u.Count != len(keys) || !slices.Equal(u.First, want) {
			r.Errorf("%d items, %v; want %d and %v", u.Count, u.First, len(keys), want)
		}
	})
}

func TestNoticeUnknown_WhatIsSaidOfAnUnknownItem(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for sentence, c := range map[string]struct {
		key           api.Key
		name, message string
	}{
		"a slip of case": {api.Key{Kind: "certificate", Name: "www"}, `"www" of kind "certificate", meant as Certificate?`,
			`the item "www" has the kind "certificate", which certloop does not know: write it with the kind Certificate, and delete this item`},
		"a plural": {api.Key{Kind: "Accounts", Name: "a\nb"}, `"a\nb" of kind "Accounts", meant as Account?`,
			`the item "a\nb" has the kind "Accounts", which certloop does not know: write it with the kind Account, and delete this item`},
		"a policy elsewhere": {api.Key{Kind: "Policy", Name: "team-a"}, `"team-a" of kind "Policy", meant as "policy#team-a"?`,
			`the item "team-a" of kind Policy is no policy, because its name does not begin with policy# and go on with at most 256 ` +
				`bytes: write it with the name "policy#team-a", and delete this item`},
		"nothing near, and long": {api.Key{Kind: api.Kind(long), Name: long}, `"` + long[:63] + `…" of kind "` + long[:63] + `…"`,
			`the item "` + long[:63] + `…" has the kind "` + long[:63] + `…", which certloop does not know: write it with the kind ` +
				`Certificate, Account or Policy, and delete this item`},
	} {
		t.Run(sentence, func(t *testing.T) {
			var u Unknown
			u.Add(c.key)
			if got := u.Names(); len(got) != 1 || got[0] != c.name {
				t.Errorf("the log has %q, want %q", got, c.name)
			}
			n := NoticeUnknown(api.ControllerStatus{}, u, now).Outbox[0]
			if n.Message != c.message || n.Reason != api.ReasonUnknownKind || n.Type != api.NoticeIgnored || len(n.Name) > 100 {
				t.Errorf("the notice is %+v, want %q", n, c.message)
			}
		})
	}
}

func TestNoticeUnknown_ANoticeComesOnceForEachUnknownItem(t *testing.T) {
	var s api.ControllerStatus
	for day, c := range []struct {
		items   []string
		notices []string
	}{
		{nil, nil},
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"a", "b"}, nil},
		{[]string{"a", "b", "c"}, []string{"c"}},
		{[]string{"b", "c"}, nil},
		{[]string{"a", "b", "c"}, []string{"a"}},
		{nil, nil},
	} {
		s = NoticeUnknown(s, unknownItems(c.items...), now.Add(time.Duration(day)*day24))
		s.Version++
		var got []string
		for len(s.Outbox) > 0 {
			got = append(got, s.Outbox[0].Name)
			s = SettleNotice(s, s.Outbox[0].ID, nil, nil)
		}
		if !slices.Equal(got, c.notices) || len(s.ReportedItems) != len(c.items) {
			t.Errorf("day %d: notices of %v, want %v; %d are noted", day, got, c.notices, len(s.ReportedItems))
		}
	}
}

const day24 = 24 * time.Hour

// TestNoticeUnknown_NoticesOfUnknownItemsAreBounded where somebody writes other ones each day and no channel takes anything.
func TestNoticeUnknown_NoticesOfUnknownItemsAreBounded(t *testing.T) {
	var s api.ControllerStatus
	seen := map[string]bool{}
	for range 10 {
		var names []string
		for i := range 100 {
			names = append(names, fmt.Sprint(len(seen), "-", i))
		}
		s = NoticeUnknown(s, unknownItems(names...), now)
		s.Version++
		if len(s.Outbox) > outboxKept || len(s.ReportedItems) > mostUnknown {
			t.Fatalf("%d wait, %d are noted", len(s.Outbox), len(s.ReportedItems))
		}
		for _, entry := range s.Outbox {
			seen[entry.ID] = true
			s = SettleNotice(s, entry.ID, []string{"SNS"}, errors.New("no bus"))
		}
	}
	for _, entry := range s.Outbox {
		if !slices.Equal(entry.DeliveredTo, []string{"SNS"}) && !slices.Contains(entry.DeliveredTo, "SNS") {
			t.Errorf("delivered to %v", entry.DeliveredTo)
		}
	}
}
