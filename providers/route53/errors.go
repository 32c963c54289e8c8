package route53

import (
	"fmt"

	"certloop/providers/internal/awserr"
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
	if fromSTS(err) {
		return c.classifyAssume(err)
	}
	e := &api.Error{Kind: kindOf(err), Err: err}
	switch {
	case denied(err):
		e.Kind, e.Reason = api.Terminal, api.ReasonDNSAccessDenied
		e.Message = fmt.Sprintf("%s may not use %s: allow it %s; AWS says: %s", who(c.role), c.what(), c.action, said(err))
	case zoneGoneCodes[awserr.Code(err)]:
		e.Kind, e.Reason = api.Terminal, api.ReasonZoneNotFound
		e.Message = fmt.Sprintf("%s does not exist in the account of %s: name another one in zone, or none", c.what(), who(c.role))
	case e.Kind == api.NotFound:
		e.Reason = api.ReasonDNSFailed
		e.Message = "Route 53 does not know the change"
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("Route 53 throttles %s", c.action)
	case e.Kind == api.Terminal:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 refuses %s on %s: %s", c.action, c.what(), said(err))
	default:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("Route 53 does not answer %s", c.action)
	}
	return e
}

// classifyAssume is classify where the role could not be assumed, so that Route 53 was never asked.
func (c call) classifyAssume(err error) *api.Error {
	e := &api.Error{Kind: kindOf(err), Err: err}
	switch {
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("STS throttles sts:AssumeRole on %s", c.role.RoleARN)
	case e.Kind == api.Transient:
		e.Reason = api.ReasonDNSFailed
		e.Message = fmt.Sprintf("STS does not answer sts:AssumeRole on %s", c.role.RoleARN)
	default:
		e.Kind, e.Reason = api.Terminal, api.ReasonDNSAccessDenied
		e.Message = fmt.Sprintf("role %s cannot be assumed: allow the function sts:AssumeRole on it, and the function's role "+
			"(with the external_id, where there is one) in its trust policy; AWS says: %s", c.role.RoleARN, said(err))
	}
	return e
}

func (c call) what() string {
	if c.zone == "" {
		return "Route 53"
	}
	return "hosted zone " + c.zone
}

func who(r api.Role) string {
	if r.RoleARN == "" {
		return "the function's role"
	}
	return "role " + r.RoleARN
}
