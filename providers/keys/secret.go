package keys

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// secret is one request to Secrets Manager, as errors tell of it.
type secret struct {
	// id is the secret's name or ARN.
	id, region string
	// actions are the IAM actions that the request needs.
	actions string
	// reason is that of every error.
	reason api.Reason
}

var secretKinds = map[string]api.ErrorKind{"ResourceNotFoundException": api.NotFound}

// classify gives err its kind and a message that is the same from run to run.
func (s secret) classify(err error) *api.Error {
	e := &api.Error{Kind: awserr.Kind(err, secretKinds), Reason: s.reason, Err: awserr.WithoutAnswer(err)}
	switch {
	case awserr.Code(err) == "InvalidRequestException":
		e.Message = fmt.Sprintf("secret %s in %s cannot be used, usually because it is scheduled for deletion: restore it with "+
			"aws secretsmanager restore-secret --region %s --secret-id %s; AWS error message: %s", s.id, s.region, s.region, s.id, awserr.Message(err))
	case awserr.Denied(err):
		e.Kind = api.Terminal
		e.Message = fmt.Sprintf("the function's role has no access to secret %s in %s: allow it %s, and kms:Decrypt where the secret "+
			"has a KMS key of its own; AWS error message: %s", s.id, s.region, s.actions, awserr.Message(err))
	case e.Kind == api.NotFound:
		e.Message = fmt.Sprintf("secret %s does not exist in %s, or has no current value", s.id, s.region)
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("Secrets Manager in %s throttled %s; certloop retries", s.region, s.actions)
	case e.Kind == api.Terminal:
		e.Message = fmt.Sprintf("Secrets Manager in %s refused %s on secret %s: %s", s.region, s.actions, s.id, awserr.Message(err))
	default:
		e.Message = fmt.Sprintf("Secrets Manager in %s did not respond to %s; certloop retries", s.region, s.actions)
	}
	return e
}
