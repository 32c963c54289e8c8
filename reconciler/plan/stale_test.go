package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// listed returns the converged record of these tests as the resync finds it, with ACM's listing of it.
func listed(change func(*api.Listed, Listing)) (api.Listed, Listing) {
	record := map[string]any{"name": "www", "kind": "Certificate"}
	in := kept()
	s := in.Stored
	s.SpecDigest = api.SpecDigest(record)
	t := s.Targets[0]
	item := api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Record: record, Status: &s}
	listing := Listing{t.Location: {t.ARN: {ARN: t.ARN, NotAfter: t.NotAfter, ImportedAt: t.ImportedAt, Status: "ISSUED"}}}
	change(&item, listing)
	return item, listing
}

func listedAs(change func(*api.Summary)) func(*api.Listed, Listing) {
	return func(item *api.Listed, l Listing) {
		at := item.Status.Targets[0]
		s := l[at.Location][at.ARN]
		change(&s)
		l[at.Location][at.ARN] = s
	}
}

func noted(change func(*api.CertificateStatus)) func(*api.Listed, Listing) {
	return func(item *api.Listed, _ Listing) { change(item.Status) }
}

func condition(t api.ConditionType, s api.ConditionStatus) func(*api.Listed, Listing) {
	return noted(func(cs *api.CertificateStatus) {
		cs.Conditions = api.SetCondition(cs.Conditions, api.Condition{Type: t, Status: s}, now)
	})
}

func TestUnchecked(t *testing.T) {
	ready := []api.Condition{{Type: api.ConditionReady, Status: api.ConditionTrue}}
	item := func(change func(*api.Listed)) api.Listed {
		i := api.Listed{Key: api.Key{Kind: api.KindCertificate, Name: "www"}, Record: map[string]any{}, Status: &api.CertificateStatus{Conditions: ready}}
		change(&i)
		return i
	}
	for sentence, c := range map[string]struct {
		change func(*api.Listed)
		want   bool
	}{
		"in place and never checked": {func(*api.Listed) {}, true},
		"a check is ahead":           {func(i *api.Listed) { i.Status.Revocations = []api.RevocationStatus{{Serial: "a1"}} }, false},
		"not in place":               {func(i *api.Listed) { i.Status.Conditions = nil }, false},
		"never reconciled":           {func(i *api.Listed) { i.Status = nil }, false},
		"deleted":                    {func(i *api.Listed) { i.Record = nil }, false},
		"an account":                 {func(i *api.Listed) { i.Key.Kind = api.KindAccount }, false},
	} {
		if got := Unchecked(item(c.change)); got != c.want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

func TestStale_WhichCertificatesTheResyncLooksAt(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*api.Listed, Listing)
		want   bool
	}{
		"not one on which nothing is to be done": {func(*api.Listed, Listing) {}, false},
		"not one that is due later":              {noted(func(s *api.CertificateStatus) { s.DueAt = now.Unix() + 1 }), false},
		"not for a fraction of a second": {listedAs(func(s *api.Summary) {
			s.ImportedAt = s.ImportedAt.Add(123 * time.Millisecond)
		}), false},
		"not for the spelling of a time":    {listedAs(func(s *api.Summary) { s.NotAfter = s.NotAfter.In(time.FixedZone("JST", 9*3600)) }), false},
		"one that is new":                   {func(item *api.Listed, _ Listing) { item.Status = nil }, true},
		"one that changed":                  {func(item *api.Listed, _ Listing) { item.Record["domains"] = []any{"a"} }, true},
		"one whose change was not finished": {noted(func(s *api.CertificateStatus) { s.Generation++ }), true},
		"one that is gone":                  {func(item *api.Listed, _ Listing) { item.Record = nil }, true},
		"one that is not ready":             {condition(api.ConditionReady, api.ConditionFalse), true},
		"one of which that is not known":    {condition(api.ConditionReady, api.ConditionUnknown), true},
		"one that is not accepted":          {condition(api.ConditionAccepted, api.ConditionFalse), true},
		"one that is overdue":               {noted(func(s *api.CertificateStatus) { s.DueAt = now.Unix() }), true},
		"one with notices unsent":           {noted(withNotice), true},
		"one that somebody left claimed":    {noted(func(s *api.CertificateStatus) { s.ClaimID = "claim-1" }), true},
		"one that ACM no longer has": {func(item *api.Listed, l Listing) {
			clear(l[item.Status.Targets[0].Location])
		}, true},
		"one that ACM could not be asked about": {func(_ *api.Listed, l Listing) { clear(l) }, true},
		"one that has expired":                  {listedAs(func(s *api.Summary) { s.Status = "EXPIRED" }), true},
		"one that ends at another time":         {listedAs(func(s *api.Summary) { s.NotAfter = s.NotAfter.Add(time.Second) }), true},
		"one that somebody imported again":      {listedAs(func(s *api.Summary) { s.ImportedAt = s.ImportedAt.Add(time.Second) }), true},
		"one of whose targets has nothing":      {noted(func(s *api.CertificateStatus) { s.Targets[0].ARN = "" }), true},
		"one whose second target is elsewhere": {noted(func(s *api.CertificateStatus) {
			other := s.Targets[0]
			other.Region = tokyo
			s.Targets = append(s.Targets, other)
		}), true},
	} {
		t.Run(sentence, func(t *testing.T) {
			item, listing := listed(c.change)
			if got := Stale(item, listing, now); got != c.want {
				t.Errorf("looked at: %v, want %v", got, c.want)
			}
		})
	}
}

func TestStale_WhichAccountsTheResyncLooksAt(t *testing.T) {
	record := map[string]any{"name": "default", "kind": "Account"}
	for sentence, c := range map[string]struct {
		change func(*api.Listed)
		want   bool
	}{
		"not one that is ready":             {func(*api.Listed) {}, false},
		"one that is new":                   {func(i *api.Listed) { i.AccountStatus = nil }, true},
		"one that changed":                  {func(i *api.Listed) { i.Record = map[string]any{"name": "default", "email": "a"} }, true},
		"one that is gone":                  {func(i *api.Listed) { i.Record = nil }, true},
		"one that is not ready":             {func(i *api.Listed) { i.AccountStatus.Conditions = nil }, true},
		"one that somebody left claimed":    {func(i *api.Listed) { i.AccountStatus.ClaimID = "claim-1" }, true},
		"one whose certificates still wait": {func(i *api.Listed) { i.AccountStatus.WakePending = true }, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			item := api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "default"}, Record: record, AccountStatus: &api.AccountStatus{
				SpecDigest: api.SpecDigest(record), Conditions: []api.Condition{{Type: api.ConditionReady, Status: api.ConditionTrue}},
			}}
			c.change(&item)
			if got := Stale(item, nil, now); got != c.want {
				t.Errorf("looked at: %v, want %v", got, c.want)
			}
		})
	}
}
