package storetest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"certloop/reconciler/api"
)

func (s Subject) admit(t *testing.T, policy, record string, most int) bool {
	t.Helper()
	ok, err := s.Admit(context.Background(), policy, record, most)
	must(t, err)
	return ok
}

func admission(t *testing.T, s Subject) {
	ctx := context.Background()
	for _, step := range []struct {
		policy, record string
		most           int
		want           bool
	}{
		{"a", "one", 2, true},
		{"a", "one", 2, true},
		{"a", "two", 2, true},
		{"a", "three", 2, false},
		{"b", "three", 1, true}, // another policy counts its own
		{"a", "one", 1, true},   // a smaller maximum revokes no admission
		{"a", "three", 1, false},
		{"a", "three", 3, true},
	} {
		if got := s.admit(t, step.policy, step.record, step.most); got != step.want {
			t.Fatalf("%+v: %v", step, got)
		}
	}
	must(t, s.Dismiss(ctx, "a", "two"))
	must(t, s.Dismiss(ctx, "a", "two"))
	must(t, s.Dismiss(ctx, "nobody", "two"))
	usage := func(policy string, records ...string) api.Listed {
		return api.Listed{Key: api.Key{Kind: api.KindPolicyUsage, Name: policy}, Admitted: records}
	}
	a, b := usage("a", "one", "three"), usage("b", "three")
	if got := s.all(t); !reflect.DeepEqual(got, map[api.Key]api.Listed{a.Key: a, b.Key: b}) {
		t.Errorf("listed: %+v", got)
	}
	if o, err := s.GetPolicy(ctx, "a"); err != nil || o.Admitted != 2 {
		t.Errorf("GetPolicy: %+v, %v", o, err)
	}
	must(t, s.Dismiss(ctx, "a", "one"))
	must(t, s.Dismiss(ctx, "a", "three"))
	must(t, s.Dismiss(ctx, "b", "three"))
	if got := s.all(t); len(got) != 0 {
		t.Errorf("a policy without admissions is still listed: %+v", got)
	}
	if !s.admit(t, "a", "again", 1) || s.admit(t, "a", "more", 1) {
		t.Errorf("dismissed records still count, or too many were dismissed")
	}
}

// admissionRace has 32 records ask for admission under a maximum of 5, three times each.
func admissionRace(t *testing.T, s Subject) {
	const places = 5
	var admitted atomic.Int32
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for range 3 {
				ok, err := s.Admit(context.Background(), "a", fmt.Sprintf("record-%d", i), places)
				if err != nil {
					t.Error(err)
				}
				if !ok {
					return
				}
			}
			admitted.Add(1)
		})
	}
	group.Wait()
	o, err := s.GetPolicy(context.Background(), "a")
	must(t, err)
	if admitted.Load() != places || o.Admitted != places {
		t.Errorf("%d records were admitted, the table has %d, there are %d places", admitted.Load(), o.Admitted, places)
	}
}

func fullUsage(t *testing.T, s Subject) {
	const most = 250
	for i := range most {
		if !s.admit(t, "a", fmt.Sprintf("a-name-that-is-as-long-as-a-name-of-a-record-may-be-%011d", i), most) {
			t.Fatalf("record %d is not admitted", i)
		}
	}
	if s.admit(t, "a", "one-more", most) {
		t.Error("one more is admitted")
	}
	if o, err := s.GetPolicy(context.Background(), "a"); err != nil || o.Admitted != most {
		t.Errorf("the table has %d, %v", o.Admitted, err)
	}
}
