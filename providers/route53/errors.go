package route53

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// call is one request, as its errors name it.
type call struct {
	// action is the IAM action that the request needs.
	action string
	role   api.Role
	// zone is the ID of the hosted zone; empty: none in particular.
	zone string
}

// classify returns err with its kind and a message that is the same from run to run.
func (c call) classify(err error) *api.Error {
	if e := awsrole.AssumeError(err, c.role, api.ReasonDNSAccessDenied, api.ReasonDNSFailed); e != nil {
		return e
	}
	e := &api.Error{Kind: kindOf(err), Err: err}
	switch {
	case denied(err):
		e.Kind, e.Reason = api.Terminal, api.ReasonDNSAccessDenied
		e.Message = fmt.Sprintf("%s has no access to %s: allow it %s; AWS error message: %s", awsrole.Name(c.role), c.what(), c.action, message(err))
	case zoneGoneCodes[awserr.Code(err)]:
		e.Kind, e.Reason = api.Terminal, api.ReasonZoneNotFound
		e.Message = fmt.Sprintf("%s does not exist in the account of %s: set zone to an existing one, or remove zone", c.what(), awsrole.Name(c.role))
	case e.Kind == api.NotFound:
		e.Reason = api.ReasonDNSFailed
		e.Message = "Route 53 did not find the change"
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("Route 53 throttled %s; certloop retries", c.action)
	case e.Kind == api.Terminal:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 refused %s on %s: %s", c.action, c.what(), message(err))
	default:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 did not respond to %s; certloop retries", c.action)
	}
	return e
}

func (c call) what() string {
	if c.zone == "" {
		return "Route 53"
	}
	return "hosted zone " + c.zone
}
