package view

import (
	"strings"

	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// revocation returns what the CA said about each installed certificate; empty: it is not asked.
func revocation(s *screen.Screen, status api.CertificateStatus) string {
	var all []string
	for _, r := range status.Revocations {
		text := revocationState(s, r)
		if len(status.Revocations) > 1 {
			text = r.Serial + " " + text
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func revocationState(s *screen.Screen, r api.RevocationStatus) string {
	switch r.State {
	case api.RevocationGood:
		return s.F("not revoked, checked %s", s.Both(r.CheckedAt))
	case api.RevocationRevoked:
		return s.F("revoked by the CA %s, reason %s", s.Both(r.RevokedAt), r.RevocationReason)
	case api.RevocationUnknown:
		return s.F("not known, checked %s, next check %s", s.Both(r.CheckedAt), s.Both(r.NextCheckAt)) + ": " + r.Message
	}
	return s.F("not checked yet, first check %s", s.Both(r.NextCheckAt))
}
