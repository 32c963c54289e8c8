package notify

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// request is one request to a service, as its errors name it.
type request struct {
	// to is the topic or bus.
	to string
	// action is the IAM action that the request needs.
	action string
}

// kinds are the error codes that mean something to SNS alone (SNS API Reference, Publish).
var kinds = map[string]api.ErrorKind{"KMSThrottling": api.Throttled}

// classify returns err with its kind and a message that is the same from run to run.
func (r request) classify(err error) *api.Error {
	e := &api.Error{Kind: awserr.Kind(err, kinds), Err: err}
	switch {
	case awserr.Code(err) == "NotFound":
		e.Message = fmt.Sprintf("%s does not exist: configure an existing one", r.to)
	case awserr.Denied(err):
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("the function's role has no permission to send to %s: allow it %s; AWS error message: %s", r.to, r.action, awserr.Message(err))
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("%s throttled %s; certloop retries", r.to, r.action)
	case e.Kind == api.Terminal:
		e.Message = fmt.Sprintf("%s refused %s: %s", r.to, r.action, awserr.Message(err))
	default:
		return r.unanswered(err)
	}
	return e
}

// transient are the codes of an entry that may be sent again (EventBridge API Reference, PutEventsResultEntry).
var transient = map[string]api.ErrorKind{
	"ThrottlingException": api.Throttled, "InternalFailure": api.Transient, "InternalException": api.Transient, "": api.Transient,
}

// failed returns the error of an entry that failed in a request that succeeded.
func (r request) failed(code, message string) *api.Error {
	cause := fmt.Errorf("%s: %s", code, awserr.Stable(message))
	switch kind, ok := transient[code]; {
	case !ok:
		return &api.Error{Kind: api.Terminal, Err: cause, Message: fmt.Sprintf("%s refused %s: allow the function's role to put "+
			"events of source %s there; AWS error message: %v", r.to, r.action, Source, cause)}
	case kind == api.Throttled:
		return &api.Error{Kind: kind, Err: cause, Message: fmt.Sprintf("%s throttled %s; certloop retries", r.to, r.action)}
	}
	return r.unanswered(cause)
}

func (r request) unanswered(cause error) *api.Error {
	return &api.Error{Kind: api.Transient, Err: cause, Message: fmt.Sprintf("%s did not respond to %s; certloop retries", r.to, r.action)}
}
