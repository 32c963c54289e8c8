// Package manyfronts serves thousands of TLS endpoints on loopback from a process of its own, so that the sockets and the memory
// of the process under test are those of what it probes with.
package manyfronts

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// variable makes a test program serve. Its value is how many of each hundred endpoints never answer.
const variable = "CERTLOOP_TEST_SERVES_MANY"

const (
	// Edges is how many IPv4 addresses there are.
	Edges = 100
	// Refusing is how many of each hundred endpoints refuse connections.
	Refusing = 2
)

// ServeIfAsked serves endpoints if Start began this process, and reports whether it did. TestMain calls it first.
func ServeIfAsked() bool {
	silent, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		return false
	}
	if err := serve(silent); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

// KeyTypeOf returns the key type of endpoint n. A third has RSA, which is what certloop issues by default.
func KeyTypeOf(n int) api.KeyType {
	if n%3 == 0 {
		return api.RSA2048
	}
	return api.EC256
}

// HostOf returns the host of endpoint n. It has an address of each family.
func HostOf(n int) string { return fmt.Sprintf("e%d.%s", n, domainOf(KeyTypeOf(n))) }

func domainOf(k api.KeyType) string {
	if k == api.RSA2048 {
		return "rsa.example.com"
	}
	return "ec.example.com"
}

// addressOf returns the IPv4 address of endpoint n.
func addressOf(n int) string { return fmt.Sprintf("127.0.77.%d", 1+n%Edges) }

// serve serves endpoints until the input of this process ends.
func serve(silent int) error {
	addresses := []string{"::1"}
	for n := range Edges {
		addresses = append(addresses, addressOf(n))
	}
	site, err := tlsfront.Listen(addresses...)
	if err != nil {
		return err
	}
	defer site.Close()
	resolver, err := dnstest.Listen(dns.HandlerFunc(bothFamilies))
	if err != nil {
		return err
	}
	defer resolver.Close()
	ca, ready := testca.New(testca.Options{Intermediates: 1}), started{Port: site.Port, Resolver: resolver.Addr, Leaves: map[api.KeyType][]byte{}}
	rsa, ec := issue(ca, api.RSA2048), issue(ca, api.EC256)
	site.Serve(tlsfront.Certificate(rsa), tlsfront.Certificate(ec))
	for n := range silent {
		site.Edge(addressOf(n)).Behave(tlsfront.Silent)
	}
	for n := range Refusing {
		site.Edge(addressOf(silent + n)).Close()
	}
	ready.Root, ready.Leaves[api.RSA2048], ready.Leaves[api.EC256] = ca.Root(), rsa.Certificate.Raw, ec.Certificate.Raw
	if err := json.NewEncoder(os.Stdout).Encode(ready); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func issue(ca *testca.CA, k api.KeyType) testca.Issued {
	return ca.Issue(testca.Leaf{Names: []string{"*." + domainOf(k)}, KeyType: k})
}

// bothFamilies answers for the host of an endpoint with an address of each family.
func bothFamilies(w dns.ResponseWriter, query *dns.Msg) {
	reply, q := new(dns.Msg).SetReply(query), query.Question[0]
	n, _ := strconv.Atoi(strings.TrimPrefix(strings.Split(q.Name, ".")[0], "e"))
	head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET}
	switch q.Qtype {
	case dns.TypeA:
		reply.Answer = []dns.RR{&dns.A{Hdr: head, A: net.ParseIP(addressOf(n))}}
	case dns.TypeAAAA:
		reply.Answer = []dns.RR{&dns.AAAA{Hdr: head, AAAA: net.IPv6loopback}}
	}
	_ = w.WriteMsg(reply)
}
