package caa_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certloop/providers/caa"
	"certloop/providers/caa/contract"
	"certloop/providers/caa/fake"
	"certloop/reconciler/api"
)

func start(t *testing.T) (*fake.DNS, *caa.Client) {
	t.Helper()
	d, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d, caa.New(caa.Config{Resolvers: []string{d.Addr}})
}

func TestContract(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		d, client := start(t)
		return contract.Subject{CAA: client, Put: func(t *testing.T, name, kind string, values ...string) {
			for _, value := range values {
				d.Put(fmt.Sprintf("%s. 60 IN %s %s", name, kind, value))
			}
		}}
	})
}

func read(t *testing.T, c *caa.Client, domain string) api.CAASet {
	t.Helper()
	sets, err := c.ReadCAA(t.Context(), []string{domain})
	if err != nil || len(sets) != 1 {
		t.Fatalf("%+v, %v", sets, err)
	}
	return sets[0]
}

// TestReadCAA_WhatFailsIsNotEmpty: no record set above a name that fails counts, because a CA does not go on either.
func TestReadCAA_WhatFailsIsNotEmpty(t *testing.T) {
	for sentence, c := range map[string]struct {
		breaks   func(*fake.DNS)
		servFail bool
		reason   api.Reason
	}{
		"SERVFAIL":         {func(d *fake.DNS) { d.Fail("www.example.com", dns.RcodeServerFailure) }, true, api.ReasonDNSFailed},
		"REFUSED":          {func(d *fake.DNS) { d.Fail("www.example.com", dns.RcodeRefused) }, false, api.ReasonDNSFailed},
		"wrong signatures": {func(d *fake.DNS) { d.Bogus("www.example.com") }, true, api.ReasonDNSSECBogus},
		"a loop of CNAMEs": {func(d *fake.DNS) {
			d.KeepAliases()
			d.Put("www.example.com. 60 IN CNAME a.example.net.")
			d.Put("a.example.net. 60 IN CNAME www.example.com.")
		}, false, api.ReasonDNSFailed},
		"too many records": {func(d *fake.DNS) {
			for i := range 101 {
				d.Put(fmt.Sprintf(`www.example.com. 60 IN CAA 0 issue "ca%d.test"`, i))
			}
		}, false, api.ReasonDNSFailed},
	} {
		t.Run(sentence, func(t *testing.T) {
			d, client := start(t)
			d.Put(`example.com. 60 IN CAA 0 issue "ca.test"`)
			c.breaks(d)
			set := read(t, client, "www.example.com")
			if set.Err == nil || set.ServFail != c.servFail || api.ReasonOf(set.Err, "") != c.reason || len(set.Records) > 0 || set.Name != "www.example.com" {
				t.Errorf("%+v", set)
			}
		})
	}
}

func TestReadCAA_FollowsWhatTheResolverDoesNot(t *testing.T) {
	d, client := start(t)
	d.KeepAliases()
	d.Put("www.example.com. 60 IN CNAME edge.cdn.test.")
	d.Put(`edge.cdn.test. 60 IN CAA 0 issue "cdn.test"`)
	if set := read(t, client, "www.example.com"); set.Owner != "edge.cdn.test" || len(set.Records) != 1 {
		t.Errorf("%+v", set)
	}
}

// TestReadCAA_IsBounded: a hundred names of one zone share their questions, and names without end are not followed.
func TestReadCAA_IsBounded(t *testing.T) {
	d, client := start(t)
	var names, deep []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("n%d.example.com", i))
		deep = append(deep, strings.Repeat(fmt.Sprintf("n%d.", i), 40)+"example.com")
	}
	if sets, _ := client.ReadCAA(t.Context(), names); len(sets) != 100 || d.Asked() != 102 {
		t.Errorf("%d sets after %d questions", len(sets), d.Asked())
	}
	before := d.Asked()
	sets, _ := client.ReadCAA(t.Context(), deep)
	if n := d.Asked() - before; n > 1000 {
		t.Errorf("%d questions", n)
	}
	unread := 0
	for _, set := range sets {
		if set.Err != nil {
			unread++
		}
	}
	if unread == 0 {
		t.Error("what was not asked passes for empty")
	}
}

func TestReadCAA_EndsWithItsContext(t *testing.T) {
	_, client := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	sets, _ := client.ReadCAA(ctx, []string{"www.example.com"})
	if len(sets) != 1 || sets[0].Err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("%+v after %s", sets, time.Since(began))
	}
}
