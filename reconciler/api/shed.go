package api

import (
	"encoding/json"
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// sizeOf is the size of a status by its JSON, which is never smaller than the item: quotation marks, commas and escapes
// take more than DynamoDB counts for a value.
func sizeOf(s any) int {
	text, err := json.Marshal(s)
	if err != nil {
		return 0 // a time beyond the year 9999, which the store refuses too
	}
	return len(text)
}

// sheds give up something of a status that is too large, and report whether they did. They are in the order of their
// worth to a reader, the least first.
var sheds = []func(*CertificateStatus) bool{
	shedHistory, shedNoticeNames, shedNotice, shedTargetMessage, shedTagKeys, shedTarget,
}

func shedHistory(s *CertificateStatus) bool {
	if len(s.History) == 0 {
		return false
	}
	if s.History = s.History[1:]; len(s.History) == 0 {
		s.History = nil // the store writes an empty list, and reads it as none
	}
	return true
}

func shedNoticeNames(s *CertificateStatus) bool {
	for i := range s.Outbox {
		if n := &s.Outbox[i]; len(n.Domains) > 0 {
			n.Domains = nil
			return true
		}
	}
	return false
}

// shedNotice keeps the latest notice.
func shedNotice(s *CertificateStatus) bool {
	if len(s.Outbox) < 2 {
		return false
	}
	s.Outbox = s.Outbox[1:]
	return true
}

func shedTargetMessage(s *CertificateStatus) bool {
	for i := len(s.Targets) - 1; i >= 0; i-- {
		if t := &s.Targets[i]; t.Message != "" {
			t.Message = ""
			return true
		}
	}
	return false
}

func shedTagKeys(s *CertificateStatus) bool {
	for i := len(s.Targets) - 1; i >= 0; i-- {
		if t := &s.Targets[i]; len(t.TagKeys) > 0 {
			t.TagKeys = nil
			return true
		}
	}
	return false
}

func shedTarget(s *CertificateStatus) bool {
	if len(s.Targets) == 0 {
		return false
	}
	if s.Targets = s.Targets[:len(s.Targets)-1]; len(s.Targets) == 0 {
		s.Targets = nil
	}
	return true
}
