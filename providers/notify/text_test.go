package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/providers/notify"
	"certloop/providers/notify/contract"
	"certloop/providers/notify/fake"
	"certloop/reconciler/api"
)

// mailed returns the mail of a notice.
func mailed(t *testing.T, n api.Notice) fake.Message {
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
		"certloop: REVOKED www (Revoked)":                     {Type: api.NoticeRevoked, Name: "www", Reason: api.ReasonRevoked},
		"certloop: NOT SERVED www (AnotherServed)":            {Type: api.NoticeNotServed, Name: "www", Reason: api.ReasonAnotherServed},
		"certloop: served www":                                {Type: api.NoticeServed, Name: "www", Reason: api.ReasonServed},
		"certloop: WARNING www (WindowIgnored)":               {Type: api.NoticeWarning, Name: "www", Reason: api.ReasonWindowIgnored},
		"certloop: FAILED www":                                {Type: api.NoticeFailed, Name: "www"},
		"certloop: deleted www":                               {Type: api.NoticeDeleted, Name: "www", Reason: api.ReasonDeleted},
		"certloop: CertificateMoved www (Moved)":              {Type: "CertificateMoved", Name: "www", Reason: "Moved"},
		"certloop: FAILED " + longest + " (UsagesIncompat...": {Type: api.NoticeFailed, Name: longest, Reason: api.ReasonUsagesIncompatible},
		"certloop: deleted " + longest[:60] + "...":           {Type: api.NoticeDeleted, Name: longest + "a"},
		"certloop: deleted b?cher  to ?":                      {Type: api.NoticeDeleted, Name: "bücher\r\nto 😀"},
		"certloop: deleted ??????????????????????????????...": {Type: api.NoticeDeleted, Name: strings.Repeat("ü", 100)},
	} {
		if got := mailed(t, n).Subject; got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

// TestEveryNoticeHasASentenceOfItsOwn: a type without one is mailed by its name, as if it were a failure.
func TestEveryNoticeHasASentenceOfItsOwn(t *testing.T) {
	for _, kind := range slices.Concat(api.CertificateNotices, []string{api.NoticeIgnored, api.NoticeAccountFailed, api.NoticeAccountReady, api.NoticeDigest}) {
		got := mailed(t, api.Notice{Type: kind, Name: "www", Reason: api.ReasonServed})
		if strings.Contains(got.Subject, kind) || strings.HasPrefix(got.Body, "This happened to") {
			t.Errorf("%s: %s\n%s", kind, got.Subject, got.Body)
		}
	}
}

func TestARejectedRecordSaysWhatBecomesOfItsCertificate(t *testing.T) {
	n := contract.Notice()
	n.Reason = api.ReasonInvalidSpec
	if got, want := mailed(t, n).Body, "The record www was rejected. The installed certificate stays and is not renewed. It is valid until 2026-12-20 00:00 UTC.\n"; !strings.HasPrefix(got, want) {
		t.Errorf("the mail says:\n%s", got)
	}
	n.NotAfter = n.NotAfter.AddDate(-1, 0, 0)
	if got := mailed(t, n).Body; !strings.Contains(got, "It expired at 2025-12-20 00:00 UTC.") {
		t.Errorf("the mail says:\n%s", got)
	}
}

// TestARejectedAccountRecordIsNotCalledAFailedRegistration.
func TestARejectedAccountRecordIsNotCalledAFailedRegistration(t *testing.T) {
	n := contract.Notice()
	n.Type, n.Reason = api.NoticeAccountFailed, api.ReasonInvalidSpec
	if got, want := mailed(t, n).Body, "The account record www was rejected. What is registered at the CA stays."; !strings.HasPrefix(got, want) {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestReadyAgainIsSaidOnlyAfterItWasNot(t *testing.T) {
	n := contract.Notice()
	n.Type, n.Reason = api.NoticeReady, api.ReasonReady
	if got := mailed(t, n).Body; strings.Contains(got, "again") {
		t.Errorf("the mail says:\n%s", got)
	}
	n.Reason = api.ReasonRecovered
	if got := mailed(t, n).Body; !strings.Contains(got, "again.") {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestAMailSaysWhereItComesFrom(t *testing.T) {
	got := mailed(t, contract.Notice()).Body
	for _, part := range []string{"AWS account:  123456789012\n", "Region:       eu-central-1\n", "Deployment:   certloop\n",
		"More:         https://docs.example.com/certloop/reasons.md#:~:text=ValidationFailed\n"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in the mail:\n%s", part, got)
		}
	}
}

// TestADigestHasEveryGroupAndName, in lines that a mail may have.
func TestADigestHasEveryGroupAndName(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("c%d.example.com", i))
	}
	got := mailed(t, api.Notice{ID: "0123", Type: api.NoticeDigest, Name: "205 notices", Reason: api.ReasonDigest, Digest: []api.Withheld{
		{Type: api.NoticeFailed, Reason: api.ReasonValidationFailed, Count: 1, Names: []string{"www"}},
		{Type: api.NoticeNotReady, Count: 2, Names: []string{"api", "a\r\nb"}},
		{Type: api.NoticeIssued, Reason: api.ReasonIssued, Count: 202, Names: names},
	}})
	if got.Subject != "certloop: digest of 205 notices" {
		t.Errorf("subject %q", got.Subject)
	}
	for _, part := range append(names, "This mail stands for 205 notices.\n", "\n\n1 CertificateIssuanceFailed (ValidationFailed):\n www\n",
		"\n2 CertificateNotReady (several reasons):\n api, a  b\n", "\n202 CertificateIssued (Issued):\n c0.example.com, c1.", " and 2 more notices\n") {
		if !strings.Contains(got.Body, part) {
			t.Errorf("%q is not in the mail:\n%s", part, got.Body)
		}
	}
	for line := range strings.Lines(got.Body) {
		if len(line) > 200 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
}

// TestWithoutAnAddressAMailNamesThePage that explains the reason.
func TestWithoutAnAddressAMailNamesThePage(t *testing.T) {
	s := serve(t)
	s.config.From.DocsURL = ""
	if _, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.sns.Messages()[0].Body; !strings.Contains(got, "More:         docs/reference/reasons.md of certloop, ValidationFailed\n") {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestAMessageOfManyLinesStaysInItsColumn(t *testing.T) {
	n := contract.Notice()
	n.Reason, n.Message = api.ReasonInvalidSpec, "domains: is missing\nzone: is \"x\"\r\n"
	want := "Message:      domains: is missing\n              zone: is \"x\"\nWhat to do:   Correct every attribute"
	if got := mailed(t, n).Body; !strings.Contains(got, want) {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestAMailNamesTwentyDomains(t *testing.T) {
	n := contract.Notice()
	n.Domains, n.MoreDomains = nil, 0
	for i := range 100 {
		n.Domains = append(n.Domains, "d"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	if got := mailed(t, n).Body; !strings.Contains(got, ", d19 and 80 more\n") || strings.Contains(got, "d20") {
		t.Errorf("the mail says:\n%s", got)
	}
}

func TestWhatCannotBeMendedHasNoRemedy(t *testing.T) {
	n := contract.Notice()
	n.Type, n.Reason = api.NoticeRenewed, api.ReasonIssued
	if got := mailed(t, n).Body; strings.Contains(got, "What to do") {
		t.Errorf("the mail says:\n%s", got)
	}
}
