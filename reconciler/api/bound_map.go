package api

import (
	"reflect"
	"slices"
	"strings"
)

// boundMap bounds a map as boundList bounds a list. Of attempts the latest stay, of other entries the first by key. An entry whose key
// is not stored as it is, is dropped: it would be found under another one. It copies the map before it changes it.
func boundMap(v reflect.Value, name string) {
	if v.Len() == 0 && v.IsNil() {
		return
	}
	limit, known := mostOf[name]
	if !known {
		limit.most = mostOthers
	}
	if v.Len() <= limit.most && isBound(v) {
		return
	}
	kept := reflect.MakeMap(v.Type())
	changed := v.Len() > limit.most
	for _, key := range keysToKeep(v, limit.most) {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(v.MapIndex(key))
		boundAll(value, "")
		if boundText("", key.String()) != key.String() {
			changed = true
			continue
		}
		changed = changed || !reflect.DeepEqual(value.Interface(), v.MapIndex(key).Interface())
		kept.SetMapIndex(key, value)
	}
	if !changed {
		return
	}
	if kept.Len() == 0 {
		kept = reflect.Zero(v.Type())
	}
	v.Set(kept)
}

// isBound reports whether bounding changes no key and no value of the map. It copies nothing: almost every map is within its bounds.
func isBound(v reflect.Value) bool {
	elem := v.Type().Elem()
	if !elem.Comparable() {
		return false
	}
	key, value, bounded := reflect.New(v.Type().Key()).Elem(), reflect.New(elem).Elem(), reflect.New(elem).Elem()
	for entry := v.MapRange(); entry.Next(); {
		key.SetIterKey(entry)
		value.SetIterValue(entry)
		bounded.Set(value)
		boundAll(bounded, "")
		if boundText("", key.String()) != key.String() || !bounded.Equal(value) {
			return false
		}
	}
	return true
}

// keysToKeep returns at most that many keys, sorted where some are left out.
func keysToKeep(v reflect.Value, most int) []reflect.Value {
	keys := v.MapKeys()
	if len(keys) <= most {
		return keys
	}
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if x, ok := v.MapIndex(a).Interface().(Attempt); ok {
			y := v.MapIndex(b).Interface().(Attempt)
			if order := y.Last.Compare(x.Last); order != 0 {
				return order
			}
		}
		return strings.Compare(a.String(), b.String())
	})
	return keys[:min(len(keys), most)]
}
