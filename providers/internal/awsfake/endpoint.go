// Package awsfake is what the fakes of AWS services have in common: the wire (AWS JSON and the query protocol), the
// faults, the count of calls, and the client's side of a test.
//
// Region and access key of a request come from its signature's credential scope; the signature itself is not checked.
// What a service does and what it refuses is its own fake's.
package awsfake

import (
	"cmp"
	"net/http"
	"sync"
)

// Operation is one action of a service. It runs while the Endpoint is locked. The answer is written as JSON; a string is
// written as it is: the XML of the query protocol.
type Operation func(Call) (any, *Refusal)

// Config is what an Endpoint is made of.
type Config struct {
	// Targets are what X-Amz-Target begins with, up to the action's name ("TrentService."). An operation that comes
	// without that header is one of the query protocol.
	Targets []string
	// JSON is the version of the AWS JSON protocol, 1.0 or 1.1; empty: 1.1.
	JSON string
	// Operations are the actions by name.
	Operations map[string]Operation
	// Fault is asked before each call what shall go wrong with it; nil: nothing. It is called by several requests at
	// once. See also Faults.Fail.
	Fault func(Call) *Fault
}

// Endpoint serves the operations over HTTP. It is safe for concurrent use.
type Endpoint struct {
	Faults
	config Config

	mu    sync.Mutex
	calls map[string]int
}

// New makes an Endpoint.
func New(c Config) *Endpoint {
	if c.JSON == "" {
		c.JSON = "1.1"
	}
	return &Endpoint{config: c, calls: map[string]int{}}
}

// Locked runs f while no operation runs.
func (e *Endpoint) Locked(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

// Calls is how often an operation was called, faults included.
func (e *Endpoint) Calls(operation string) (n int) {
	e.Locked(func() { n = e.calls[operation] })
	return n
}

// ServeHTTP answers one call.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call, refused := e.receive(r)
	if refused != nil {
		e.answer(call, nil, refused).write(w)
		return
	}
	e.serve(call).write(w)
}

// serve performs the call, with what goes wrong with it.
func (e *Endpoint) serve(c Call) *response {
	fault := e.fault(c)
	if fault == nil {
		return e.perform(c)
	}
	if fault.After {
		e.perform(c)
	}
	if fault.Drop {
		// Ends the connection without a reply; net/http does not log it.
		panic(http.ErrAbortHandler)
	}
	if fault.Body != "" {
		return &response{status: cmp.Or(fault.Status, http.StatusOK), kind: "application/x-amz-json-" + e.config.JSON, body: []byte(fault.Body)}
	}
	return e.answer(c, nil, &Refusal{Status: fault.Status, Code: fault.Code, Message: fault.Message})
}

// fault is what goes wrong with c; nil: nothing.
func (e *Endpoint) fault(c Call) *Fault {
	if e.config.Fault != nil {
		if f := e.config.Fault(c); f != nil {
			return f
		}
	}
	return e.Next(c.Operation)
}

func (e *Endpoint) perform(c Call) *response {
	e.mu.Lock()
	defer e.mu.Unlock()
	out, refused := e.config.Operations[c.Operation](c)
	return e.answer(c, out, refused)
}
