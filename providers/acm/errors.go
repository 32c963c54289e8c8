package acm

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// call is one request, as its errors name it.
type call struct {
	// actions are the IAM actions that the request needs.
	actions string
	at      api.Location
	// arn is the certificate; empty: none in particular.
	arn string
	// refused is the reason of a refusal that has no reason of its own.
	refused api.Reason
}

// classify returns err with its kind and a message that is the same from run to run.
func (c call) classify(err error) *api.Error {
	if e := awsrole.AssumeError(err, c.at.Role, api.ReasonTargetAccessDenied, ""); e != nil {
		return e
	}
	e := &api.Error{Kind: kindOf(err), Err: err}
	switch {
	case awserr.Denied(err):
		e.Kind, e.Reason = api.Terminal, api.ReasonTargetAccessDenied
		e.Message = fmt.Sprintf("%s has no access to ACM in %s: allow it %s, and enable the region for its AWS account; AWS error message: %s",
			awsrole.Name(c.at.Role), c.at.Region, c.actions, awserr.Message(err))
	case quotaCodes[awserr.Code(err)]:
		e.Kind, e.Reason = api.Terminal, api.ReasonQuotaExceeded
		e.Message = fmt.Sprintf("the ACM quota in %s is used up: raise it in Service Quotas or delete certificates; AWS error message: %s",
			c.at.Region, awserr.Message(err))
	case e.Kind == api.NotFound:
		e.Message = fmt.Sprintf("certificate %s does not exist in %s", c.arn, c.at.Region)
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("ACM in %s throttled %s; certloop retries", c.at.Region, c.actions)
	case e.Kind == api.Terminal:
		e.Reason = c.refused
		e.Message = fmt.Sprintf("ACM in %s refused %s: %s", c.at.Region, c.actions, awserr.Message(err))
	default:
		e.Message = fmt.Sprintf("ACM in %s did not respond to %s; certloop retries", c.at.Region, c.actions)
	}
	return e
}
