package fake

import "net/http"

// Fault is something that goes wrong with a call.
type Fault struct {
	// Status, Code and Message are the answer; Status 0: 400.
	Status        int
	Code, Message string
	// Messages make it an answer in the older form of refused batches.
	Messages []string
	// After lets the call take effect first.
	After bool
	// Drop ends the connection instead of an answer.
	Drop bool
}

// Throttling is the answer to calls above five a second.
func Throttling() Fault { return Fault{Code: "Throttling", Message: "Rate exceeded"} }

// PriorRequestNotComplete is the answer to a change while another one of the zone is being taken.
func PriorRequestNotComplete() Fault {
	return Fault{Code: "PriorRequestNotComplete", Message: "The request was rejected because Route 53 was still processing a prior request."}
}

// Denied is the answer where IAM does not allow the call.
func Denied(action string) Fault {
	return Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "User: arn:aws:sts::" + DefaultAccount +
		":assumed-role/certloop/certloop is not authorized to perform: " + action}
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
func (s *Service) Fail(operation string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[operation] = append(s.faults[operation], &pending{f, times})
}

// Heal takes the faults of an operation away.
func (s *Service) Heal(operation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.faults, operation)
}

// fault is what goes wrong with c; nil: nothing.
func (s *Service) fault(c *request) *Fault {
	if s.config.Fault != nil {
		if f := s.config.Fault(c.Call); f != nil {
			return f
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.faults[c.Operation] {
		if p.times != 0 {
			p.times--
			return &p.Fault
		}
	}
	return nil
}
