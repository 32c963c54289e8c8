package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

// hostile draws any status, and replaces some of its texts and lists with forged ones.
func hostile[T any](t *rapid.T) T {
	v := reflect.New(reflect.TypeFor[T]()).Elem()
	fillHostile(t, v, 0)
	return v.Interface().(T)
}

var texts = rapid.OneOf(
	rapid.Just(""), rapid.String(), rapid.StringN(0, 40, -1),
	rapid.SampledFrom([]string{"arn:aws:acm:eu-central-1:123456789012:certificate/1", strings.Repeat("x", 3000), "\xff", "a\nb", "👩‍👩‍👧",
		strings.Repeat("世", 900), "see https://ca.example/" + strings.Repeat("y", 1500)}),
)

// times include those that RFC 3339 cannot express, to which a CA's answer can lead in UTC.
var times = rapid.SampledFrom([]time.Time{{}, time.Date(2026, 11, 27, 12, 0, 0, 999, time.UTC),
	time.Date(-1, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), time.Unix(1<<60, 0)})

func fillHostile(t *rapid.T, v reflect.Value, depth int) {
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		*at = times.Draw(t, "time")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts.Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(rapid.IntRange(0, 9).Draw(t, "number")))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillHostile(t, v.Field(i), depth)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillHostile(t, v.Elem(), depth)
	case reflect.Slice:
		n := rapid.SampledFrom([]int{0, 1, 2, 25, 150}).Draw(t, "length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		// One element stands for all: only their number and size matter.
		for i := range min(n, 2) {
			fillHostile(t, v.Index(i), depth+1)
		}
		for i := 2; i < n; i++ {
			v.Index(i).Set(v.Index(i % 2))
		}
	}
}

// TestStore_AnyStatusFits checks for any status that DynamoDB accepts its item, that its texts are clean, and
// that what is read is written again unchanged.
func TestStore_AnyStatusFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile[api.CertificateStatus](t)
		it, err := encodeStatus("www", &s, 1)
		again := func(it item) (item, error) {
			read, err := decode[api.CertificateStatus](it)
			if err != nil {
				return nil, err
			}
			return encodeStatus("www", read, 1)
		}
		fits(t, it, err, again)
	})
}

func TestStore_AnyAccountStatusFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile[api.AccountStatus](t)
		it, err := encodeAccountStatus("www", &s, 1)
		fits(t, it, err, func(it item) (item, error) {
			read, err := decode[api.AccountStatus](it)
			if err != nil {
				return nil, err
			}
			return encodeAccountStatus("www", read, 1)
		})
	})
}

func TestStore_AnyControllerStatusFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile[api.ControllerStatus](t)
		it, err := encodeController(&s, 1)
		fits(t, it, err, func(it item) (item, error) {
			read, err := decode[api.ControllerStatus](it)
			if err != nil {
				return nil, err
			}
			return encodeController(read, 1)
		})
	})
}

func fits(t *rapid.T, it item, err error, again func(item) (item, error)) {
	if err != nil {
		t.Fatal(err)
	}
	if n := measured(it); n > api.MaxStatus {
		t.Fatalf("%d bytes", n)
	}
	everyString(it, "", func(path, s string) {
		most := 2048
		if strings.HasSuffix(path, ".message") || strings.HasSuffix(path, ".last_error") {
			most = api.MaxMessage
		}
		if len(s) > most || !api.Clean(s) {
			t.Fatalf("%s has %d bytes: %.100q", path, len(s), s)
		}
	})
	if second, err := again(it); err != nil || !reflect.DeepEqual(second, it) {
		t.Fatalf("%v; written again (-first +then):\n%s", err, cmp.Diff(it, second, cmp.Exporter(func(reflect.Type) bool { return true })))
	}
}

// measured returns the size of an item as DynamoDB counts it (sizeOf).
func measured(it item) (n int) {
	t := &testing.T{}
	return sizeOf(t, it)
}

func everyString(v any, path string, visit func(path, s string)) {
	switch v := v.(type) {
	case item:
		for name, e := range v {
			everyString(e, path+"."+name, visit)
		}
	case *types.AttributeValueMemberM:
		everyString(v.Value, path, visit)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			everyString(e, path, visit)
		}
	case *types.AttributeValueMemberS:
		visit(path, v.Value)
	}
}
