package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// These are attacks of somebody who writes what only the controller may write: the status, the issuance and the claims
// of a record. IAM prevents that. The tests show that nothing of others is harmed even without IAM.

const victim = "victim"

// attacked returns a world in which record www and record victim have their certificates, and a third one was imported
// by hand.
func attacked(t *testing.T, extra ...any) (w *World, own, others, unmanaged string) {
	t.Helper()
	w = New(nil)
	registered(w)
	w.AllowedCertificates = 2
	w.certificate("www", extra...)
	w.certificate(victim, "domains", []any{"victim.example.com"}, "deletion_policy", "Delete")
	w.Run(time.Hour)
	own, others = w.status("www").ACMARN, w.status(victim).ACMARN
	unmanaged = w.ACM.put("us-east-1", "IMPORTED", w.ACM.certs[others].Leaf, map[string]string{"team": "web"})
	if own == "" || others == "" {
		t.Fatal("the test does not begin with two certificates")
	}
	w.Guard(others)
	w.Guard(unmanaged)
	return w, own, others, unmanaged
}

func (w *World) forge(name string, change func(*api.CertificateStatus)) {
	w.Table.Forge(name, func(s *api.CertificateStatus) *api.CertificateStatus {
		if s == nil {
			s = &api.CertificateStatus{}
		}
		change(s)
		return s
	})
	w.wake(certificateKey(name), 0)
}

// unharmed fails if an invariant is broken, or if the record does not recover once the forged item is deleted.
func unharmed(t *testing.T, w *World, names ...string) {
	t.Helper()
	w.Table.DeleteStatus(certificateKey("www"))
	for _, name := range names {
		w.wake(certificateKey(name), 0)
		w.wake(certificateKey(name), time.Hour)
	}
	w.Run(30 * time.Hour)
	w.CheckConverged(names...)
	for _, v := range w.Violations {
		t.Error(v)
	}
}

func pointTo(arn string) func(*api.CertificateStatus) {
	return func(s *api.CertificateStatus) {
		for i := range s.Targets {
			s.Targets[i].ARN, s.Targets[i].Imported, s.Targets[i].Claimed = arn, true, true
		}
		s.ACMARN, s.DeletionPolicy = arn, api.Delete
	}
}

func TestAttack_ForgedARNReimport(t *testing.T) {
	for _, whose := range []string{"another record's", "nobody's"} {
		t.Run(whose, func(t *testing.T) {
			w, own, others, unmanaged := attacked(t)
			arn := map[string]string{"another record's": others, "nobody's": unmanaged}[whose]
			w.AllowedCertificates = 3
			w.forge("www", pointTo(arn))
			w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
			w.Run(2 * time.Hour)
			if got := w.status("www").ACMARN; got != own {
				t.Errorf("the record is at %s, its own is %s; %s", got, own, w.Explain("www"))
			}
			unharmed(t, w, "www", victim)
		})
	}
}

func TestAttack_ForgedARNDelete(t *testing.T) {
	for _, whose := range []string{"another record's", "nobody's"} {
		t.Run(whose, func(t *testing.T) {
			w, _, others, unmanaged := attacked(t, "deletion_policy", "Delete")
			arn := map[string]string{"another record's": others, "nobody's": unmanaged}[whose]
			w.Table.DeleteRecord(certificateKey("www"))
			w.forge("www", pointTo(arn))
			w.Run(8 * day)
			if w.object("www").Status != nil {
				t.Error("the deleted record still has a status")
			}
			unharmed(t, w, victim)
		})
	}
}

func TestAttack_ForgedDroppedTarget(t *testing.T) {
	w, _, others, unmanaged := attacked(t, "deletion_policy", "Delete")
	w.forge("www", func(s *api.CertificateStatus) {
		for _, arn := range []string{others, unmanaged} {
			s.Targets = append(s.Targets, api.TargetStatus{Key: "us-east-1/" + arn, Location: api.Location{Region: "us-east-1"}, ARN: arn, Imported: true},
				api.TargetStatus{Key: arn, Location: api.Location{Region: "us-east-1"}, ARN: arn, Imported: true, Claimed: true})
		}
	})
	w.Run(8 * day)
	unharmed(t, w, "www", victim)
}

func TestAttack_ForgedRetiredARNUntag(t *testing.T) {
	w, _, others, unmanaged := attacked(t)
	for _, arn := range []string{others, unmanaged} {
		w.forge("www", func(s *api.CertificateStatus) { s.Targets[0].RetiredARN = arn })
		w.Run(time.Hour)
		if left := w.status("www").Targets[0].RetiredARN; left != "" {
			t.Errorf("the status still has %s", left)
		}
	}
	unharmed(t, w, "www", victim)
}

