package view

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// now is the present in these tests.
var now = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// stored is what a case has in the table.
type stored struct {
	status api.ConditionStatus
	reason api.Reason
	text   string
	change func(*api.CertificateStatus)
	flight *api.Issuance
}

func (s stored) issuance() Issuance {
	status := &api.CertificateStatus{LastAttemptAt: ago(time.Minute)}
	if s.status != "" {
		status.Conditions = []api.Condition{{Type: api.ConditionIssuing, Status: s.status, Reason: s.reason, Message: s.text}}
	}
	if s.change != nil {
		s.change(status)
	}
	return IssuanceOf(Certificate{Name: "www", Record: map[string]any{"name": "www"}, Status: status}, s.flight, now)
}

// claimed has the effects attempted one second after another, the last of them now and under way.
func claimed(keys ...string) func(*api.CertificateStatus) {
	return func(s *api.CertificateStatus) {
		s.ClaimID, s.LeaseUntil, s.Attempts = "c", now.Add(time.Minute), map[string]api.Attempt{}
		for i, key := range keys {
			s.Attempts[key] = api.Attempt{Count: 1, Last: ago(time.Duration(len(keys)-1-i) * time.Second)}
		}
	}
}

func nextAt(at time.Time) func(*api.CertificateStatus) {
	return func(s *api.CertificateStatus) { s.NextAttemptAt = at }
}

// flight is an issuance that began a minute ago.
func flight(change func(*api.Issuance)) *api.Issuance {
	f := &api.Issuance{Digest: "d", CreatedAt: ago(time.Minute), OrderURL: "https://ca.example/order/1"}
	if change != nil {
		change(f)
	}
	return f
}

