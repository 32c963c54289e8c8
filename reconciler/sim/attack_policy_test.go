package sim

import (
	"context"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

const roleOfAnother = "arn:aws:iam::999999999999:role/another"

// watchedACM detects reads through the role of another team.
type watchedACM struct {
	ports.ACM
	t *testing.T
}

func (a watchedACM) saw(at api.Location) {
	if at.RoleARN == roleOfAnother {
		a.t.Errorf("ACM is read through %s", at.RoleARN)
	}
}

func (a watchedACM) Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error) {
	a.saw(at)
	return a.ACM.Describe(ctx, at, arn)
}

func (a watchedACM) Find(ctx context.Context, at api.Location, owner, target string) ([]string, error) {
	a.saw(at)
	return a.ACM.Find(ctx, at, owner, target)
}

// TestAttack_ReadThroughTheRoleOfAnother: the role is not used while the record sets it, after the record dropped it,
// or after the record is deleted.
func TestAttack_ReadThroughTheRoleOfAnother(t *testing.T) {
	for sentence, then := range map[string]func(*World){
		"when the target leaves the record": func(w *World) { w.certificate("www") },
		"when the record is deleted":        func(w *World) { w.Remove(certificateKey("www")) },
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			installedWith()(w)
			w.policy("team", "roles", []any{})
			w.Loop.ACM = watchedACM{w.Loop.ACM, t}
			w.certificate("www", "targets", []any{map[string]any{"region": "us-east-1"}, map[string]any{"region": "us-east-1", "role_arn": roleOfAnother}})
			w.Run(2 * time.Hour)
			if !w.says("www", api.ReasonPolicyDenied) {
				t.Error(w.Explain("www"))
			}
			then(w)
			w.Run(2 * day)
		})
	}
}

// TestAttack_DeleteSwitchedOn: a record asks for a deletion that its policy forbids, and is deleted.
func TestAttack_DeleteSwitchedOn(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.policy("team", "deletion_policies", []any{"Retain"})
	w.certificate("www", "deletion_policy", "Delete")
	w.Run(2 * time.Hour)
	w.Remove(certificateKey("www"))
	w.Run(2 * day)
	if len(w.ACM.certs) != 1 || w.object("www").Status != nil {
		t.Errorf("%d certificates are left, status %+v", len(w.ACM.certs), w.object("www").Status)
	}
}

// TestAttack_AForceWhileDenied: the token of an invocation is refused with a clear message, and forces nothing later.
func TestAttack_AForceWhileDenied(t *testing.T) {
	w := New(nil)
	installedWith()(w)
	w.AllowedCertificates = 2
	if err := w.force("first", 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	w.policy("team", "domains", []any{"www.example.com"}, "min_force_interval", "7d")
	w.certificate("www", "domains", []any{"www.example.com", "shop.example.net"})
	w.Run(2 * time.Hour)
	began := w.clock.now
	errorSays(t, w.force("second", 10*time.Minute), "was not forced", "PolicyDenied", "shop.example.net")
	if waited := w.clock.now.Sub(began); waited > time.Minute {
		t.Errorf("it waits for %s", waited)
	}
	w.certificate("www")
	w.Run(2 * day)
	if len(w.CA.Issued) != 2 || !w.ready("www") {
		t.Errorf("%d certificates; %s", len(w.CA.Issued), w.Explain("www"))
	}
}
