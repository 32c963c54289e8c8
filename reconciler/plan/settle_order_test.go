package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestSettleOrder_AKeyBeginsAnIssuance(t *testing.T) {
	in := kept(at(renewAt), spec(func(c *api.Certificate) { c.RenewToken = "one" }),
		account(func(a *Account) { a.Spec = &api.Account{Name: "default", Directory: dir} }),
		func(in *Input) { in.Force = "now" },
		func(in *Input) { in.Issuance = &api.Issuance{Version: 4} }, func(in *Input) { txt("ZCOM", "left over")(in.Issuance) }, cleanupUntil(renewAt.Add(day)))
	got := next(t, in, MakeKey, Outcome{Sealed: []byte("sealed"), PublicKeySHA256: "spki"})
	want := &api.Issuance{
		Version: 4, Digest: newDraft(in).digest, RenewalOf: "a1", Force: "now", RenewToken: "one", Account: "default", Directory: dir,
		Domains: []string{"www.example.com"}, CommonName: "www.example.com", KeyType: api.EC256, CreatedAt: renewAt,
		SealedKey: []byte("sealed"), PublicKeySHA256: "spki", Published: in.Issuance.Published,
	}
	if !reflect.DeepEqual(got.Issuance, want) {
		t.Errorf("issuance %+v, want %+v", got.Issuance, want)
	}
	if failed := next(t, in, MakeKey, Outcome{Err: failing(api.Transient, api.ReasonKeyUnavailable, "disabled")}); len(failed.Issuance.SealedKey) > 0 ||
		failed.Status.LastReason != api.ReasonKeyUnavailable || failed.Status.TransientBackoffUntil.IsZero() {
		t.Errorf("no answer: %+v", failed)
	}
}

func TestSettleOrder_TheHistorySaysWhyACertificateIsMade(t *testing.T) {
	otherChain := spec(func(c *api.Certificate) { c.PreferredChain = "Root X" })
	newToken := func(in *Input) {
		spec(func(c *api.Certificate) { c.RenewToken = "two" })(in)
		status(func(s *api.CertificateStatus) { s.RenewToken = "one" })(in)
	}
	invoked := func(token string) option { return func(in *Input) { in.Force = token } }
	for sentence, c := range map[string]struct {
		want api.Reason
		in   Input
	}{
		"there is none":                               {api.ReasonNotIssued, fresh()},
		"its renewal is due":                          {api.ReasonRenewalDue, kept(at(renewAt))},
		"the record has other names":                  {api.ReasonDomainsDiffer, kept(spec(func(c *api.Certificate) { c.Domains = []string{"api.example.com"} }))},
		"the record has another key type":             {api.ReasonKeyTypeDiffers, kept(spec(wantsRSA))},
		"the record prefers another chain":            {api.ReasonSpecChanged, kept(otherChain)},
		"the record has a new token":                  {api.ReasonForced, kept(newToken)},
		"an invocation has one":                       {api.ReasonForced, kept(invoked("now"))},
		"a second one":                                {api.ReasonForced, kept(withForcedCertificate, invoked("again"))},
		"a new token, and another chain":              {api.ReasonSpecChanged, kept(newToken, otherChain)},
		"another chain, after a token":                {api.ReasonSpecChanged, kept(withForcedCertificate, otherChain)},
		"a new token, when its renewal is due":        {api.ReasonForced, kept(at(renewAt), newToken)},
		"it was forced, by whom a status of old lost": {api.ReasonSpecChanged, kept(withForcedCertificate, func(in *Input) { in.Stored.IssuanceForce = "" }, invoked("again"))},
		"it was deleted":                              {api.ReasonRepair, kept(target(missing))},
		"it was replaced by one with other names":     {api.ReasonRepair, kept(target(domains("api.example.com")))},
		"by one with another key type":                {api.ReasonRepair, kept(target(asRSA))},
		"by a self-signed one":                        {api.ReasonRepair, kept(target(selfSigned))},
		"at one of two targets":                       {api.ReasonRepair, kept(another(missing))},
		"it was deleted, and a new token came":        {api.ReasonMissing, kept(target(missing), newToken)},
		"it has expired":                              {api.ReasonExpired, kept(at(ends))},
		"a target came to the record":                 {api.ReasonNotIssued, kept(another(both(missing, func(t *Target) { t.Stored = api.TargetStatus{Key: tokyo} })))},
	} {
		t.Run(sentence, func(t *testing.T) {
			// What the claim put on record must not hide it: the token is in the status by then.
			if e := lastEntry(next(t, c.in, MakeKey, Outcome{Sealed: []byte("sealed")}).Status); e.Reason != c.want || e.Message == "" {
				t.Errorf("%+v, want %s", e, c.want)
			}
		})
	}
}

