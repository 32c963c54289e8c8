package sim

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

func wantKinds(t *testing.T, w *World, name string, want ...string) {
	t.Helper()
	if got := w.kindsOf(name); !slices.Equal(got, want) {
		t.Errorf("notices of %s: %v, want %v; %s", name, got, want, w.Explain(name))
	}
	if len(w.Violations) > 0 {
		t.Errorf("%v", w.Violations)
	}
}

// TestReports_OneEventIsOneNotice covers a first issuance, a renewal, a repair with a failure, and a change of the
// record.
func TestReports_OneEventIsOneNotice(t *testing.T) {
	w := New(nil)
	installedWith("key_type", "RSA_2048")(w)
	wantKinds(t, w, "www", api.NoticeIssued)
	w.AllowedCertificates = 9
	w.Run(70 * day)
	wantKinds(t, w, "www", api.NoticeIssued, api.NoticeRenewed)
	w.certificate("www", "key_type", "RSA_2048", "domains", []any{"www.example.com", "api.example.com"})
	w.Run(settle)
	wantKinds(t, w, "www", api.NoticeIssued, api.NoticeRenewed, api.NoticeIssued)
	delete(w.ACM.certs, w.status("www").ACMARN)
	w.wake(certificateKey("www"), 0)
	w.Run(settle)
	wantKinds(t, w, "www", api.NoticeIssued, api.NoticeRenewed, api.NoticeIssued, api.NoticeNotReady, api.NoticeReady)
	if last := w.Notices[len(w.Notices)-1]; last.Reason != api.ReasonRecovered || !strings.Contains(last.Message, "again") {
		t.Errorf("the end of the failure is reported as %+v", last)
	}
}

// TestReports_OneCauseIsOneNotice: a missing zone fails the attempt and refuses the record.
func TestReports_OneCauseIsOneNotice(t *testing.T) {
	w := New(nil)
	w.DNS.Broken = &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no hosted zone for www.example.com"}
	w.certificate("www")
	w.account()
	w.Run(3 * day)
	wantKinds(t, w, "www", api.NoticeFailed)
}

// stuckWorlds maps the reasons for which an installed certificate is not renewed.
var stuckWorlds = map[string]func(*World){
	"the account cannot place orders": func(w *World) {
		w.Table.DeleteRecord(api.Key{Kind: api.KindAccount, Name: "default"})
		w.account("directory", "https://other.test/dir", "eab_secret_arn", eabARN)
	},
	"the account is deleted":       func(w *World) { w.Remove(api.Key{Kind: api.KindAccount, Name: "default"}) },
	"the record becomes invalid":   func(w *World) { w.certificate("www", "key_type", "NOPE") },
	"the record is suspended":      func(w *World) { w.certificate("www", "key_type", "RSA_2048", "suspend", true) },
	"the new one has a usage less": func(w *World) { w.CA.Usage = x509.KeyUsageDigitalSignature },
	"ACM refuses":                  func(w *World) { w.ACM.Refuse["us-east-1"] = refused("no") },
	"ACM does not respond": func(w *World) {
		w.ACM.Blind["us-east-1"] = &api.Error{Kind: api.Transient, Message: "no answer"}
	},
	"the role is deleted": func(w *World) { w.ACM.Blind["us-east-1"] = accessDenied },
	"Route 53 refuses": func(w *World) {
		w.DNS.Refuse = &api.Error{Kind: api.Terminal, Reason: api.ReasonDNSAccessDenied, Message: "no"}
	},
	"the zone is deleted": func(w *World) {
		w.DNS.Broken = &api.Error{Kind: api.Terminal, Reason: api.ReasonZoneNotFound, Message: "no"}
	},
	"the CA never signs":      func(w *World) { w.CA.Signing = func() time.Duration { return 400 * day } },
	"no challenge is valid":   func(w *World) { w.CA.Reject = true },
	"the KMS key is disabled": func(w *World) { w.Vault.Disabled = true },
}

// TestNoCertificateComesNearItsEndInSilence covers every reason that blocks a renewal.
func TestNoCertificateComesNearItsEndInSilence(t *testing.T) {
	for sentence, stick := range stuckWorlds {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			w.CA.Usage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
			installedWith("key_type", "RSA_2048")(w)
			w.AllowedCertificates, w.AllowedAccounts = 99, 9
			ends, from := w.status("www").NotAfter, len(w.Notices)
			renewAt := w.status("www").RenewAt
			stick(w)
			half := ends.Add(-ends.Sub(renewAt) / 2)
			w.runDays(half.Sub(w.clock.now) + 2*time.Hour)
			if bad := failuresReported(w.Notices[from:]); bad == 0 {
				t.Errorf("half of the time is over and no notice was sent; %s", w.Explain("www"))
			}
			before := len(w.Notices)
			w.runDays(ends.Sub(w.clock.now) - time.Minute)
			expiring := 0
			for _, n := range w.Notices[before:] {
				if n.Type == api.NoticeExpiring {
					expiring++
				}
			}
			if expiring != 3 {
				t.Errorf("%d notices after half of the time, want one at a quarter, an eighth and a sixteenth: %v", expiring, w.kindsOf("www"))
			}
			if n := len(w.kindsOf("www")); n > 9 {
				t.Errorf("%d notices: %v", n, w.kindsOf("www"))
			}
		})
	}
}

// runDays is Run for a long time, with any number of passes.
func (w *World) runDays(d time.Duration) {
	for end := w.clock.now.Add(d); w.clock.now.Before(end); {
		w.passes = 0
		w.Run(min(day, end.Sub(w.clock.now)))
	}
}

func failuresReported(notices []api.Notice) (n int) {
	for _, notice := range notices {
		if api.IsFailureNotice(notice.Type) {
			n++
		}
	}
	return n
}

