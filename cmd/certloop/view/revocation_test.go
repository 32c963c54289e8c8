package view

import (
	"strings"
	"testing"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

func TestRevocation_OfEachState(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := screen.New(screen.Config{Out: &strings.Builder{}, Language: lang.English, Now: func() time.Time { return now }})
	checked := api.RevocationStatus{Serial: "a1", CheckedAt: now.Add(-time.Hour), NextCheckAt: now.Add(time.Hour)}
	for want, change := range map[string]func(*api.RevocationStatus){
		"not checked yet, first check": func(*api.RevocationStatus) {},
		"not revoked, checked":         func(r *api.RevocationStatus) { r.State = api.RevocationGood },
		"reason keyCompromise": func(r *api.RevocationStatus) {
			r.State, r.RevokedAt, r.RevocationReason = api.RevocationRevoked, now, "keyCompromise"
		},
		"no route": func(r *api.RevocationStatus) { r.State, r.Message = api.RevocationUnknown, "no route" },
	} {
		r := checked
		change(&r)
		if got := revocation(s, api.CertificateStatus{Revocations: []api.RevocationStatus{r}}); !strings.Contains(got, want) || strings.Contains(got, "a1") {
			t.Errorf("%q, want %q in it and no serial", got, want)
		}
		if got := revocation(s, api.CertificateStatus{Revocations: []api.RevocationStatus{r, checked}}); strings.Count(got, "a1") != 2 {
			t.Errorf("%q does not name the two certificates", got)
		}
	}
	if got := revocation(s, api.CertificateStatus{}); got != "" {
		t.Errorf("%q is shown where nothing is checked", got)
	}
}
