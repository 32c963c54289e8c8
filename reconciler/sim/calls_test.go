package sim

import (
	"strings"
	"testing"
)

// mostCalls bounds the calls of one issue: one name, one target, a registered account, and everything until nothing is left to do. Each
// call of the table is one request to DynamoDB, each of ACM at most three. A poll waits for others, so polls are not bounded.
var mostCalls = map[string]int{
	"table.Get": 3, "table.GetAccount": 2, "table.Write": 16, "table.ClaimARN": 1, "table.WriteAccount": 1,
	"table.GetController": 1, "table.WriteController": 1, "secrets.Key": 1, "kms.Seal": 1, "kms.Open": 2,
	"acm.Describe": 2, "acm.Find": 4, "acm.Import": 1, "dns.Resolve": 1, "dns.ReadCAA": 1, "dns.AskServers": 1, "dns.Publish": 1, "dns.Remove": 1,
	"ca.NewOrder": 1, "ca.Accept": 1, "ca.Finalize": 1, "ca.Download": 1, "ca.RenewalInfo": 1,
	"notify.SNS": 1, "notify.EventBridge": 1,
}

// polls are the calls that are repeated until somebody else is done.
var polls = map[string]bool{"ca.GetOrder": true, "dns.InSync": true}

// TestCalls_OfOneIssue holds how many calls one issue takes. A call that is saved lowers its bound.
func TestCalls_OfOneIssue(t *testing.T) {
	made, issued := CallsOfOneIssue()
	if !issued {
		t.Fatal("the certificate was not issued once")
	}
	table := 0
	for op, n := range made {
		if strings.HasPrefix(op, "table.") {
			table += n
		}
	}
	for op, n := range made {
		if n > mostCalls[op] && !polls[op] {
			t.Errorf("%s was called %d times, want at most %d", op, n, mostCalls[op])
		}
	}
	if table > 25 {
		t.Errorf("%d requests to the table, want at most 25", table)
	}
	t.Logf("%d requests to the table: %v", table, made)
}

// BenchmarkConvergedPass is a pass that finds nothing to do.
func BenchmarkConvergedPass(b *testing.B) {
	pass := ConvergedPass()
	b.ReportAllocs()
	for b.Loop() {
		pass()
	}
}
