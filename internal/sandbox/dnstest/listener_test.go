package dnstest

import (
	"net"
	"testing"

	"github.com/miekg/dns"
)

func TestListener(t *testing.T) {
	l, err := Listen(dns.HandlerFunc(func(w dns.ResponseWriter, query *dns.Msg) {
		_ = w.WriteMsg(new(dns.Msg).SetRcode(query, dns.RcodeRefused))
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		query := new(dns.Msg).SetQuestion("example.com.", dns.TypeTXT)
		reply, _, err := (&dns.Client{Net: network}).Exchange(query, l.Addr)
		if err != nil || reply.Rcode != dns.RcodeRefused {
			t.Errorf("%s: %v, %v; want the handler's answer", network, reply, err)
		}
	}
	l.Close()
	if udp, err := net.ListenPacket("udp", l.Addr); err != nil {
		t.Errorf("UDP is still taken: %v", err)
	} else if err := udp.Close(); err != nil {
		t.Error(err)
	}
	if c, err := net.Dial("tcp", l.Addr); err == nil {
		_ = c.Close()
		t.Error("TCP still answers")
	}
}
