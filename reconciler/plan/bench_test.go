package plan

import (
	"fmt"
	"testing"

	"certloop/reconciler/api"
)

// manyTargets is a record whose certificate is in place at n targets; its renewal is due, and its key is made.
func manyTargets(n int) Input {
	in := kept()
	first := in.Targets[0]
	in.Targets, in.Stored.Targets = nil, nil
	in.Spec.Targets = nil
	for i := range n {
		t := first
		t.Region = fmt.Sprintf("region-%d", i)
		t.Stored.Key, t.Stored.Region, t.Stored.ARN = t.Region, t.Region, fmt.Sprintf("%s-%d", ownARN, i)
		t.Found = installed(t.Stored.ARN, first.Found.Leaf, t.Region)
		in.Targets, in.Stored.Targets = append(in.Targets, t), append(in.Stored.Targets, t.Stored)
		in.Spec.Targets = append(in.Spec.Targets, api.Target{Location: t.Location})
	}
	return in.with(at(ends.Add(-10*day)), issuing())
}

func BenchmarkDecideAndSettle_20Targets(b *testing.B) {
	in := manyTargets(20)
	if p := Decide(in); p.Action != Wait && p.Action != NewOrder {
		b.Fatalf("%+v", p)
	}
	b.ReportAllocs()
	for b.Loop() {
		p := Decide(in)
		Settle(in, p, Outcome{Err: errBug})
	}
}

func BenchmarkDecide_20Targets(b *testing.B) {
	in := manyTargets(20)
	b.ReportAllocs()
	for b.Loop() {
		Decide(in)
	}
}
