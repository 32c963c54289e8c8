package fake

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// entry is an item at its place in the order of a table or of an index.
type entry struct {
	// hash orders the partitions of a scan.
	hash      uint64
	partition string
	sort      value
	// primary tells entries of an index apart that have the same keys there.
	primary string
	item    item
}

func (e entry) compare(o entry) int {
	order, _ := e.sort.compare(o.sort)
	return cmp.Or(cmp.Compare(e.hash, o.hash), strings.Compare(e.partition, o.partition), order, strings.Compare(e.primary, o.primary))
}

// ordered are entries in their order. As in DynamoDB, that of the partitions has no meaning, and within a partition it is
// that of the sort key.
type ordered struct{ entries []entry }

func (o *ordered) len() int { return len(o.entries) }

func (o *ordered) search(e entry) (int, bool) {
	return slices.BinarySearchFunc(o.entries, e, entry.compare)
}

func (o *ordered) get(e entry) item {
	if at, ok := o.search(e); ok {
		return o.entries[at].item
	}
	return nil
}

func (o *ordered) put(e entry) {
	at, found := o.search(e)
	if found {
		o.entries[at] = e
		return
	}
	o.entries = slices.Insert(o.entries, at, e)
}

func (o *ordered) remove(e entry) {
	if at, found := o.search(e); found {
		o.entries = slices.Delete(o.entries, at, at+1)
	}
}

// partition returns the entries of one partition.
func (o *ordered) partition(key string) []entry {
	probe := entry{hash: hashOf(key), partition: key}
	byPartition := func(e, probe entry) int {
		return cmp.Or(cmp.Compare(e.hash, probe.hash), strings.Compare(e.partition, probe.partition))
	}
	from, found := slices.BinarySearchFunc(o.entries, probe, byPartition)
	if !found {
		return nil
	}
	to := from
	for to < len(o.entries) && o.entries[to].partition == key {
		to++
	}
	return o.entries[from:to]
}

func hashOf(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	return h.Sum64()
}

// place returns the entry of an item, and whether the item has both keys.
func (k keySchema) place(it item, primary string) (entry, bool) {
	partition, hasPartition := it[k.partition]
	sort, hasSort := it[k.sort]
	return entry{hash: hashOf(partition.text), partition: partition.text, sort: sort, primary: primary, item: it}, hasPartition && hasSort
}

// primary returns the key of an item as one text.
func (t *table) primary(it item) string {
	return it[t.key.partition].text + "\x00" + it[t.key.sort].text
}

// at returns the item with that key, or nil.
func (t *table) at(key item) item {
	e, _ := t.key.place(key, "")
	return t.items.get(e)
}

// replace puts the item in the place of what was there; nil deletes it.
func (s *Service) replace(t *table, before, after item) {
	for _, i := range t.indexes {
		if before != nil {
			if e, ok := i.key.place(before, t.primary(before)); ok {
				i.items.remove(e)
			}
		}
		if after != nil {
			if e, ok := i.key.place(after, t.primary(after)); ok {
				e.item = i.project(after)
				i.items.put(e)
			}
		}
	}
	if after == nil {
		e, _ := t.key.place(before, "")
		t.items.remove(e)
	} else {
		e, _ := t.key.place(after, "")
		t.items.put(e)
	}
	if t.stream != nil {
		s.append(t, before, after)
	}
}
