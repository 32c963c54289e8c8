// Package suite runs one contract on several subjects: a strict fake passes all of it, an emulator the parts that it
// enforces.
package suite

import (
	"maps"
	"slices"
	"testing"
)

// Part is one sentence of a contract, as a test of a subject.
type Part[S any] = func(*testing.T, S)

// Run runs all parts, by sentence, each on a subject that it makes. notEnforced maps the parts that an emulator does
// not enforce to the reason.
func Run[S any](t *testing.T, parts map[string]Part[S], notEnforced map[string]string, subject func(*testing.T) S) {
	for sentence := range notEnforced {
		if parts[sentence] == nil {
			t.Errorf("not enforced is %q, which is not a part of the contract", sentence)
		}
	}
	for _, sentence := range slices.Sorted(maps.Keys(parts)) {
		t.Run(sentence, func(t *testing.T) {
			if reason, ok := notEnforced[sentence]; ok {
				t.Skip("not enforced by the emulator: " + reason)
			}
			parts[sentence](t, subject(t))
		})
	}
}
