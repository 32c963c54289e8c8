// Package tlsfront serves certificates on loopback addresses, as load balancers and content delivery networks do: with
// edges that pick up a certificate late, that serve somebody else's, or that break the handshake.
package tlsfront

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Site is one service with one or more edges, each an IP address, all on one port.
type Site struct {
	// Port is the port of every edge.
	Port int
	// Addresses are those of the edges, in the order that Listen had.
	Addresses []string
	edges     map[string]*Edge
}

// Listen opens an edge on each loopback address, such as 127.0.0.1, 127.0.0.2 and ::1, on one free port.
func Listen(addresses ...string) (*Site, error) { return ListenAt(0, addresses...) }

// ListenAt is Listen on that port; 0 stands for a free one.
func ListenAt(port int, addresses ...string) (*Site, error) {
	tries := 1
	if port == 0 {
		tries = 20 // the port that is free on one address may be taken on another
	}
	var problems error
	for range tries {
		site, err := listen(port, addresses)
		if err == nil {
			return site, nil
		}
		problems = errors.Join(problems, err)
	}
	return nil, problems
}

func listen(port int, addresses []string) (*Site, error) {
	s := &Site{Port: port, edges: map[string]*Edge{}, Addresses: addresses}
	for _, address := range addresses {
		l, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(s.Port)))
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("listen on %s: %w", address, err)
		}
		s.Port = l.Addr().(*net.TCPAddr).Port
		s.edges[address] = newEdge(l)
	}
	return s, nil
}

// Edge returns the edge on address.
func (s *Site) Edge(address string) *Edge { return s.edges[address] }

// Serve makes all edges serve these certificates from now on.
func (s *Site) Serve(certificates ...tls.Certificate) { s.ServeAfter(0, certificates...) }

// ServeAfter makes all edges serve these certificates after delay, as a load balancer that picks up a re-import.
func (s *Site) ServeAfter(delay time.Duration, certificates ...tls.Certificate) {
	for _, e := range s.edges {
		e.ServeAfter(delay, certificates...)
	}
}

// Close ends all edges and their connections.
func (s *Site) Close() {
	for _, e := range s.edges {
		e.Close()
	}
}
