package awsfake

import "net/http"

// Fault is something that goes wrong with a call.
type Fault struct {
	// Status, Code and Message are the answer; Status 0: 400.
	Status        int
	Code, Message string
	// Body, where set, is an answer of status 200 instead, such as one that was cut off.
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

// pending is a fault for the next calls; times below zero: for all.
type pending struct {
	Fault
	times int
}

// Fail makes the next calls of an operation go wrong; times below zero: all of them, until Heal.
func (e *Endpoint) Fail(operation string, times int, f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults[operation] = append(e.faults[operation], &pending{f, times})
}

// Heal takes the faults of an operation away.
func (e *Endpoint) Heal(operation string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.faults, operation)
}

// fault is what goes wrong with c; nil: nothing.
func (e *Endpoint) fault(c Call) *Fault {
	if e.config.Fault != nil {
		if f := e.config.Fault(c); f != nil {
			return f
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.faults[c.Operation] {
		if p.times != 0 {
			p.times--
			return &p.Fault
		}
	}
	return nil
}