func TestIssuanceOf_TellsTheStep(t *testing.T) {
	later := now.Add(time.Hour)
	published := func(responded time.Time) *api.Issuance {
		return flight(func(f *api.Issuance) { f.Published = []api.PublishedTXT{{Submitted: true, RespondedAt: responded}} })
	}
	held := flight(func(f *api.Issuance) { f.Serial, f.FinalizedAt, f.NotBefore = "01", ago(time.Second), later })
	for sentence, c := range map[string]struct {
		stored
		stage Stage
		point Point
	}{
		"the first effect is stored before any condition": {stored{change: claimed("MakeKey")}, StageOrder, Point{Standing: Current, Since: now}},
		"an order is placed with its key in flight": {stored{api.ConditionTrue, api.ReasonOrdering, "", nil, flight(func(f *api.Issuance) { f.OrderURL = "" })},
			StageOrder, Point{Standing: Current, Since: ago(time.Minute), Reason: api.ReasonOrdering}},
		"an account that is not ready holds the order up": {stored{api.ConditionFalse, api.ReasonAccountNotReady, "m", nextAt(later), nil},
			StageOrder, Point{Standing: Waits, Reason: api.ReasonAccountNotReady, Message: "m", Until: later}},
		"a CA that is down fails the order": {stored{api.ConditionFalse, api.ReasonCAUnavailable, "m", nextAt(later), nil},
			StageOrder, Point{Standing: Failed, Since: ago(time.Minute), Reason: api.ReasonCAUnavailable, Message: "m", Until: later}},
		"an order that was placed is before the TXT records, whatever the condition": {stored{api.ConditionTrue, api.ReasonValidating, "", nil, flight(nil)},
			StageDNS, Point{Standing: Current, Since: ago(time.Minute), Reason: api.ReasonValidating}},
		"the status alone tells that too": {stored{api.ConditionTrue, api.ReasonValidating, "", func(s *api.CertificateStatus) {
			s.Attempts = map[string]api.Attempt{"NewOrder": {Count: 1, Last: ago(time.Second)}}
		}, nil}, StageDNS, Point{Standing: Current, Reason: api.ReasonValidating}},
		"TXT records are copied": {stored{api.ConditionTrue, api.ReasonWaitingForDNS, "m", nil, published(time.Time{})},
			StageDNS, Point{Standing: Current, Since: ago(time.Minute), Reason: api.ReasonWaitingForDNS, Message: "m"}},
		"the CA is asked to validate": {stored{api.ConditionTrue, api.ReasonWaitingForDNS, "", claimed("Publish Z1", "Accept"), published(time.Time{})},
			StageValidation, Point{Standing: Current, Since: now, Reason: api.ReasonWaitingForDNS}},
		"the CA validates": {stored{api.ConditionTrue, api.ReasonValidating, "m", nil, published(ago(2 * time.Second))},
			StageValidation, Point{Standing: Current, Since: ago(2 * time.Second), Reason: api.ReasonValidating, Message: "m"}},
		"values of the order before do not count": {stored{api.ConditionTrue, api.ReasonValidating, "", nil, published(ago(time.Hour))},
			StageDNS, Point{Standing: Current, Since: ago(time.Minute), Reason: api.ReasonValidating}},
		"a validation that failed has ended its order": {stored{api.ConditionFalse, api.ReasonValidationFailed, "m", nextAt(later), nil},
			StageValidation, Point{Standing: Failed, Since: ago(time.Minute), Reason: api.ReasonValidationFailed, Message: "m", Until: later}},
		"the attempt after it shows its own step": {stored{api.ConditionFalse, api.ReasonValidationFailed, "m", nil, flight(nil)},
			StageDNS, Point{Standing: Current, Since: ago(time.Minute), Reason: api.ReasonValidationFailed, Message: "m"}},
		"the CA signs": {stored{api.ConditionTrue, api.ReasonProcessing, "m", nil, flight(func(f *api.Issuance) { f.FinalizedAt = ago(3 * time.Second) })},
			StageFinalize, Point{Standing: Current, Since: ago(3 * time.Second), Reason: api.ReasonProcessing, Message: "m"}},
		"a certificate that was not ordered": {stored{api.ConditionFalse, api.ReasonChainRejected, "m", nextAt(later), nil},
			StageFinalize, Point{Standing: Failed, Since: ago(time.Minute), Reason: api.ReasonChainRejected, Message: "m", Until: later}},
		"the certificate is held": {stored{api.ConditionTrue, api.ReasonImporting, "", func(s *api.CertificateStatus) {
			s.Issued = &api.IssuedStatus{At: ago(time.Second), Digest: "d"}
		}, held}, StageImport, Point{Standing: Current, Since: ago(time.Second), Reason: api.ReasonImporting}},
		"it is not valid yet": {stored{api.ConditionTrue, api.ReasonNotYetValid, "m", nil, held},
			StageImport, Point{Standing: Waits, Reason: api.ReasonNotYetValid, Message: "m", Until: later}},
		"a target refuses it": {stored{api.ConditionFalse, api.ReasonImportFailed, "m", nextAt(later), held},
			StageImport, Point{Standing: Failed, Since: ago(time.Minute), Reason: api.ReasonImportFailed, Message: "m", Until: later}},
		"no target can take it": {stored{api.ConditionFalse, api.ReasonUsagesIncompatible, "m", nextAt(later), nil},
			StageImport, Point{Standing: Failed, Since: ago(time.Minute), Reason: api.ReasonUsagesIncompatible, Message: "m", Until: later}},
	} {
		t.Run(sentence, func(t *testing.T) {
			i := c.issuance()
			if !i.Open || i.Stage != c.stage {
				t.Errorf("open %t, step %d; want step %d", i.Open, i.Stage, c.stage)
			}
			if diff := cmp.Diff(c.point, i.Point); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIssuanceOf_ShowsNoneThatIsNotOpen(t *testing.T) {
	for sentence, s := range map[string]stored{
		"nothing is due":                      {status: api.ConditionFalse, reason: api.ReasonNotNeeded},
		"the record is suspended":             {status: api.ConditionFalse, reason: api.ReasonSuspended},
		"the record is not accepted":          {status: api.ConditionFalse, reason: api.ReasonBlocked},
		"nothing is stored":                   {},
		"only TXT values are left":            {status: api.ConditionFalse, reason: api.ReasonNotNeeded, flight: &api.Issuance{Published: []api.PublishedTXT{{}}}},
		"a notice is sent":                    {status: api.ConditionFalse, reason: api.ReasonNotNeeded, change: claimed("Import x", "Notify")},
		"the lease of an effect has ended":    {status: api.ConditionFalse, reason: api.ReasonNotNeeded, change: func(s *api.CertificateStatus) { claimed("MakeKey")(s); s.LeaseUntil = now }},
		"an effect was made and is completed": {status: api.ConditionFalse, reason: api.ReasonNotNeeded, change: func(s *api.CertificateStatus) { claimed("MakeKey")(s); s.ClaimID = "" }},
	} {
		if i := s.issuance(); i.Open {
			t.Errorf("%s: step %d is shown", sentence, i.Stage)
		}
	}
}

func TestIssuanceOf_TellsWhereEachTargetIs(t *testing.T) {
	later := now.Add(time.Hour)
	held := flight(func(f *api.Issuance) { f.Serial = "02" })
	pending := flight(func(f *api.Issuance) { f.Serial, f.Imports = "02", map[string]time.Time{"eu": ago(time.Minute)} })
	importing := func(s *api.CertificateStatus) { claimed("Import us", "Import eu")(s) }
	before := api.TargetStatus{Serial: "01", State: api.Satisfies, ImportedAt: ago(time.Hour)}
	for sentence, c := range map[string]struct {
		flight *api.Issuance
		change func(*api.CertificateStatus)
		target api.TargetStatus
		want   Point
	}{
		"before there is a certificate":        {flight(nil), nil, before, Point{Standing: Ahead}},
		"before its turn":                      {held, nil, before, Point{Standing: Waits}},
		"while it is imported":                 {held, importing, before, Point{Standing: Current, Since: now}},
		"once it has the certificate":          {held, nil, api.TargetStatus{Serial: "02", State: api.Satisfies, ImportedAt: now}, Point{Standing: Done, Since: now}},
		"where another import is the last one": {held, claimed("Import eu", "Import us"), before, Point{Standing: Waits}},
		"after a refusal": {held, nil, api.TargetStatus{State: api.Lacks, Failures: 1, Reason: api.ReasonQuotaExceeded, Message: "m", NextAttemptAt: later},
			Point{Standing: Failed, Reason: api.ReasonQuotaExceeded, Message: "m", Until: later}},
		"after a reply was lost": {pending, nil, api.TargetStatus{State: api.Lacks, Reason: api.ReasonMissing},
			Point{Standing: Waits, Reason: api.ReasonImportPending, Since: ago(time.Minute)}},
		"while it cannot be read": {held, nil, api.TargetStatus{State: api.Unknown, Reason: api.ReasonTargetAccessDenied, Message: "m"},
			Point{Standing: Waits, Reason: api.ReasonTargetAccessDenied, Message: "m"}},
		"imported, as far as the status alone tells": {nil, func(s *api.CertificateStatus) { s.Issued = &api.IssuedStatus{At: ago(time.Second)} },
			api.TargetStatus{State: api.Satisfies, ImportedAt: now}, Point{Standing: Done, Since: now}},
		"the certificate of before, as far as the status alone tells": {nil, func(s *api.CertificateStatus) { s.Issued = &api.IssuedStatus{At: ago(time.Second)} },
			before, Point{Standing: Waits}},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.target.Key = "eu"
			i := stored{api.ConditionTrue, api.ReasonImporting, "", func(s *api.CertificateStatus) {
				if s.Targets = []api.TargetStatus{c.target}; c.change != nil {
					c.change(s)
				}
			}, c.flight}.issuance()
			if diff := cmp.Diff([]TargetPoint{{"eu", c.want}}, i.Targets); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIssuanceOf_OmitsTargetsThatLeftTheRecord(t *testing.T) {
	i := stored{status: api.ConditionTrue, reason: api.ReasonImporting, change: func(s *api.CertificateStatus) {
		s.Targets = []api.TargetStatus{{Key: "eu", DroppedSince: now}}
	}}.issuance()
	if len(i.Targets) > 0 {
		t.Errorf("%+v", i.Targets)
	}
}
