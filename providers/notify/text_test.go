package notify_test

import (
	"strings"
	"testing"

	"certloop/providers/notify"
	"certloop/providers/notify/contract"
	"certloop/providers/notify/fake"
	"certloop/reconciler/api"
)

// told is the message that becomes of a notice.
func told(t *testing.T, n api.Notice) fake.Message {
	t.Helper()
	s := serve(t)
	if _, err := notify.New(s.config).Notify(t.Context(), n, nil); err != nil {
		t.Fatal(err)
	}
	return s.sns.Messages()[0]
}

func TestASubjectSaysWhatHappenedToWhat(t *testing.T) {
	longest := strings.Repeat("a", 63)
	for want, n := range map[string]api.Notice{
		"certloop: issued www":                                {Type: api.NoticeIssued, Name: "www", Reason: api.ReasonIssued},
		"certloop: renewed www":                               {Type: api.NoticeRenewed, Name: "www", Reason: api.ReasonIssued},
		"certloop: ready www":                                 {Type: api.NoticeReady, Name: "www", Reason: api.ReasonReady},
		"certloop: NOT READY www (Expired)":                   {Type: api.NoticeNotReady, Name: "www", Reason: api.ReasonExpired},
		"certloop: FAILED www (ValidationFailed)":             {Type: api.NoticeFailed, Name: "www", Reason: api.ReasonValidationFailed},
		"certloop: FAILED www":                                {Type: api.NoticeFailed, Name: "www"},
		"certloop: deleted www":                               {Type: api.NoticeDeleted, Name: "www", Reason: api.ReasonDeleted},
		"certloop: CertificateMoved www (Moved)":              {Type: "CertificateMoved", Name: "www", Reason: "Moved"},
		"certloop: FAILED " + longest + " (UsagesIncompat...": {Type: api.NoticeFailed, Name: longest, Reason: api.ReasonUsagesIncompatible},
		"certloop: deleted " + longest[:60] + "...":           {Type: api.NoticeDeleted, Name: longest + "a"},
		"certloop: deleted b?cher  to ?":                      {Type: api.NoticeDeleted, Name: "bücher\r\nto 😀"},
		"certloop: deleted ??????????????????????????????...": {Type: api.NoticeDeleted, Name: strings.Repeat("ü", 100)},
	} {
		if got := told(t, n).Subject; got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

func TestAMessageOfManyLinesStaysInItsColumn(t *testing.T) {
	n := contract.Notice()
	n.Reason, n.Message = api.ReasonInvalidSpec, "domains: is missing\nzone: is \"x\"\r\n"
	want := "Message:      domains: is missing\n              zone: is \"x\"\nWhat to do:   Correct every attribute"
	if got := told(t, n).Body; !strings.Contains(got, want) {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestAMailNamesTwentyDomains(t *testing.T) {
	n := contract.Notice()
	n.Domains, n.MoreDomains = nil, 0
	for i := range 100 {
		n.Domains = append(n.Domains, "d"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	if got := told(t, n).Body; !strings.Contains(got, ", d19 and 80 more\n") || strings.Contains(got, "d20") {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestWhatCannotBeMendedHasNoRemedy(t *testing.T) {
	n := contract.Notice()
	n.Type, n.Reason = api.NoticeRenewed, api.ReasonIssued
	if got := told(t, n).Body; strings.Contains(got, "What to do") {
		t.Errorf("the mail says:\n%s", got)
	}
}
