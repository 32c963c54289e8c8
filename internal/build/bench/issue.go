package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"certloop/reconciler/sim"
)

// issue counts the calls of one issue in the simulation: one name, one target, a registered account.
func issue() ([]row, error) {
	made, issued := sim.CallsOfOneIssue()
	if !issued {
		return nil, errors.New("the simulation did not issue one certificate")
	}
	table := 0
	for op, n := range made {
		if strings.HasPrefix(op, "table.") {
			table += n
		}
	}
	return []row{
		count("one issue: requests to DynamoDB", table, 25),
		count("one issue: GetSecretValue", made["secrets.Key"], 1),
		count("one issue: observations of ACM (three reads each)", made["acm.Describe"], 2),
		count("one issue: imports", made["acm.Import"], 1),
		count("one issue: changes of Route 53", made["dns.Publish"]+made["dns.Remove"], 2),
	}, nil
}

// mostAllocations is half of the 1,483 that a pass made when it was measured first.
const mostAllocations = 741

// convergedPass counts what a pass over a converged record allocates, with the table in memory.
func convergedPass() ([]row, error) {
	pass := sim.ConvergedPass()
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			pass()
		}
	})
	return []row{
		count("converged pass: allocations", int(r.AllocsPerOp()), mostAllocations),
		printed("converged pass: time", fmt.Sprintf("%d µs", r.NsPerOp()/1000), "stated"),
	}, nil
}
