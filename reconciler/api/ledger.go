package api

import (
	"cmp"
	"maps"
	"slices"
)

// Ledger is what an account ordered lately, as far as the limits of its CA count it. Each value is the time, in
// milliseconds since 1970, at which a limit is refilled. A limit without a value is full.
type Ledger struct {
	// Version rises by one with every write.
	Version int64 `json:"version"`
	// Directory is the CA's. The values say nothing about another one.
	Directory string `json:"directory,omitempty"`
	// Orders is the value of the account's new orders.
	Orders int64 `json:"orders,omitempty"`
	// Domains has registered domains, Sets the digests of sets of names, and Failures names whose validation failed.
	Domains  map[string]int64 `json:"domains,omitempty"`
	Sets     map[string]int64 `json:"sets,omitempty"`
	Failures map[string]int64 `json:"failures,omitempty"`
}

// DamagedLedger is the Version of an item that cannot be read. A write of that version replaces it.
const DamagedLedger = -1

// maxLedgerPart is the most bytes of each part of a ledger: a third of what DynamoDB accepts, with room to spare. 10,000
// certificates of Let's Encrypt need 60 KB, where their first issue takes as long as its limit of orders makes it.
const maxLedgerPart = 100 << 10

// Bound makes the ledger fit into the table. To fit, it drops the values that are refilled soonest.
func (l *Ledger) Bound() {
	l.Directory = boundText("directory", l.Directory)
	l.Domains, l.Sets, l.Failures = boundPart(l.Domains), boundPart(l.Sets), boundPart(l.Failures)
}

// boundPart returns the part without what is no name. It returns the same map if it is within bounds.
func boundPart(part map[string]int64) map[string]int64 {
	size, strange := 0, false
	for name := range part {
		size += sizeOfEntry(name)
		strange = strange || !isEntry(name)
	}
	if size <= maxLedgerPart && !strange && (part == nil || len(part) > 0) {
		return part
	}
	latest := slices.SortedFunc(maps.Keys(part), func(a, b string) int { return cmp.Or(cmp.Compare(part[b], part[a]), cmp.Compare(a, b)) })
	var kept map[string]int64
	size = 0
	for _, name := range latest {
		if !isEntry(name) {
			continue
		}
		if size += sizeOfEntry(name); size > maxLedgerPart {
			break
		}
		if kept == nil {
			kept = map[string]int64{}
		}
		kept[name] = part[name]
	}
	return kept
}

// sizeOfEntry is at least what DynamoDB counts: the name, a number of at most 19 digits, and one byte for each of both.
func sizeOfEntry(name string) int { return len(name) + 13 }

func isEntry(name string) bool { return name != "" && len(name) <= MaxDNSName && Clean(name) }