// withForcedCertificate: a token is what the certificate in place was made for.
func withForcedCertificate(in *Input) {
	in.Stored.Force, in.Stored.IssuanceForce = "once", "once"
	in.Stored.IssuanceDigest = newDraft(*in).digest
}

func TestSettleOrder_TheTokenOfTheCertificateInPlaceIsOnRecord(t *testing.T) {
	done := kept(func(in *Input) { in.Stored.Force = "now" }, target(holds(successor)), issuing(held(successor), func(i *api.Issuance) { i.Force = "now" }))
	if got := next(t, done, DropIssuance, Outcome{}).Status; got.IssuanceForce != "now" || got.IssuanceDigest != newDraft(done).digest {
		t.Errorf("issued: %q", got.IssuanceForce)
	}
	lost := kept(func(in *Input) { in.Stored.Force, in.Stored.IssuanceForce, in.Stored.IssuanceDigest = "", "", "" })
	if got := rest(lost).Status; got.IssuanceForce != "" || got.IssuanceDigest == "" {
		t.Errorf("accepted as it is: %q", got.IssuanceForce)
	}
	pending := lost.with(func(in *Input) { in.Stored.Force = "now" })
	if got := Decide(pending); got.Action != MakeKey {
		t.Errorf("a token that is on record and forced nothing yet is forgotten: %+v", got)
	}
}

func retried(s *api.CertificateStatus) {
	s.TransientErrors, s.TransientBackoffUntil = 3, now.Add(-time.Second)
}

func TestSettleOrder_AnOrderIsOnRecordBeforeAnythingIsPublished(t *testing.T) {
	in := fresh(issuing(), zones, status(retried))
	got := next(t, in, NewOrder, Outcome{Order: &api.Order{URL: orderURL, Status: api.OrderPending}})
	if i := got.Issuance; i.OrderURL != orderURL || !reflect.DeepEqual(i.Zones, []api.ChallengeZone{wwwZone}) || !i.CreatedAt.Equal(now) || len(i.Published) > 0 {
		t.Errorf("issuance %+v", i)
	}
	if s := got.Status; s.TransientErrors != 0 || !s.TransientBackoffUntil.IsZero() || !s.LastAttemptAt.Equal(now) {
		t.Errorf("status %+v", s)
	}
	if refused := next(t, in, NewOrder, Outcome{Order: &api.Order{}, Err: failing(api.Terminal, "", "refused")}); refused.Issuance.OrderURL != "" || refused.Status.Failures != 1 {
		t.Errorf("refused: %+v", refused)
	}
}

func TestSettleOrder_APublicationIsOnRecordBeforeAndAfter(t *testing.T) {
	in := fresh(issuing(ordered), order(api.OrderPending), status(retried))
	before := Intend(in, Decide(in), in.Now).Issuance.Published
	if want := (api.PublishedTXT{TXT: wwwTXT("txt"), Zone: "ZCOM"}); len(before) != 1 || before[0] != want {
		t.Errorf("before it: %+v", before)
	}
	got := next(t, in, Publish, Outcome{ChangeID: "C1"})
	if v := got.Issuance.Published; len(v) != 1 || !v[0].Submitted || v[0].ChangeID != "C1" || got.Status.TransientErrors != 0 {
		t.Errorf("after it: %+v", v)
	}
	lost := next(t, in, Publish, Outcome{Err: failing(api.Transient, "", "no answer")})
	if v := lost.Issuance.Published; len(v) != 1 || v[0].Submitted || lost.Status.LastReason != api.ReasonDNSFailed {
		t.Errorf("after a lost reply: %+v, %s", v, lost.Status.LastReason)
	}
	again := stored(in, lost).with(at(now.Add(time.Hour)))
	if v := next(t, again, Publish, Outcome{}).Issuance.Published; len(v) != 1 || !v[0].Submitted {
		t.Errorf("published again it is listed once, not: %+v", v)
	}
}

func TestSettleOrder_AcceptedChallengesAreOnRecord(t *testing.T) {
	in := fresh(issuing(ordered, published), order(api.OrderPending), served("C1"))
	if i := next(t, in, Accept, Outcome{}).Issuance; !i.Published[0].RespondedAt.Equal(now) || i.Published[0].ChangeID != "" {
		t.Errorf("issuance %+v", i)
	}
	refused := next(t, in, Accept, Outcome{Err: failing(api.Terminal, "", "no")})
	if i := refused.Issuance; !i.Published[0].RespondedAt.IsZero() || i.OrderURL == "" || refused.Status.LastReason != api.ReasonValidationFailed {
		t.Errorf("refused: %+v", refused)
	}
}

