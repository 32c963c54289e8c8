package api

import (
	"encoding/json"
	"reflect"
)

// SameStored reports whether two values would be stored the same.
func SameStored(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