// TestReports_ADeletedAccountIsReportedAtOnce by the stream, or by the resync if the stream's message is lost.
func TestReports_ADeletedAccountIsReportedAtOnce(t *testing.T) {
	account := api.Key{Kind: api.KindAccount, Name: "default"}
	for sentence, c := range map[string]struct {
		remove func(*World)
		within time.Duration
	}{
		"by the stream": {func(w *World) { w.Remove(account) }, time.Minute},
		"by the resync": {func(w *World) { w.Table.DeleteRecord(account) }, 25 * time.Hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			installedWith()(w)
			c.remove(w)
			w.Run(c.within)
			if w.reason("www", api.ConditionAccepted) != api.ReasonAccountNotFound || !w.ready("www") || w.reason("www", api.ConditionIssuing) != api.ReasonBlocked {
				t.Error(w.Explain("www"))
			}
			wantKinds(t, w, "www", api.NoticeIssued, api.NoticeFailed)
		})
	}
}

// TestReports_AFailedAccountIsReportedOnce, without waiting certificates and with many.
func TestReports_AFailedAccountIsReportedOnce(t *testing.T) {
	for _, waiting := range []int{0, 30} {
		w := New(nil)
		w.AllowedCertificates = waiting
		w.account("eab_secret_arn", eabARN)
		for i := range waiting {
			w.certificate(fmt.Sprintf("c%d", i))
		}
		w.Run(3 * day)
		wantKinds(t, w, "default", api.NoticeAccountFailed)
		if len(w.Notices) != 1 {
			t.Errorf("with %d certificates: %d notices", waiting, len(w.Notices))
		}
		o, err := w.Table.GetAccount(context.Background(), "default")
		if err != nil || len(o.Status.History) == 0 || o.Status.NextAttemptAt.IsZero() {
			t.Errorf("%v: %+v", err, o.Status)
		}
	}
}

// TestPlaceholder_NeedsAnAcceptedRecord: a listener would otherwise keep a self-signed certificate.
func TestPlaceholder_NeedsAnAcceptedRecord(t *testing.T) {
	w := New(nil)
	w.certificate("www")
	_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Placeholder: true, Wait: time.Minute})
	if err == nil || !strings.Contains(err.Error(), string(api.ReasonAccountNotFound)) || len(w.ACM.certs) != 0 {
		t.Errorf("%v; %d certificates in ACM", err, len(w.ACM.certs))
	}
}

// TestReports_ThreeHundredCertificatesAreNotThreeHundredMails checks also that everything is reported: each notice is
// an event, and is mailed or in a digest.
func TestReports_ThreeHundredCertificatesAreNotThreeHundredMails(t *testing.T) {
	const fleet = 300
	w := New(nil)
	registered(w)
	w.AllowedCertificates = fleet
	for i := range fleet {
		w.certificate(fmt.Sprintf("c%d", i), "domains", []any{fmt.Sprintf("c%d.example.com", i)})
	}
	w.runDays(3 * day)
	w.checkDelivered()
	events, mailed, digested := 0, 0, 0
	for delivery := range w.deliveries {
		if strings.HasPrefix(delivery, eventChannel) {
			events++
		}
	}
	for i, n := range w.Notices {
		for _, g := range n.Digest {
			digested += g.Count
		}
		if n.Type == api.NoticeDigest {
			continue
		}
		mailed++
		within := 0
		for _, other := range w.Notices[:i+1] {
			if n.Time.Sub(other.Time).Abs() < time.Hour && other.Type != api.NoticeDigest {
				within++
			}
		}
		if within > 10 {
			t.Fatalf("%d mails within an hour of %s", within, n.Time)
		}
	}
	if events != fleet || mailed+digested != fleet || len(w.Violations) > 0 {
		t.Errorf("%d events, %d mails and %d notices in digests; %v", events, mailed, digested, w.Violations)
	}
}

// TestReports_OnlyFailuresAreMailedOnRequest: failures and their ends are mailed; all notices are events.
func TestReports_OnlyFailuresAreMailedOnRequest(t *testing.T) {
	w := New(nil)
	w.Loop.MailFailuresOnly = true
	installedWith("key_type", "RSA_2048")(w)
	w.AllowedCertificates = 9
	w.Run(70 * day)
	wantKinds(t, w, "www")
	delete(w.ACM.certs, w.status("www").ACMARN)
	w.wake(certificateKey("www"), 0)
	w.Run(settle)
	w.certificate("www", "key_type", "NOPE")
	w.Run(settle)
	wantKinds(t, w, "www", api.NoticeNotReady, api.NoticeReady, api.NoticeFailed)
	events := 0
	for delivery := range w.deliveries {
		if strings.HasPrefix(delivery, eventChannel) {
			events++
		}
	}
	if events != 5 {
		t.Errorf("%d events", events)
	}
}

// TestReports_WithoutALimitEachNoticeIsMailed: with the limit 0 there is no digest, and nothing is stored about mails.
func TestReports_WithoutALimitEachNoticeIsMailed(t *testing.T) {
	w := New(nil)
	w.Loop.MailsPerHour = 0
	registered(w)
	w.AllowedCertificates = 15
	for i := range 15 {
		w.certificate(fmt.Sprintf("c%d", i), "domains", []any{fmt.Sprintf("c%d.example.com", i)})
	}
	w.Run(settle)
	if s, err := w.Table.GetController(t.Context()); err != nil || s.Version != 0 || len(w.Notices) != 15 || len(w.Violations) > 0 {
		t.Errorf("%d mails; %+v, %v; %v", len(w.Notices), s, err, w.Violations)
	}
}
