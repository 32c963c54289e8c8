package awsfake

import (
	"net/http"
	"sync"
)

// Fault is something that goes wrong with a call.
type Fault struct {
	// Status, Code and Message are the answer; Status 0: 400, with Body 200.
	Status        int
	Code, Message string
	// Body, where set, is the answer's in place of Code and Message, such as one that was cut off.
	Body string
	// After lets the call take effect first.
	After bool
	// Drop ends the connection instead of an answer.
	Drop bool
}

// Throttling is the answer to calls above the rate.
func Throttling() Fault { return Fault{Code: "ThrottlingException", Message: "Rate exceeded"} }

// Denied is the answer where IAM does not allow the call.
func Denied(action string) Fault {
	return Fault{Code: "AccessDeniedException", Message: "User: arn:aws:sts::123456789012:assumed-role/certloop/certloop" +
		" is not authorized to perform: " + action}
}

// ServerError is a fault of the service, before the call took effect.
func ServerError() Fault {
	return Fault{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: "Internal failure"}
}

// LostReply lets the call take effect and ends the connection before its answer.
func LostReply() Fault { return Fault{After: true, Drop: true} }

// LostRequest ends the connection before the call takes effect.
func LostRequest() Fault { return Fault{Drop: true} }

// Faults are what goes wrong with the next calls of each operation; none at first. They are safe for concurrent use.
type Faults struct {
	mu      sync.Mutex
	pending map[string][]*pending
}

// pending is a fault for the next calls; times below zero: for all.
type pending struct {
	Fault
	times int
}

// Fail makes the next calls of an operation go wrong; times below zero: all of them, until Heal.
func (f *Faults) Fail(operation string, times int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pending == nil {
		f.pending = map[string][]*pending{}
	}
	f.pending[operation] = append(f.pending[operation], &pending{fault, times})
}

// Heal removes the faults of an operation.
func (f *Faults) Heal(operation string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.pending, operation)
}

// Next is what goes wrong with this call of an operation, and counts it; nil: nothing.
func (f *Faults) Next(operation string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.pending[operation] {
		if p.times != 0 {
			p.times--
			return &p.Fault
		}
	}
	return nil
}
