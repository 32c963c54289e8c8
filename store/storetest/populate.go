package storetest

import (
	"fmt"
	"reflect"
	"time"

	"pgregory.net/rapid"
)

var timeType = reflect.TypeFor[time.Time]()

// epoch is any second; times in the table have no fraction.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// source returns the values for a populated struct.
type source interface {
	// length returns the number of elements for the slice or map; 0 stands for nil.
	length() int
	// present reports whether the pointer gets a value.
	present() bool
	// zero reports whether the scalar or time stays zero.
	zero() bool
	// number returns a positive number for the scalar.
	number() int
}

// populate fills v, a pointer to a struct, with the values of src: every field of every struct in it, also fields that
// are added later. It panics on an unsupported kind of field.
func populate(v any, src source) { fill(reflect.ValueOf(v).Elem(), src) }

func fill(v reflect.Value, src source) {
	switch {
	case v.Type() == timeType:
		if !src.zero() {
			// The number is below 2^31 seconds: more would overflow a Duration.
			v.Set(reflect.ValueOf(epoch.Add(time.Duration(src.number()%(1<<31)) * time.Second)))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), src)
		}
	case v.Kind() == reflect.Pointer:
		if src.present() {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), src)
		}
	case v.Kind() == reflect.Slice, v.Kind() == reflect.Map:
		fillMany(v, src)
	case !src.zero():
		fillScalar(v, src.number())
	}
}

func fillMany(v reflect.Value, src source) {
	n := src.length()
	if n == 0 {
		return
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), src)
		}
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := range n {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillScalar(key, i+1)
		fill(value, always{src})
		v.SetMapIndex(key, value)
	}
}

func fillScalar(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s-%d ÄÖ ☃ <&>", v.Type().Name(), n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Uint8:
		v.SetUint(uint64(n % 256))
	default:
		panic(fmt.Sprintf("no test value for a field of type %s", v.Type()))
	}
}

// always leaves nothing zero: elements of a map are not omitted one by one.
type always struct{ source }

func (always) zero() bool { return false }

// everything omits nothing; its numbers differ from field to field.
type everything struct{ n int }

func (e *everything) length() int   { return 2 }
func (e *everything) present() bool { return true }
func (e *everything) zero() bool    { return false }
func (e *everything) number() int   { e.n++; return e.n }

// anything omits what the draw decides.
type anything struct{ t *rapid.T }

func (a anything) length() int   { return rapid.IntRange(0, 2).Draw(a.t, "length") }
func (a anything) present() bool { return rapid.Bool().Draw(a.t, "present") }
func (a anything) zero() bool    { return rapid.Bool().Draw(a.t, "zero") }
func (a anything) number() int   { return rapid.IntRange(1, 1<<40).Draw(a.t, "number") }
