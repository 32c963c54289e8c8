package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

// table holds items by key, which a join may read again.
type table map[api.Key]pair

func (t table) read(key api.Key) (pair, error) { return t[key], nil }

// TestJoin_ListsEachKeyOnce checks that each key is listed once with its own record and status, for random
// interleavings of records, statuses, forged statuses and noise, and for any room.
func TestJoin_ListsEachKeyOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		all := table{}
		items := rapid.Permutation(drawItems(r, all)).Draw(r, "order")
		room := rapid.IntRange(0, 3000).Draw(r, "room")
		j := newJoin(room, all.read)
		got := map[api.Key]api.Listed{}
		note := func(l api.Listed, err error) bool {
			if _, twice := got[l.Key]; twice || err != nil {
				r.Fatalf("%s twice, or %v", l.Key, err)
			}
			got[l.Key] = l
			return true
		}
		for _, it := range items {
			l, complete, err := j.take(it)
			if err != nil {
				r.Fatal(err)
			}
			if complete {
				note(l, nil)
			}
			if held := j.held(); held+j.room != room || j.room < 0 {
				r.Fatalf("%d bytes wait, %d are left of %d", held, j.room, room)
			}
		}
		j.rest(note)
		if len(j.waiting) > 0 || j.room != room {
			r.Errorf("%d still wait, and the room is %d of %d", len(j.waiting), j.room, room)
		}
		want := map[api.Key]api.Listed{}
		for key, p := range all {
			want[key] = listedOf(key, p)
		}
		if !reflect.DeepEqual(got, want) {
			r.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
		}
	})
}

func (j *join) held() (n int) {
	for _, h := range j.waiting {
		n += len(h.body)
	}
	return n
}

// drawItems fills all and returns its items, with others among them that belong to no key.
func drawItems(r *rapid.T, all table) (items []item) {
	for i := range rapid.IntRange(0, 8).Draw(r, "names") {
		kind := rapid.SampledFrom([]api.Kind{api.KindCertificate, api.KindAccount, api.KindPolicy}).Draw(r, "kind")
		name := fmt.Sprint("www", i/3) // an account, a certificate and a policy may share a name
		key := api.Key{Kind: kind, Name: name}
		forged := itemKey(name, kind+"Status")
		forged["uri"] = stringValue("forged")
		items = append(items, forged, itemKey(api.IssuancePartition(name), api.KindIssuance))
		if _, twice := all[key]; twice {
			continue
		}
		what := rapid.IntRange(1, 3).Draw(r, "what")
		var p pair
		if what&1 != 0 {
			p.record = drawRecord(r, key)
			items = append(items, p.record)
		}
		if what&2 != 0 {
			p.status = drawStatus(r, key)
			items = append(items, p.status)
		}
		all[key] = p
	}
	return items
}

func drawRecord(r *rapid.T, key api.Key) item {
	it, err := encodeRecord(map[string]any{
		"name": text(recordKey(key), attrName), "kind": string(key.Kind), "text": rapid.String().Draw(r, "text"), "set": []string{"a", "b"},
		"list": []any{nil, true, json.Number("1.5"), map[string]any{}, []any{}}, "bytes": []byte{0, 255},
	})
	if err != nil {
		r.Fatal(err)
	}
	return it
}

func drawStatus(r *rapid.T, key api.Key) (it item) {
	serial, err := strings.Repeat("0f", rapid.IntRange(0, 500).Draw(r, "serial")), error(nil)
	switch key.Kind {
	case api.KindAccount:
		it, err = encodeAccountStatus(key.Name, &api.AccountStatus{URI: serial}, 3)
	case api.KindPolicy:
		it, err = encode(policyStatusKey(key.Name), api.PolicyStatus{SpecDigest: serial})
	default:
		it, err = encodeStatus(key.Name, &api.CertificateStatus{Serial: serial}, 3)
	}
	if err != nil {
		r.Fatal(err)
	}
	return it
}
