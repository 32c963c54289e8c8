package awsrole

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// Name returns how messages name the caller: "role <ARN>", or "the function's role" where no role is assumed.
func Name(r api.Role) string {
	if r.RoleARN == "" {
		return "the function's role"
	}
	return "role " + r.RoleARN
}

// FromSTS reports whether err came from assuming a role, before the service itself was asked.
func FromSTS(err error) bool { return awserr.From(err, "STS") }

// AssumeError returns err as the error of a role that could not be assumed, so that the service itself was never asked; nil
// where err has another cause. denied is the reason of a refusal, unanswered that of an STS that did not respond.
func AssumeError(err error, r api.Role, denied, unanswered api.Reason) *api.Error {
	if !FromSTS(err) {
		return nil
	}
	e := &api.Error{Kind: awserr.Kind(err, nil), Err: err}
	switch e.Kind {
	case api.Throttled:
		e.Message = fmt.Sprintf("STS throttled sts:AssumeRole on %s; certloop retries", r.RoleARN)
	case api.Transient:
		e.Reason = unanswered
		e.Message = fmt.Sprintf("STS did not respond to sts:AssumeRole on %s; certloop retries", r.RoleARN)
	default:
		e.Kind, e.Reason = api.Terminal, denied
		e.Message = fmt.Sprintf("role %s cannot be assumed: allow the function's role sts:AssumeRole on it, and allow the function's role "+
			"(with the external_id, where one is set) in its trust policy; AWS error message: %s", r.RoleARN, awserr.Message(err))
	}
	return e
}
