// Package canonical defines the form in which the table returns a value, so that every implementation of the table
// returns the same.
package canonical

import (
	"reflect"
	"time"
)

// Copy returns a deep copy of a status or an issuance in the form in which the table returns it: times in UTC and whole
// seconds, empty slices and maps nil. v is a struct of the records' kind: structs, pointers, slices, maps, times and
// scalars; unexported fields are left zero.
func Copy[T any](v T) T {
	var out T
	copyInto(reflect.ValueOf(&out).Elem(), reflect.ValueOf(v))
	return out
}

var timeType = reflect.TypeFor[time.Time]()

func copyInto(dst, src reflect.Value) {
	switch {
	case src.Type() == timeType:
		dst.Set(reflect.ValueOf(second(src.Interface().(time.Time))))
	case src.Kind() == reflect.Struct:
		copyStruct(dst, src)
	case src.Kind() == reflect.Pointer:
		if !src.IsNil() {
			dst.Set(reflect.New(src.Type().Elem()))
			copyInto(dst.Elem(), src.Elem())
		}
	case src.Kind() == reflect.Slice:
		copySlice(dst, src)
	case src.Kind() == reflect.Map:
		copyMap(dst, src)
	default:
		dst.Set(src)
	}
}

// second drops what RFC 3339 without a fraction does not have, the location and the monotonic clock. A time outside the
// years 1 to 9999, which RFC 3339 cannot express, becomes the nearest of those: the zero time or the last.
func second(t time.Time) time.Time {
	switch t = t.UTC().Truncate(time.Second); {
	case t.Year() < 1:
		return time.Time{}
	case t.Year() > lastTime.Year():
		return lastTime
	}
	return t
}

var lastTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

func copyStruct(dst, src reflect.Value) {
	for i := range src.NumField() {
		if src.Type().Field(i).IsExported() {
			copyInto(dst.Field(i), src.Field(i))
		}
	}
}

func copySlice(dst, src reflect.Value) {
	if src.Len() == 0 {
		return
	}
	dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
	for i := range src.Len() {
		copyInto(dst.Index(i), src.Index(i))
	}
}

func copyMap(dst, src reflect.Value) {
	if src.Len() == 0 {
		return
	}
	copied := reflect.MakeMapWithSize(src.Type(), src.Len())
	for iter := src.MapRange(); iter.Next(); {
		value := reflect.New(src.Type().Elem()).Elem()
		if copyInto(value, iter.Value()); value.Type() == timeType && value.IsZero() {
			continue // the table has no zero time
		}
		copied.SetMapIndex(iter.Key(), value)
	}
	if copied.Len() > 0 {
		dst.Set(copied)
	}
}
