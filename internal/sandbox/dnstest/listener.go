// Package dnstest serves DNS on a loopback port for tests: Listen for any handler, and TXT, a server that knows TXT
// records only.
package dnstest

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/miekg/dns"
)

// Listener is one port on UDP and TCP.
type Listener struct {
	// Addr is host:port, the same for both protocols.
	Addr    string
	servers []*dns.Server
	running sync.WaitGroup
}

// Listen listens on a free loopback port and answers with h, which must be safe for concurrent use.
func Listen(h dns.Handler) (*Listener, error) {
	return listen("127.0.0.1:0", h)
}

// ListenAt is Listen at a loopback address and port of the caller's choice: name servers differ by their addresses alone.
func ListenAt(address string, h dns.Handler) (*Listener, error) { return listen(address, h) }

func listen(address string, h dns.Handler) (*Listener, error) {
	udp, tcp, err := bind(address)
	if err != nil {
		return nil, fmt.Errorf("listen for DNS: %w", err)
	}
	l := &Listener{Addr: udp.LocalAddr().String(), servers: []*dns.Server{{PacketConn: udp, Handler: h}, {Listener: tcp, Handler: h}}}
	for _, server := range l.servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		l.running.Go(func() { _ = server.ActivateAndServe() })
		<-started
	}
	return l, nil
}

// bind returns a port that is free for both protocols: that of the address, where it has one.
func bind(address string) (net.PacketConn, net.Listener, error) {
	var problems error
	for range 20 {
		udp, err := net.ListenPacket("udp", address)
		if err != nil {
			return nil, nil, err
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp, nil
		}
		problems = errors.Join(problems, err, udp.Close())
	}
	return nil, nil, problems
}

// Close ends both protocols. It returns when all questions are answered.
func (l *Listener) Close() {
	for _, server := range l.servers {
		_ = server.Shutdown()
	}
	l.running.Wait()
}
