package route53

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// call is one request, as errors tell of it.
type call struct {
	// action is the IAM action that the request needs.
	action string
	role   api.Role
	// zone is the ID of the hosted zone; empty: none in particular.
	zone string
}

// classify gives err its kind and a message that is the same from run to run.
func (c call) classify(err error) *api.Error {
	if e := awsrole.AssumeError(err, c.role, api.ReasonDNSAccessDenied, api.ReasonDNSFailed); e != nil {
		return e
	}
	e := &api.Error{Kind: kindOf(err), Err: err}
	switch {
	case denied(err):
		e.Kind, e.Reason = api.Terminal, api.ReasonDNSAccessDenied
		e.Message = fmt.Sprintf("%s may not use %s: allow it %s; AWS says: %s", awsrole.Name(c.role), c.what(), c.action, message(err))
	case zoneGoneCodes[awserr.Code(err)]:
		e.Kind, e.Reason = api.Terminal, api.ReasonZoneNotFound
		e.Message = fmt.Sprintf("%s does not exist in the account of %s: name another one in zone, or none", c.what(), awsrole.Name(c.role))
	case e.Kind == api.NotFound:
		e.Reason = api.ReasonDNSFailed
		e.Message = "Route 53 does not know the change"
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("Route 53 throttles %s", c.action)
	case e.Kind == api.Terminal:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 refuses %s on %s: %s", c.action, c.what(), message(err))
	default:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 does not answer %s", c.action)
	}
	return e
}

func (c call) what() string {
	if c.zone == "" {
		return "Route 53"
	}
	return "hosted zone " + c.zone
}
