package api

import (
	"encoding/json"
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// fits reports whether a status has at most MaxStatus bytes. Almost every status is far smaller, so an estimate
// decides; it is encoded only if the estimate does not.
func fits(s any) bool { return fitsInto(s, MaxStatus) }

func fitsInto(s any, most int) bool {
	return mostBytes(reflect.ValueOf(s)) <= most || sizeOf(s) <= most
}

// sizeOf returns the size of a status as JSON, which is never smaller than the item: quotation marks, commas and
// escapes take more than DynamoDB counts for a value.
func sizeOf(s any) int {
	text, err := json.Marshal(s)
	if err != nil {
		return 0 // a time after the year 9999, which the store refuses as well
	}
	return len(text)
}

const (
	// mostEscaped is the most bytes of JSON for a byte of text: \u003c stands for one.
	mostEscaped = 6
	// mostScalar is the most bytes of JSON for a number, a boolean or a time, with a comma.
	mostScalar = 48
)

// mostBytes returns a number of bytes that the JSON of v does not exceed.
func mostBytes(v reflect.Value) int {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return mostScalar
		}
		return mostBytes(v.Elem())
	case reflect.String:
		return mostEscaped*v.Len() + mostScalar
	case reflect.Slice, reflect.Array:
		return mostBytesOfList(v)
	case reflect.Map:
		n := mostScalar
		// One value for all entries: Key and Value of the iterator would allocate one each.
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		for entry := v.MapRange(); entry.Next(); {
			key.SetIterKey(entry)
			value.SetIterValue(entry)
			n += mostBytes(key) + mostBytes(value)
		}
		return n
	case reflect.Struct:
		if v.Type() == timeType {
			return mostScalar
		}
		n := mostScalar
		for _, f := range fieldsOf(v.Type()) {
			n += mostEscaped*len(f.name) + mostBytes(v.Field(f.index))
		}
		return n
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint8, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return mostScalar
	}
	return MaxIssuance // of types that are not stored today
}

func mostBytesOfList(v reflect.Value) int {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return 2*v.Len() + mostScalar // base64
	}
	n := mostScalar
	for i := range v.Len() {
		n += mostBytes(v.Index(i)) + 1
	}
	return n
}

// sheds each drop a part of a status that is too large, and report whether they did. The first are the least useful to
// a reader.
var sheds = []func(*CertificateStatus) bool{
	shedHistory, shedNoticeNames, shedNotice, shedTargetMessage, shedRevocationMessage, shedTagKeys, shedTarget,
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

func shedRevocationMessage(s *CertificateStatus) bool {
	for i := len(s.Revocations) - 1; i >= 0; i-- {
		if r := &s.Revocations[i]; r.Message != "" {
			r.Message = ""
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
