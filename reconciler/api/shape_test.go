package api_test

import (
	"fmt"
	"slices"
	"testing"

	"certloop/reconciler/api"
)

func TestAddShape(t *testing.T) {
	shape := func(profile, issuer string) api.Shape {
		return api.Shape{Profile: profile, KeyType: api.RSA2048, Issuers: []string{issuer}, Root: "Root", Certificates: 2}
	}
	shapes, changed := api.AddShape(nil, shape("", "R1"))
	if !changed || len(shapes) != 1 {
		t.Fatalf("the first: %+v, %v", shapes, changed)
	}
	if again, changed := api.AddShape(shapes, shape("", "R1")); changed || len(again) != 1 {
		t.Errorf("the same: %+v, %v", again, changed)
	}
	before := slices.Clone(shapes)
	// A CA changes between few issuers at random: once all are known, nothing is written any more.
	for i := range 20 {
		var changed bool
		if shapes, changed = api.AddShape(shapes, shape("", fmt.Sprintf("R%d", i%4+1))); changed != (i >= 1 && i < 4) {
			t.Errorf("certificate %d: changed is %v", i, changed)
		}
	}
	if got := shapes[0].Issuers; !slices.Equal(got, []string{"R4", "R3", "R2", "R1"}) || len(before[0].Issuers) != 1 {
		t.Errorf("issuers %v, before %v", got, before[0].Issuers)
	}
	if shapes, _ = api.AddShape(shapes, shape("", "R5")); !slices.Equal(shapes[0].Issuers, []string{"R5", "R4", "R3", "R2"}) {
		t.Errorf("issuers %v", shapes[0].Issuers)
	}
	for i := range 2 * api.MostShapes {
		shapes, _ = api.AddShape(shapes, shape(fmt.Sprint(i), "R1"))
	}
	if last := shapes[len(shapes)-1]; len(shapes) != api.MostShapes || last.Profile != fmt.Sprint(2*api.MostShapes-1) {
		t.Errorf("%d shapes, the last %+v", len(shapes), last)
	}
}
