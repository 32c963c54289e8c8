package spec_test

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func TestSpecDigest_OfAnyRecordIsShortLowerCaseHexAndTheSameAgain(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{32}$`)
	rapid.Check(t, func(t *rapid.T) {
		record := anyRecord().Draw(t, "record")
		if got := api.SpecDigest(record); !form.MatchString(got) || got != api.SpecDigest(record) {
			t.Fatalf("SpecDigest is %q, then %q", got, api.SpecDigest(record))
		}
	})
}