func TestSettleOrder_AFinalizationThatFails(t *testing.T) {
	for sentence, c := range map[string]struct {
		err      error
		kept     bool
		failures int
	}{
		"no answer: the order waits":            {failing(api.Transient, "", "no answer"), true, 0},
		"KMS is closed: the order waits":        {failing(api.Transient, api.ReasonKeyUnavailable, "disabled"), true, 0},
		"an error nobody foresaw: it waits too": {errBug, true, 1},
		"the key is lost: all is dropped":       {failing(api.Terminal, api.ReasonKeyLost, "destroyed"), false, 1},
		"the CSR is refused: all is dropped":    {failing(api.Terminal, "", "bad CSR"), false, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := next(t, fresh(issuing(ordered), order(api.OrderReady)), Finalize, Outcome{Err: c.err})
			if left := !got.Issuance.IsEmpty(); left != c.kept || got.Status.Failures != c.failures {
				t.Errorf("kept: %v, %d failures", left, got.Status.Failures)
			}
		})
	}
	ok := next(t, fresh(issuing(ordered), order(api.OrderReady), status(retried)), Finalize, Outcome{})
	if ok.Issuance.OrderURL == "" || ok.Status.TransientErrors != 0 {
		t.Errorf("accepted: %+v", ok)
	}
}

// signed is an order that the CA has signed, and what it signed.
func signed(t *testing.T) (Input, testca.Issued) {
	t.Helper()
	issued := authorities.Issue(testca.Leaf{Names: []string{"www.example.com"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(life)})
	of := asked(issued, "www.example.com")
	return fresh(issuing(ordered, published, func(i *api.Issuance) { i.PublicKeySHA256 = of.PublicKeySHA256 }), order(api.OrderValid),
		cleanupUntil(now.Add(time.Hour))), issued
}

func TestSettleOrder_AChainIsHeldBeforeItIsImported(t *testing.T) {
	in, issued := signed(t)
	in = in.with(failed(func(s *api.CertificateStatus) { s.Failures, s.RetryAfterUntil = 4, now.Add(-time.Second) }))
	got := next(t, in, Download, Outcome{Chain: issued.Leaf + issued.Chain})
	l, err := api.ParseLeaf(issued.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	s := newDraft(stored(in, got))
	if held := heldLeaf(&s.facts); !reflect.DeepEqual(held, l) || got.Issuance.Chain != issued.Leaf+issued.Chain {
		t.Errorf("held %+v, want %+v", held, l)
	}
	if len(got.Issuance.SealedKey) == 0 || len(got.Issuance.Published) == 0 || got.Issuance.Installed {
		t.Errorf("issuance %+v", got.Issuance)
	}
	if st := got.Status; st.Failures != 0 || st.LastError != "" || !st.RetryAfterUntil.IsZero() || lastEntry(st).Reason != api.ReasonIssued {
		t.Errorf("status %+v", st)
	}
}

func TestSettleOrder_ADownloadThatFails(t *testing.T) {
	in, issued := signed(t)
	other := authorities.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	for sentence, c := range map[string]struct {
		out    Outcome
		kept   bool
		reason api.Reason
	}{
		"no answer":               {Outcome{Err: failing(api.Transient, "", "no answer")}, true, api.ReasonCAUnavailable},
		"an error nobody foresaw": {Outcome{Err: errBug}, true, api.ReasonInternalError},
		"denied for a moment":     {Outcome{Err: failing(api.NotFound, "", "gone")}, true, api.ReasonCAUnavailable},
		"refused":                 {Outcome{Err: failing(api.Terminal, api.ReasonAccountUnknown, "who?")}, true, api.ReasonAccountUnknown},
		"another's certificate":   {Outcome{Chain: other.Leaf + other.Chain}, false, ""},
		"a broken chain":          {Outcome{Chain: issued.Leaf + issued.Broken(testca.Reversed).Chain}, false, api.ReasonChainRejected},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := next(t, in, Download, c.out)
			if left := got.Issuance.OrderURL != ""; left != c.kept || got.Issuance.Chain != "" || got.Status.LastReason != c.reason {
				t.Errorf("kept: %v, because of %s", left, got.Status.LastReason)
			}
			if len(got.Issuance.Published) != 1 {
				t.Error("the TXT values that are still there are forgotten")
			}
		})
	}
}

