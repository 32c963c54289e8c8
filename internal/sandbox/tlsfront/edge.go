package tlsfront

import (
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// Edge is one address that serves TLS. It is safe for concurrent use.
type Edge struct {
	mu       sync.Mutex
	listener net.Listener
	address  string
	// plans are what is served, and from when on, oldest first.
	plans     []plan
	preface   func(net.Conn) error
	behaviour func(net.Conn)
	configure func(*tls.Config)
	open      map[net.Conn]bool
	peak      int
	total     int
	running   sync.WaitGroup
}

type plan struct {
	from         time.Time
	certificates []tls.Certificate
}

func newEdge(l net.Listener) *Edge {
	e := &Edge{address: l.Addr().String(), open: map[net.Conn]bool{}}
	e.run(l)
	return e
}

// Serve makes the edge serve these certificates from now on: the first whose names include the name that the client
// asks for, else the first of all, as a load balancer's default certificate.
func (e *Edge) Serve(certificates ...tls.Certificate) { e.ServeAfter(0, certificates...) }

// ServeAfter is Serve after a delay. What was to be served later than that is not served.
func (e *Edge) ServeAfter(delay time.Duration, certificates ...tls.Certificate) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from := time.Now().Add(delay)
	e.plans = slices.DeleteFunc(e.plans, func(p plan) bool { return p.from.After(from) })
	e.plans = append(e.plans, plan{from, certificates})
}

// Begin makes the edge do preface on each connection before the handshake, such as SMTP.
func (e *Edge) Begin(preface func(net.Conn) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.preface = preface
}

// Behave makes the edge do this on each connection instead of TLS; nil: TLS.
func (e *Edge) Behave(behaviour func(net.Conn)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.behaviour = behaviour
}

// Configure changes how the edge shakes hands.
func (e *Edge) Configure(configure func(*tls.Config)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.configure = configure
}

// Connections returns how many connections there were, and the most that were open at one time.
func (e *Edge) Connections() (total, peak int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.total, e.peak
}

// Close makes the edge refuse connections, and ends those that are open.
func (e *Edge) Close() {
	e.mu.Lock()
	l := e.listener
	e.listener = nil
	for c := range e.open {
		_ = c.Close()
	}
	e.mu.Unlock()
	if l != nil {
		_ = l.Close()
	}
	e.running.Wait()
}

// Reopen makes a closed edge listen again.
func (e *Edge) Reopen() error {
	l, err := net.Listen("tcp", e.address)
	if err != nil {
		return err
	}
	e.run(l)
	return nil
}

func (e *Edge) run(l net.Listener) {
	e.mu.Lock()
	e.listener = l
	e.mu.Unlock()
	e.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			e.running.Go(func() { e.handle(l, c) })
		}
	})
}

func (e *Edge) handle(l net.Listener, c net.Conn) {
	defer func() { _ = c.Close() }()
	e.mu.Lock()
	if e.listener != l {
		e.mu.Unlock()
		return
	}
	e.open[c] = true
	e.total++
	e.peak = max(e.peak, len(e.open))
	preface, behaviour, config := e.preface, e.behaviour, e.config()
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.open, c)
		e.mu.Unlock()
	}()
	if behaviour != nil {
		behaviour(c)
		return
	}
	if preface != nil && preface(c) != nil {
		return
	}
	t := tls.Server(c, config)
	if t.Handshake() == nil {
		_, _ = t.Read(make([]byte, 1)) // until the client closes
	}
}

// config returns the configuration of one handshake; e.mu is held.
func (e *Edge) config() *tls.Config {
	var served []tls.Certificate
	for _, p := range e.plans {
		if !p.from.After(time.Now()) {
			served = p.certificates
		}
	}
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if len(served) == 0 {
			return nil, errors.New("no certificate is served")
		}
		for i, c := range served {
			if c.Leaf != nil && c.Leaf.VerifyHostname(hello.ServerName) == nil {
				return &served[i], nil
			}
		}
		return &served[0], nil
	}}
	if e.configure != nil {
		e.configure(config)
	}
	return config
}
