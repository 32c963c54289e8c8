// Package fronts are the services at which TLS ends: load balancers and distributions that listen on loopback addresses
// and serve what ACM holds under an ARN. They pick up a re-import by themselves, each edge in its own time, as those of AWS
// do: no page of AWS gives a number.
package fronts

import (
	"crypto/tls"
	"fmt"
	"slices"
	"sync"
	"time"

	"certloop/internal/sandbox/tlsfront"
)

// Fronts are the services of one sandbox. The zero value has none. It is safe for concurrent use.
type Fronts struct {
	mu sync.Mutex
	// held is what was imported last under each ARN.
	held map[string]tls.Certificate
	open []*Front
}

// Imported receives what ACM holds under an ARN from now on. The error is about material that no server can serve.
func (f *Fronts) Imported(arn string, leaf, chain, key []byte) error {
	c, err := tls.X509KeyPair(slices.Concat(leaf, []byte("\n"), chain), key)
	if err != nil {
		return fmt.Errorf("serve what was imported under %s: %w", arn, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil {
		f.held = map[string]tls.Certificate{}
	}
	f.held[arn] = c
	for _, front := range f.open {
		if slices.Contains(front.arns, arn) {
			front.pickUp()
		}
	}
	return nil
}

// Open opens a service with an edge on each of these loopback addresses, all on one free port. It refuses handshakes until
// it serves something.
func (f *Fronts) Open(addresses ...string) (*Front, error) { return f.OpenAt(0, addresses...) }

// OpenAt is Open on that port; 0 stands for a free one.
func (f *Fronts) OpenAt(port int, addresses ...string) (*Front, error) {
	site, err := tlsfront.ListenAt(port, addresses...)
	if err != nil {
		return nil, err
	}
	front := &Front{Site: site, fronts: f, held: map[string]bool{}}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = append(f.open, front)
	return front, nil
}

// Close closes all services.
func (f *Fronts) Close() {
	f.mu.Lock()
	open := f.open
	f.open = nil
	f.mu.Unlock()
	for _, front := range open {
		front.Close()
	}
}

// Front is one service. What it serves can also be set by hand, with the methods of its Site.
type Front struct {
	*tlsfront.Site
	fronts *Fronts

	// fronts.mu guards the rest.
	arns  []string
	delay time.Duration
	held  map[string]bool
}

// Use makes the service use the certificates of these ARNs, as somebody does who changes its configuration: all edges
// serve at once what ACM holds there, and later what is imported there. A client gets the first that has the name it asks
// for, else the first of all.
func (f *Front) Use(arns ...string) {
	f.fronts.mu.Lock()
	defer f.fronts.mu.Unlock()
	f.arns = arns
	for _, address := range f.Addresses {
		f.serve(address, 0)
	}
}

// Delay sets how long after an import the edges serve it. It applies to later imports.
func (f *Front) Delay(d time.Duration) {
	f.fronts.mu.Lock()
	defer f.fronts.mu.Unlock()
	f.delay = d
}

// Hold makes the edge on that address pick up no import until Release.
func (f *Front) Hold(address string) {
	f.fronts.mu.Lock()
	defer f.fronts.mu.Unlock()
	f.held[address] = true
}

// Release ends Hold: the edge serves what ACM holds now.
func (f *Front) Release(address string) {
	f.fronts.mu.Lock()
	defer f.fronts.mu.Unlock()
	delete(f.held, address)
	f.serve(address, 0)
}

// pickUp makes the edges serve what ACM holds now, in their own time. The caller holds fronts.mu, as of serve.
func (f *Front) pickUp() {
	for _, address := range f.Addresses {
		if !f.held[address] {
			f.serve(address, f.delay)
		}
	}
}

func (f *Front) serve(address string, delay time.Duration) {
	var served []tls.Certificate
	for _, arn := range f.arns {
		if c, ok := f.fronts.held[arn]; ok {
			served = append(served, c)
		}
	}
	if len(served) > 0 {
		f.Edge(address).ServeAfter(delay, served...)
	}
}
