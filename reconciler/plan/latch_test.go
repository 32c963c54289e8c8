package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// TestLatch_WhatHasBegunIsFinished: the latching rule of latch.go, line by line.
func TestLatch_WhatHasBegunIsFinished(t *testing.T) {
	renewal := func(i *api.Issuance) { i.RenewalOf = "a1" }
	for sentence, c := range map[string]struct {
		in   Input
		kept bool
	}{
		"a renewal that is not due any more":                {kept(issuing(ordered, renewal), order(api.OrderPending)), true},
		"one whose key alone is made":                       {kept(issuing(renewal)), true},
		"not where its predecessor is not in place":         {kept(target(holds(successor)), issuing(ordered, renewal), order(api.OrderPending)), false},
		"not where the record asks for something else":      {kept(issuing(ordered, renewal, otherDigest), order(api.OrderPending)), false},
		"a repair that somebody else made":                  {kept(issuing(ordered), order(api.OrderPending)), false},
		"unless it is finalized":                            {kept(issuing(ordered, finalizedFor(time.Minute)), order(api.OrderProcessing)), true},
		"also where the predecessor is not in place":        {kept(target(holds(successor)), issuing(ordered, renewal, finalizedFor(time.Minute)), order(api.OrderValid)), true},
		"a finalized one that was given up":                 {kept(issuing(gaveUp)), true},
		"not a finalized one of what nobody asks for":       {kept(issuing(ordered, otherDigest, finalizedFor(time.Minute)), order(api.OrderProcessing)), false},
		"nor one that the CA ended":                         {kept(issuing(ordered, finalizedFor(time.Minute)), order(api.OrderInvalid)), false},
		"an order of before there was this rule is as ever": {kept(issuing(ordered), order(api.OrderValid)), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if p := Decide(c.in); (p.Action != DropIssuance) != c.kept {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestLatch_AFinalizationIsOnRecordBeforeIt(t *testing.T) {
	in := fresh(issuing(ordered), order(api.OrderReady))
	first := Intend(in, Decide(in), in.Now).Issuance
	if !first.FinalizedAt.Equal(now) {
		t.Errorf("finalized at %s", first.FinalizedAt)
	}
	again := fresh(issuing(ordered, finalizedFor(time.Hour)), order(api.OrderReady))
	if at := Intend(again, Decide(again), again.Now).Issuance.FinalizedAt; !at.Equal(now.Add(-time.Hour)) {
		t.Errorf("the first time is lost: %s", at)
	}
}

// TestLatch_WhatMayHaveBeenMadeIsNotGivenUp: every kind of error at Finalize and Download.
func TestLatch_WhatMayHaveBeenMadeIsNotGivenUp(t *testing.T) {
	const gone, keyOnly, whole = "gone", "its key", "everything"
	refused := failing(api.Terminal, "", "no")
	notFound := failing(api.NotFound, "", "none")
	lostKey := failing(api.Terminal, api.ReasonKeyLost, "destroyed")
	for sentence, c := range map[string]struct {
		action Action
		since  time.Duration
		o      Outcome
		left   string
	}{
		"the CSR is refused":                         {Finalize, 0, Outcome{Err: refused}, gone},
		"what was sent before is refused":            {Finalize, time.Minute, Outcome{Err: refused}, whole},
		"it is refused still":                        {Finalize, lagBound, Outcome{Err: refused}, keyOnly},
		"the account key could not be read":          {Finalize, 0, Outcome{Err: refused, NotTried: true}, whole},
		"nor after an hour":                          {Finalize, time.Hour, Outcome{Err: refused, NotTried: true}, whole},
		"the certificate's key is lost":              {Finalize, 0, Outcome{Err: lostKey, NotTried: true}, gone},
		"the certificate's key is lost after it":     {Finalize, time.Minute, Outcome{Err: lostKey, NotTried: true}, gone},
		"the order is not found":                     {Finalize, 0, Outcome{Err: notFound}, whole},
		"no answer":                                  {Finalize, time.Minute, Outcome{Err: failing(api.Transient, "", "no answer")}, whole},
		"an error nobody foresaw":                    {Finalize, time.Minute, Outcome{Err: errBug}, whole},
		"somebody wrote before":                      {Finalize, 0, Outcome{Err: failing(api.Conflict, "", "read again")}, whole},
		"the download is refused":                    {Download, time.Minute, Outcome{Err: refused}, whole},
		"the download is refused for a day":          {Download, day, Outcome{Err: refused}, whole},
		"the certificate is not found":               {Download, time.Minute, Outcome{Err: notFound}, whole},
		"the account key is not found":               {Download, day, Outcome{Err: notFound, NotTried: true}, whole},
		"no answer to the download":                  {Download, time.Hour, Outcome{Err: failing(api.Transient, "", "no answer")}, whole},
		"an error nobody foresaw of the download":    {Download, time.Hour, Outcome{Err: errBug}, whole},
		"too many requests for it":                   {Download, time.Hour, Outcome{Err: throttled(time.Hour)}, whole},
		"somebody else's write while it was fetched": {Download, time.Hour, Outcome{Err: failing(api.Conflict, "", "read again")}, whole},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := api.OrderReady
			if c.action == Download {
				s = api.OrderValid
			}
			change := func(*api.Issuance) {}
			if c.since > 0 {
				change = finalizedFor(c.since)
			}
			got := next(t, fresh(issuing(ordered, change), order(s)), c.action, c.o).Issuance
			left := gone
			switch {
			case len(got.SealedKey) > 0 && got.OrderURL != "":
				left = whole
			case len(got.SealedKey) > 0 && got.GivenUpOrder == orderURL:
				left = keyOnly
			}
			if left != c.left {
				t.Errorf("left is %s, want %s", left, c.left)
			}
		})
	}
}

// TestLatch_ACertificateThatTheCADeniesIsAskedForTenMinutes: key and order stay, then there is one failure.
func TestLatch_ACertificateThatTheCADeniesIsAskedForTenMinutes(t *testing.T) {
	in, _ := signed(t)
	in = in.with(func(in *Input) { in.Issuance.FinalizedAt = now.Add(-time.Minute) })
	none := Outcome{Err: failing(api.NotFound, "", "none")}
	first := next(t, in, Download, none)
	if i := first.Issuance; !i.CertificateDeniedAt.Equal(now) || first.Status.Failures != 0 || first.Status.TransientErrors != 1 || noticesSent(first.Status, api.NoticeFailed) != 0 {
		t.Errorf("at first: %+v, %+v", i, first.Status)
	}
	late := in.with(func(in *Input) { in.Issuance.CertificateDeniedAt = now.Add(-lagBound) })
	last := next(t, late, Download, none)
	if i := last.Issuance; i.OrderURL != "" || i.GivenUpOrder != orderURL || len(i.SealedKey) == 0 || last.Status.Failures != 1 ||
		last.Status.LastReason != api.ReasonOrderFailed || noticesSent(last.Status, api.NoticeFailed) != 1 {
		t.Errorf("after ten minutes: %+v, %+v", i, last.Status)
	}
}

func TestLatch_AnOrderThatIsDeniedIsNotedUntilItIsShown(t *testing.T) {
	denies := fresh(issuing(ordered), orderFails(failing(api.NotFound, "", "no such order")))
	got := Settle(denies, Decide(denies), Outcome{})
	if !got.Issuance.OrderDeniedAt.Equal(now) || got.Status.Failures != 0 || got.Status.TransientBackoffUntil.IsZero() {
		t.Errorf("%+v, %+v", got.Issuance, got.Status)
	}
	shows := fresh(issuing(ordered, orderDenied(time.Minute)), order(api.OrderProcessing))
	if at := Settle(shows, Decide(shows), Outcome{}).Issuance.OrderDeniedAt; !at.IsZero() {
		t.Errorf("since %s", at)
	}
}

func TestLatch_AnOrderThatIsGivenUpKeepsItsKey(t *testing.T) {
	in := fresh(issuing(ordered, published, age(3*day), finalizedFor(2*day)), order(api.OrderProcessing, expires(now.Add(-2*time.Hour))), cleanupUntil(now.Add(time.Hour)))
	got := next(t, in, DropIssuance, Outcome{})
	if i := got.Issuance; i.OrderURL != "" || i.GivenUpOrder != orderURL || !i.FinalizedAt.IsZero() || len(i.SealedKey) == 0 || len(i.Published) != 1 || got.Status.Failures != 1 {
		t.Errorf("%+v, %+v", i, got.Status)
	}
	back := fresh(issuing(gaveUp), zones, givenUp(api.OrderValid))
	if i := next(t, back, ResumeOrder, Outcome{}).Issuance; i.OrderURL != "https://ca.test/order/0" || i.GivenUpOrder != "" || !i.FinalizedAt.Equal(now) {
		t.Errorf("resumed: %+v", i)
	}
}

// TestLatch_AnOrderThatTakesHoursIsReportedOnce, and is no failure.
func TestLatch_AnOrderThatTakesHoursIsReportedOnce(t *testing.T) {
	in := fresh(issuing(ordered, age(4*time.Hour), finalizedFor(slowAfter)), order(api.OrderProcessing))
	got := Settle(in, Decide(in), Outcome{})
	if e := lastEntry(got.Status); noticesSent(got.Status, api.NoticeFailed) != 1 || e.Reason != api.ReasonProcessing || !strings.Contains(e.Message, "processing") || got.Status.Failures != 0 {
		t.Errorf("%+v", got.Status)
	}
	again := stored(in, got)
	again.Stored.Outbox = nil
	if noticesSent(Settle(again, Decide(again), Outcome{}).Status, api.NoticeFailed) != 0 {
		t.Error("it is reported again")
	}
	soon := fresh(issuing(ordered, age(4*time.Hour), finalizedFor(slowAfter-time.Second)), order(api.OrderProcessing))
	if noticesSent(Settle(soon, Decide(soon), Outcome{}).Status, api.NoticeFailed) != 0 {
		t.Error("it is reported too soon")
	}
}

// TestLatch_ACertificateForAnotherKeyIsNoFailure: two records may get one order, and the other finalized it. Never more than
// three times in a row.
func TestLatch_ACertificateForAnotherKeyIsNoFailure(t *testing.T) {
	in, _ := signed(t)
	other := authorities.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	for n := range mostShared + 1 {
		got := next(t, in.with(status(func(s *api.CertificateStatus) { s.SharedOrders = n })), Download, Outcome{Chain: other.Leaf + other.Chain})
		if got.Issuance.OrderURL != "" || len(got.Issuance.SealedKey) > 0 {
			t.Fatalf("kept: %+v", got.Issuance)
		}
		if quiet := got.Status.Failures == 0 && len(got.Status.Outbox) == 0; quiet != (n < mostShared) {
			t.Errorf("after %d: %+v", n, got.Status)
		}
	}
}

// TestLatch_ASecondRejectionEndsTheOrders, until another digest.
func TestLatch_ASecondRejectionEndsTheOrders(t *testing.T) {
	in, issued := signed(t)
	broken := Outcome{Chain: issued.Leaf + issued.Broken(testca.Reversed).Chain}
	first := next(t, in, Download, broken)
	if s := first.Status; s.Rejections != 1 || noticesSent(s, api.NoticeFailed) != 1 {
		t.Errorf("%+v", s)
	}
	second := next(t, in.with(func(in *Input) {
		in.Stored, in.HasStatus = first.Status, true
		in.Stored.Outbox, in.Stored.FailureBackoffUntil, in.Stored.TransientBackoffUntil, in.Stored.Attempts = nil, time.Time{}, time.Time{}, nil
	}), Download, broken)
	if s := second.Status; s.Rejections != 2 || noticesSent(s, api.NoticeFailed) != 1 || !strings.Contains(s.LastError, "nothing more is ordered until") {
		t.Errorf("%+v", s)
	}
	after := fresh(func(in *Input) { in.Stored, in.HasStatus, in.Now = second.Status, true, now.Add(2*day) })
	after.Stored.Outbox = nil
	if p := Decide(after); p.Reason != api.ReasonChainRejected || p.Action != Wait {
		t.Errorf("%+v", p)
	}
	for sentence, change := range map[string]option{
		"other names": spec(func(c *api.Certificate) { c.Domains = []string{"www.example.com", "example.com"} }),
		"a token":     func(in *Input) { in.Force = "again" },
	} {
		if p := Decide(after.with(change)); p.Action != MakeKey {
			t.Errorf("%s: %+v", sentence, p)
		}
	}
	another := in.with(status(func(s *api.CertificateStatus) { s.Rejections, s.RejectedDigest = 1, "of another record" }))
	if s := next(t, another, Download, broken).Status; s.Rejections != 1 || s.RejectedDigest != in.Issuance.Digest {
		t.Errorf("a rejection for another digest is counted: %+v", s)
	}
	good := in.with(status(func(s *api.CertificateStatus) { s.Rejections, s.RejectedDigest = 1, current }))
	if s := next(t, good, Download, Outcome{Chain: issued.Leaf + issued.Chain}).Status; s.Rejections != 0 || s.RejectedDigest != "" {
		t.Errorf("one that is good does not end the row: %+v", s)
	}
}

// TestLatch_ACorrectedZoneEndsThePauseThatTheWrongOneCaused.
func TestLatch_ACorrectedZoneEndsThePauseThatTheWrongOneCaused(t *testing.T) {
	refused := func(r api.Reason) option {
		return failed(func(s *api.CertificateStatus) { s.LastReason, s.FailureBackoffUntil = r, now.Add(8*time.Hour) })
	}
	corrected := spec(func(c *api.Certificate) { c.Zone = "ZNEW" })
	for r, want := range map[api.Reason]bool{api.ReasonDNSAccessDenied: true, api.ReasonDNSFailed: true, api.ReasonZoneNotFound: true, api.ReasonOrderFailed: false} {
		in := fresh(issuing(ordered), refused(r), corrected)
		if got := NeedsZones(in); got != want {
			t.Errorf("after %s the zones are resolved: %v", r, got)
		}
	}
	if NeedsZones(fresh(issuing(ordered), refused(api.ReasonDNSFailed), seen(spec(func(c *api.Certificate) { c.Tags = nil })))) {
		t.Error("something else ends it too")
	}
	if !NeedsZones(fresh(issuing(ordered, resolvedFor("ZOLD", "")))) {
		t.Error("an order under way keeps the zones of before")
	}
}

// TestLatch_AFailureBelongsToADigest: else another one would not end its pause.
func TestLatch_AFailureBelongsToADigest(t *testing.T) {
	in := fresh(issuing(), zones)
	s := next(t, in, NewOrder, Outcome{Order: &api.Order{}, Err: failing(api.Terminal, "", "no")}).Status
	if s.FailedDigest != newDraft(in).digest || s.FailedDigest == "" {
		t.Errorf("failed digest %q", s.FailedDigest)
	}
}

// TestLatch_WhatRoute53CannotBeAskedStopsTheValidation: asked to validate before, the CA would fail the order.
func TestLatch_WhatRoute53CannotBeAskedStopsTheValidation(t *testing.T) {
	in := fresh(issuing(ordered, txt("ZCOM", "txt")), order(api.OrderPending), func(in *Input) { in.SyncErr = failing(api.Transient, "", "no answer") })
	p := Decide(in)
	if p.Action != Wait || api.KindOf(p.Failure) != api.Transient || p.Reason != api.ReasonDNSFailed {
		t.Errorf("%+v", p)
	}
	if s := Settle(in, p, Outcome{}).Status; s.TransientErrors != 1 || s.LastReason != api.ReasonDNSFailed {
		t.Errorf("%+v", s)
	}
}

// TestLatch_AnInstalledChainIsNotStuck: one target has it, the other lost a usage that it needs. Both are renewed when it is
// time, and the healthy one does not expire for the other.
func TestLatch_AnInstalledChainIsNotStuck(t *testing.T) {
	old := leaf("b2", now.Add(-80*day), now.Add(10*day))
	in := kept(stuckOption, target(holds(rsa(leaf("a1", now.Add(-100*day), now.Add(day))))), another(asIs), stuckOn(old),
		func(in *Input) { in.Issuance.Installed = true })
	if p := Decide(in); p.Action != DropIssuance || p.Success {
		t.Errorf("%+v", p)
	}
	in.Issuance.Installed = false
	if p := Decide(in); p.Reason != api.ReasonUsagesIncompatible {
		t.Errorf("installed nowhere: %+v", p)
	}
}

// TestLatch_AKeyIsMadeBesideAnImportUnderWay: should the note be forgotten, a second certificate would be imported.
func TestLatch_AKeyIsMadeBesideAnImportUnderWay(t *testing.T) {
	in := kept(at(renewAt), another(asIs), func(in *Input) {
		in.Issuance = &api.Issuance{Version: 4, Imports: map[string]time.Time{tokyo: renewAt.Add(-time.Minute)}}
	})
	got := next(t, in, MakeKey, Outcome{Sealed: []byte("sealed")}).Issuance
	if !got.Imports[tokyo].Equal(renewAt.Add(-time.Minute)) || len(got.Imports) != 1 {
		t.Errorf("imports %v", got.Imports)
	}
}

func TestLatch_NamesThatTheCAAddedAreNamed(t *testing.T) {
	wild := authorities.Issue(testca.Leaf{Names: []string{"*.example.com", "example.com"}, NotBefore: now, NotAfter: now.Add(life)})
	iss := asked(wild, "*.example.com")
	_, err := CheckChain(wild.Leaf+wild.Chain, iss, now)
	if m := api.MessageOf(err); !strings.Contains(m, "add example.com to domains") || !slices.Contains([]api.Reason{api.ReasonChainRejected}, api.ReasonOf(err, "")) {
		t.Errorf("%v", err)
	}
}