func TestAttack_ForgedClaimed(t *testing.T) {
	w, _, others, _ := attacked(t)
	delete(w.ACM.certs[others].Tags, api.TagOwner) // only the claim shows the owner
	w.Guard(others)
	w.certificate("www", "acm_arn", others)
	w.forge("www", func(s *api.CertificateStatus) {
		s.Targets = []api.TargetStatus{{Key: others, Location: api.Location{Region: "us-east-1"}, ARN: others, Claimed: true, Imported: true}}
	})
	w.Run(time.Minute)
	if !w.says("www", api.ReasonOwnedByAnother) {
		t.Error(w.Explain("www"))
	}
	w.checkUnmanaged()
	w.certificate("www")
	delete(w.unmanaged, others) // its own record tags it again
	unharmed(t, w, "www", victim)
}

func TestAttack_SwappedStatus(t *testing.T) {
	w, _, _, _ := attacked(t)
	w.AllowedCertificates = 9 // the digest of another certificate causes a new issuance
	swapped := w.status(victim)
	w.forge("www", func(s *api.CertificateStatus) { *s = swapped })
	w.Run(time.Hour)
	w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
	w.Run(2 * time.Hour)
	unharmed(t, w, "www", victim)
}

func TestAttack_StaleClaim(t *testing.T) {
	w, own, others, _ := attacked(t)
	w.Table.ForgeClaim(own, "ghost")
	w.Table.ForgeClaim(others, "www")
	w.AllowedCertificates = 3
	w.forge("www", pointTo(others))
	w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
	w.Run(2 * time.Hour)
	w.Table.ForgeClaim(own, "")
	w.Table.ForgeClaim(others, "")
	unharmed(t, w, "www", victim)
}

func TestAttack_ForgedOutbox(t *testing.T) {
	w, _, _, _ := attacked(t)
	from := len(w.Notices)
	w.forge("www", func(s *api.CertificateStatus) {
		for i, name := range []string{victim, "www"} {
			s.Outbox = append(s.Outbox, api.OutboxEntry{Notice: api.Notice{ID: fmt.Sprint(i), Name: name, Type: api.NoticeDeleted, Time: w.clock.now,
				Reason: api.ReasonDeleted, Message: "deleted\r\nSubject: call this number"}})
		}
	})
	w.Run(time.Hour)
	for _, n := range w.Notices[from:] {
		if n.Name != "www" || strings.ContainsAny(n.Message, "\r\n") {
			t.Errorf("sent %+v", n)
		}
	}
	unharmed(t, w, "www", victim)
}

// TestAttack_ForgedLease: a lease in the year 9999, or any other time, blocks nothing.
func TestAttack_ForgedLease(t *testing.T) {
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	w, _, _, _ := attacked(t)
	w.AllowedCertificates = 3
	w.forge("www", func(s *api.CertificateStatus) {
		s.ClaimID, s.LeaseUntil = "forged", far
		s.FailureBackoffUntil, s.TransientBackoffUntil, s.RetryAfterUntil, s.NextCleanupAt, s.NextDeliveryAt, s.QueuedFor, s.RenewAt = far, far, far, far, far, far, far
		s.DueAt, s.Failures, s.TransientErrors, s.Targets[0].Failures = far.Unix(), 1<<60, 1<<60, 1<<60
		s.Targets[0].NextAttemptAt, s.Targets[0].NextTagAt = far, far
	})
	w.Run(80 * day)
	if n := len(w.CA.Issued); n < 3 {
		t.Errorf("%d certificates issued: www is not renewed; %s", n, w.Explain("www"))
	}
}

// TestAttack_ForgedDueAt: the resync finds a record that nothing wakes, whatever its status contains.
func TestAttack_ForgedDueAt(t *testing.T) {
	for name, due := range map[string]int64{"never": 0, "in the year 9999": 253370764800} {
		w, _, _, _ := attacked(t)
		w.AllowedCertificates = 4
		w.Table.Forge("www", func(s *api.CertificateStatus) *api.CertificateStatus {
			s.DueAt = due
			return s
		})
		w.Run(80 * day)
		if n := len(w.CA.Issued); n != 4 {
			t.Errorf("%s: %d certificates issued, want four", name, n)
		}
	}
}

func TestAttack_ForgedIssuance(t *testing.T) {
	w, _, _, _ := attacked(t)
	w.GuardTXT("example.com", "v=spf1 -all")
	w.AllowedCertificates = 9
	w.certificate("www", "domains", []any{"www.example.com", "api.example.com"})
	w.Run(10 * time.Second)
	w.Table.ForgeIssuance("www", func(i *api.Issuance) *api.Issuance {
		forged := api.Issuance{Version: 7, Chain: "-----BEGIN", Serial: "1", NotAfter: w.clock.now.Add(9000 * day), OrderURL: "http://169.254.169.254/"}
		if i != nil {
			forged.Version = i.Version
		}
		forged.Published = []api.PublishedTXT{{TXT: api.TXT{FQDN: "example.com", Value: "v=spf1 -all"}, Zone: "ZCOM", Submitted: true}}
		forged.Imports = map[string]time.Time{"us-east-1": w.clock.now.Add(9000 * day)}
		return &forged
	})
	w.wake(certificateKey("www"), 0)
	w.Run(2 * time.Hour)
	unharmed(t, w, "www", victim)
}