func TestSettleOrder_TheEndOfAnIssuance(t *testing.T) {
	everywhere := []option{target(holds(successor)), failed(func(s *api.CertificateStatus) { s.Failures = 2 })}
	for sentence, c := range map[string]struct {
		change func(*api.Issuance)
		kind   string
	}{
		"a first certificate": {func(*api.Issuance) {}, api.NoticeIssued},
		"a renewed one":       {func(i *api.Issuance) { i.RenewalOf = "a1" }, api.NoticeRenewed},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept(append(everywhere, issuing(held(successor), txt("ZCOM", "left over"), c.change))...)
			got := next(t, in, DropIssuance, Outcome{})
			if noticesSent(got.Status, c.kind) != 1 || got.Status.Failures != 0 || got.Status.IssuanceDigest != in.Issuance.Digest {
				t.Errorf("status %+v", got.Status)
			}
			left := &api.Issuance{Version: 3, Published: in.Issuance.Published}
			if !reflect.DeepEqual(got.Issuance, left) {
				t.Errorf("left is %+v, want the TXT values alone", got.Issuance)
			}
		})
	}
}

func TestSettleOrder_AnOrderIsDropped(t *testing.T) {
	lost := next(t, fresh(issuing(ordered, orderDenied(lagBound)), orderFails(failing(api.NotFound, "", "no such order"))), DropIssuance, Outcome{})
	if s := lost.Status; s.Failures != 1 || !s.FailureBackoffUntil.Equal(now.Add(5*time.Minute)) || !lost.Issuance.IsEmpty() || noticesSent(s, api.NoticeFailed) != 1 {
		t.Errorf("one that the CA lost: %+v", lost)
	}
	unwanted := next(t, fresh(issuing(ordered, otherDigest)), DropIssuance, Outcome{})
	if s := unwanted.Status; s.Failures != 0 || !s.FailureBackoffUntil.IsZero() || !unwanted.Issuance.IsEmpty() || lastEntry(s).Reason != api.ReasonOrderDropped {
		t.Errorf("one that nobody wants: %+v", unwanted)
	}
}

func TestSettleOrder_TXTValuesStayListedUntilTheyAreGone(t *testing.T) {
	in := fresh(issuing(ordered, txt("ZCOM", "a"), txt("ZORG", "b")), order(api.OrderReady), cleanupUntil(now))
	for name, err := range map[string]error{"removed": nil, "a zone that is gone": failing(api.NotFound, "", "no zone")} {
		got := next(t, in, CleanDNS, Outcome{Err: err})
		if p := got.Issuance.Published; len(p) != 1 || p[0].Zone != "ZORG" || got.Status.CleanupFailures != 0 || !got.Status.NextCleanupAt.IsZero() {
			t.Errorf("%s: %+v, %d failures", name, p, got.Status.CleanupFailures)
		}
	}
	for sentence, c := range map[string]struct {
		err      error
		wait     time.Duration
		failures int
	}{
		"refused":                    {failing(api.Terminal, "", "no"), 30 * time.Minute, 2},
		"no answer":                  {failing(api.Transient, "", "no answer"), 20 * time.Second, 2},
		"throttled for a day":        {throttled(day), day, 2},
		"somebody else wrote before": {failing(api.Conflict, "", "changed"), 0, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := next(t, in, CleanDNS, Outcome{Err: c.err})
			if s := got.Status; len(got.Issuance.Published) != 2 || s.CleanupFailures != c.failures || s.NextCleanupAt.Sub(now) != c.wait {
				t.Errorf("%d values, %d failures, again in %s", len(got.Issuance.Published), s.CleanupFailures, s.NextCleanupAt.Sub(now))
			}
			if got.Status.Failures != 0 {
				t.Error("it counts against the issuance")
			}
		})
	}
}

// TestAKindOfErrorIsNoPartOfAMessage: what is stored is the stable text alone.
func TestSettleOrder_WhatIsStoredOfAnErrorIsItsStableMessage(t *testing.T) {
	err := failing(api.Terminal, api.ReasonOrderFailed, "the CA refuses example.com")
	got := next(t, fresh(issuing(), zones), NewOrder, Outcome{Order: &api.Order{}, Err: err})
	for where, text := range map[string]string{
		"last error": got.Status.LastError, "history": lastEntry(got.Status).Message, "notice": got.Status.Outbox[0].Message,
		"condition": message(got.Status, api.ConditionIssuing),
	} {
		if text != "the CA refuses example.com" || strings.Contains(text, "4711") {
			t.Errorf("%s: %q", where, text)
		}
	}
}

func message(s api.CertificateStatus, t api.ConditionType) string {
	c, _ := api.GetCondition(s.Conditions, t)
	return c.Message
}
