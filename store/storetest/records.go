package storetest

import (
	"context"
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"certloop/reconciler/api"
)

func recordValues(t *testing.T, s Subject) {
	record := map[string]any{
		"name": "www", "kind": "Certificate",
		"text": "Ünï ☃", "empty": "", "number": json.Number("-12.5"), "yes": true, "no": false, "nothing": nil,
		"bytes": []byte{0, 255}, "list": []any{"a", json.Number("1"), []any{}, map[string]any{"deep": nil}},
		"empty list": []any{}, "map": map[string]any{"a b": "c", "": ""}, "empty map": map[string]any{},
		"set":      []string{"b.example.com", "a.example.com"},
		"numbers":  []json.Number{"7"},
		"binaries": [][]byte{{1, 2}},
	}
	delete(record["map"].(map[string]any), "") // no attribute has an empty name
	s.PutRecord(record)
	record["set"] = []string{"a.example.com", "b.example.com"}
	o := s.get(t, "www")
	for k, want := range record {
		if got := o.Record[k]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, want %#v", k, got, want)
		}
	}
	if len(o.Record) != len(record) {
		t.Errorf("%d attributes came back, want %d: %v", len(o.Record), len(record), o.Record)
	}
}

func anyRecord(t *testing.T, s Subject) {
	rapid.Check(t, func(r *rapid.T) {
		record := map[string]any{}
		for i := range rapid.IntRange(0, 4).Draw(r, "attributes") {
			record["attribute-"+strconv.Itoa(i)] = value(r, 3)
		}
		record["name"], record["kind"] = "www", "Certificate"
		s.PutRecord(record)
		if got := s.get(r, "www").Record; !reflect.DeepEqual(got, record) {
			r.Fatalf("\n got %#v\nwant %#v", got, record)
		}
	})
}

// value draws any value that users can write, in the form in which it is read, at most depth deep.
func value(r *rapid.T, depth int) any {
	kinds := 8
	if depth == 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(r, "kind") {
	case 0:
		return rapid.String().Draw(r, "text")
	case 1:
		return json.Number(strconv.FormatInt(rapid.Int64Range(-1e15, 1e15).Draw(r, "number"), 10))
	case 2:
		return rapid.Bool().Draw(r, "bool")
	case 3:
		return nil
	case 4:
		return rapid.SliceOfN(rapid.Byte(), 1, 5).Draw(r, "bytes")
	case 5:
		return []string{"a" + rapid.StringN(0, 3, -1).Draw(r, "first"), "b" + rapid.StringN(0, 3, -1).Draw(r, "second")}
	case 6:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(r, "length") {
			list = append(list, value(r, depth-1))
		}
		return list
	}
	m := map[string]any{}
	for i := range rapid.IntRange(0, 3).Draw(r, "size") {
		m["key "+strconv.Itoa(i)] = value(r, depth-1)
	}
	return m
}

func isolation(t *testing.T, s Subject) {
	record := certificate("www")
	st := &api.CertificateStatus{Domains: []string{"kept"}, DNS: &api.Role{RoleARN: "kept"}}
	is := &api.Issuance{SealedKey: []byte("kept")}
	s.PutRecord(record)
	s.write(t, api.Write{Name: "www", Status: st, Issuance: is})
	spoil := func(o api.Object) {
		o.Record["domains"].([]any)[0] = "spoilt"
		o.Status.Domains[0], o.Status.DNS.RoleARN = "spoilt", "spoilt"
		copy(o.Issuance.SealedKey, "spoilt")
	}
	spoil(api.Object{Record: record, Status: st, Issuance: is})
	spoil(s.get(t, "www"))
	for l, err := range s.All(context.Background()) {
		must(t, err)
		spoil(api.Object{Record: l.Record, Status: l.Status, Issuance: is})
	}
	o := s.get(t, "www")
	if o.Record["domains"].([]any)[0] != "www.example.com" || o.Status.Domains[0] != "kept" ||
		o.Status.DNS.RoleARN != "kept" || string(o.Issuance.SealedKey) != "kept" {
		t.Errorf("the table has %+v, %+v, %+v", o.Record, o.Status, o.Issuance)
	}
}

func endedContext(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Get(ctx, "www")
	wantKind(t, err, api.Transient)
	_, err = s.GetAccount(ctx, "www")
	wantKind(t, err, api.Transient)
	_, err = s.ClaimARN(ctx, arnA, "www", "")
	wantKind(t, err, api.Transient)
	_, err = s.ClaimOwner(ctx, arnA)
	wantKind(t, err, api.Transient)
	wantKind(t, s.ReleaseARN(ctx, arnA, "www"), api.Transient)
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Status: &api.CertificateStatus{}}), api.Transient)
	wantKind(t, s.Write(ctx, api.Write{Name: "www", Forget: true}), api.Transient)
	wantKind(t, s.WriteAccount(ctx, "www", &api.AccountStatus{}), api.Transient)
	ended := 0
	for _, err := range s.All(ctx) {
		wantKind(t, err, api.Transient)
		ended++
	}
	for _, err := range s.Due(ctx, epoch) {
		wantKind(t, err, api.Transient)
		ended++
	}
	if ended != 2 {
		t.Errorf("%d listings ended with an error, want 2", ended)
	}
	if o := s.get(t, "www"); o.Status != nil {
		t.Errorf("the table has %+v", o.Status)
	}
}
