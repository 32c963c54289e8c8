package fake

import (
	"encoding/json"
	"net/url"

	"certloop/providers/internal/awsfake"
)

// Fault and Refusal are those of all fakes.
type (
	Fault   = awsfake.Fault
	Refusal = awsfake.Refusal
)

func refuse(code, format string, args ...any) *Refusal { return awsfake.Refuse(code, format, args...) }

func invalid(format string, args ...any) *Refusal {
	return refuse("ValidationException", format, args...)
}

// Call is a call as faults see it.
type Call struct {
	// Operation is the action's name: ImportCertificate, GetResources, AssumeRole, …
	Operation       string
	Account, Region string
	// ARN is the certificate the call names, if any.
	ARN string
}

type request struct {
	Call
	body []byte
	form url.Values
}

// request is a call with the account it is made in. The Service is locked.
func (s *Service) request(c awsfake.Call) *request {
	r := &request{Call: Call{Operation: c.Operation, Region: c.Region, Account: DefaultAccount}, body: c.Body, form: c.Form}
	if account, known := s.accounts[c.AccessKey]; known {
		r.Account = account
	}
	var in named
	if json.Unmarshal(c.Body, &in) == nil {
		r.ARN = in.CertificateArn
	}
	return r
}

// fault asks Config.Fault.
func (s *Service) fault(c awsfake.Call) (f *Fault) {
	if s.config.Fault == nil {
		return nil
	}
	var r *request
	s.Locked(func() { r = s.request(c) })
	return s.config.Fault(r.Call)
}

// served are the operations on s.
func (s *Service) served() map[string]awsfake.Operation {
	all := map[string]awsfake.Operation{}
	for name, operation := range operations {
		all[name] = func(c awsfake.Call) (any, *Refusal) { return operation(s, s.request(c)) }
	}
	return all
}

// decode reads the body's JSON into an input.
func decode[In any](f func(*Service, *request, In) (any, *Refusal)) func(*Service, *request) (any, *Refusal) {
	return func(s *Service, c *request) (any, *Refusal) {
		return awsfake.JSON(func(_ awsfake.Call, in In) (any, *Refusal) { return f(s, c, in) })(
			awsfake.Call{Operation: c.Operation, Body: c.body})
	}
}
