package main

import (
	"context"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/pebble"
)

// zones are the hosted zones of the certificates' names; the second is bücher.example.
var zones = []string{"example.com", "xn--bcher-kva.example", "example.net"}

// wanted is a certificate of the demo.
type wanted struct {
	record sandbox.Record
	// names are the DNS names as the certificate contains them.
	names []string
	// regions are where it must be installed, in the order of the record's targets.
	regions []string
	// ca is the CA that must have issued it.
	ca *pebble.CA
	// invalid is true if the record cannot be accepted.
	invalid bool
}

func (w wanted) name() string { return w.record["name"].(string) }

// accounts creates one account at each CA.
func (d *demo) accounts(ctx context.Context) error {
	if err := d.Put(ctx, sandbox.Record{"name": "default", "kind": "Account", "network": "private", "email": "ops@example.com",
		"directory": d.CA.DirectoryURL, "ca_certificates": d.CA.RootsPEM}); err != nil {
		return err
	}
	return d.Put(ctx, sandbox.Record{"name": "reseller", "kind": "Account", "network": "private", "email": "ops@example.com",
		"directory": d.EABCA.DirectoryURL, "ca_certificates": d.EABCA.RootsPEM, "eab_secret_arn": d.EABSecretARN})
}

// certificates returns the demo's records: one of each kind.
func (d *demo) certificates(adopted string) []wanted {
	here := []string{sandbox.Region}
	record := func(name string, domains []string, more ...any) sandbox.Record {
		r := sandbox.Record{"name": name, "kind": "Certificate", "domains": domains, "deletion_policy": "Delete"}
		for i := 0; i+1 < len(more); i += 2 {
			r[more[i].(string)] = more[i+1]
		}
		return r
	}
	plain := func(names ...string) []string { return names }
	return []wanted{
		{record: record("www", plain("www.example.com")), names: plain("www.example.com"), regions: here, ca: d.CA},
		{record: record("apex", plain("example.com", "*.example.com"), "probe", map[string]any{"endpoints": []any{
			map[string]any{"host": visitedHost, "port": d.distribution.Port}}}), names: plain("example.com", "*.example.com"),
			regions: here, ca: d.CA},
		{record: record("two-regions", plain("api.example.com"), "key_type", "EC_prime256v1", "targets", []any{
			map[string]any{"region": sandbox.Region}, map[string]any{"region": "ap-northeast-1"}}),
			names: plain("api.example.com"), regions: []string{sandbox.Region, "ap-northeast-1"}, ca: d.CA},
		{record: record("unicode", plain("bücher.example")), names: plain("xn--bcher-kva.example"), regions: here, ca: d.CA},
		{record: record("reseller", plain("shop.example.net"), "account", "reseller"), names: plain("shop.example.net"),
			regions: here, ca: d.EABCA},
		{record: record("adopted", plain("legacy.example.com"), "acm_arn", adopted), names: plain("legacy.example.com"),
			regions: here, ca: d.CA},
		{record: sandbox.Record{"name": "invalid", "kind": "Certificate", "domains": plain("www.example.com", "not a name"),
			"key_typ": "RSA_2048"}, invalid: true},
	}
}
