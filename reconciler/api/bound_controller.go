package api

import "reflect"

// Bound is CertificateStatus.Bound for the controller's own status. It drops the names in digests, which stay counted,
// and then notices.
func (s *ControllerStatus) Bound() {
	boundAll(reflect.ValueOf(s).Elem(), "")
	if fits(s) {
		return
	}
	withoutNames(s.Withheld)
	for i := range s.Outbox {
		withoutNames(s.Outbox[i].Digest)
	}
	for !fits(s) && len(s.Outbox) > 0 {
		s.Outbox = s.Outbox[1:]
	}
	if !fits(s) {
		s.Mails, s.WithheldIDs, s.ReportedItems = nil, nil, nil
	}
}

func withoutNames(groups []Withheld) {
	for i := range groups {
		groups[i].Names = nil
	}
}

// withoutDigests removes digests from a record's notices, which have none.
func withoutDigests(outbox []OutboxEntry) {
	for i := range outbox {
		if outbox[i].Digest != nil {
			outbox[i].Digest = nil
		}
	}
}
