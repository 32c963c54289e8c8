package caa_test

import (
	"strings"
	"testing"

	"certloop/internal/sandbox/dnsserver"
	"certloop/internal/sandbox/dnsworld"
	"certloop/providers/caa"
	"certloop/providers/caa/contract"
	"certloop/reconciler/api"
)

func startSandbox(t *testing.T) (*dnsworld.World, *caa.Client) {
	t.Helper()
	w := dnsworld.Start(t)
	w.Zone(t, "example.com", "ns1.example.net")
	return w, caa.New(caa.Config{Resolvers: []string{w.Addr}})
}

// TestContract_SandboxDNS runs the contract on the sandbox's own DNS server, with the zone signed and not.
func TestContract_SandboxDNS(t *testing.T) {
	for sentence, signed := range map[string]bool{"a zone without signatures": false, "a signed zone": true} {
		t.Run(sentence, func(t *testing.T) {
			contract.Run(t, func(t *testing.T) contract.Subject {
				w, client := startSandbox(t)
				if signed {
					w.Sign("example.com")
				}
				return contract.Subject{CAA: client, Put: func(_ *testing.T, name, kind string, values ...string) {
					w.Put("example.com", name, kind, values...)
				}}
			})
		})
	}
}

// TestReadCAA_NamesEachWayInWhichASignedZoneBreaks: the records of a broken zone do not count, and neither do those above it.
func TestReadCAA_NamesEachWayInWhichASignedZoneBreaks(t *testing.T) {
	for how, bogus := range map[dnsserver.Breakage]bool{
		dnsserver.None: false, dnsserver.NoDS: false, dnsserver.WrongSignatures: true, dnsserver.ExpiredSignatures: true,
		dnsserver.NoSignatures: true, dnsserver.NoKeys: true, dnsserver.WrongDS: true,
	} {
		t.Run("broken by "+string(how), func(t *testing.T) {
			w, client := startSandbox(t)
			w.Zone(t, "sub.example.com", "ns1.example.net")
			w.Put("example.com", "example.com", "CAA", `0 issue "above.test"`)
			w.Put("sub.example.com", "sub.example.com", "CAA", `0 issue "ca.test"`)
			w.Sign("sub.example.com")
			w.Break("sub.example.com", how)
			set := read(t, client, "www.sub.example.com")
			if !bogus {
				if set.Err != nil || len(set.Records) != 1 || set.Records[0].Value != "ca.test" {
					t.Errorf("%+v", set)
				}
				return
			}
			if !set.ServFail || api.ReasonOf(set.Err, "") != api.ReasonDNSSECBogus || len(set.Records) > 0 ||
				!strings.Contains(api.MessageOf(set.Err), "DNSSEC validation failed for www.sub.example.com (CAA)") {
				t.Errorf("%+v", set)
			}
		})
	}
}
