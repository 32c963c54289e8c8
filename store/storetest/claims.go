package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

func claimRace(t *testing.T, s Subject) {
	for round := range 3 {
		arn := fmt.Sprint(arnA, round)
		owners := make([]string, writers)
		errs := make([]error, writers)
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				owners[i], errs[i] = s.ClaimARN(context.Background(), arn, fmt.Sprintf("record-%d", i%2), "")
			})
		}
		group.Wait()
		for i := range writers {
			must(t, errs[i])
			if owners[i] != owners[0] {
				t.Fatalf("%s and %s both own it", owners[i], owners[0])
			}
		}
	}
}

func claimReplace(t *testing.T, s Subject) {
	for _, step := range []struct{ record, replace, owner string }{
		{"first", "", "first"},
		{"first", "", "first"},
		{"second", "", "first"},
		{"second", "third", "first"},
		{"second", "first", "second"},
		{"second", "first", "second"},
		{"first", "", "second"},
	} {
		if got := s.owner(t, arnA, step.record, step.replace); got != step.owner {
			t.Fatalf("%s, replacing %q: the owner is %s, want %s", step.record, step.replace, got, step.owner)
		}
	}
	if got := s.owner(t, arnB, "fourth", "nobody"); got != "fourth" {
		t.Errorf("a free ARN is %s's", got)
	}
}

func claimRelease(t *testing.T, s Subject) {
	ctx := context.Background()
	must(t, s.ReleaseARN(ctx, arnA, "first"))
	s.owner(t, arnA, "first", "")
	must(t, s.ReleaseARN(ctx, arnA, "second"))
	if got := s.owner(t, arnA, "second", ""); got != "first" {
		t.Fatalf("after another's release the owner is %s", got)
	}
	must(t, s.ReleaseARN(ctx, arnA, "first"))
	if got := s.owner(t, arnA, "second", ""); got != "second" {
		t.Fatalf("after its own release the owner is %s", got)
	}
}

func claimRead(t *testing.T, s Subject) {
	ctx := context.Background()
	wantOwner := func(arn, want string) {
		t.Helper()
		got, err := s.ClaimOwner(ctx, arn)
		must(t, err)
		if got != want {
			t.Errorf("the claim on %s is %q's, want %q", arn, got, want)
		}
	}
	wantOwner(arnA, "")
	s.owner(t, arnA, "first", "")
	wantOwner(arnA, "first")
	wantOwner(arnB, "")
	s.owner(t, arnA, "second", "first")
	wantOwner(arnA, "second")
	must(t, s.ReleaseARN(ctx, arnA, "second"))
	wantOwner(arnA, "")
}
