package keys

import (
	"fmt"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// sealing is one request to KMS, as errors tell of it.
type sealing struct {
	// action is the IAM action that the request needs.
	action string
	// key is the KMS key, as the request names it.
	key string
	// opens: the request decrypts, so that a sealed key may be lost.
	opens bool
}

// What KMS answers to Decrypt where a ciphertext will never open: it is damaged or was sealed for another record, with
// another key, or its key is destroyed (KMS API Reference, Decrypt; KMS Developer Guide, "Key states").
var lostCodes = map[string]string{
	"InvalidCiphertextException": "the sealed key cannot be decrypted: it is damaged, or was sealed for another record",
	"IncorrectKeyException":      "the sealed key cannot be decrypted: it names another KMS key than the one that encrypted it",
	"NotFoundException":          "the KMS key that encrypted the sealed key was deleted",
}

// classify gives err its kind and a message that is the same from run to run.
func (s sealing) classify(err error) *api.Error {
	code := awserr.Code(err)
	e := &api.Error{Kind: awserr.Kind(err, nil), Reason: api.ReasonKeyUnavailable, Err: awserr.WithoutAnswer(err)}
	switch {
	case s.opens && lostCodes[code] != "":
		e.Kind, e.Reason = api.Terminal, api.ReasonKeyLost
		e.Message = fmt.Sprintf("%s (KMS key %s)", lostCodes[code], s.key)
	case code == "DisabledException":
		e.Kind = api.Transient
		e.Message = fmt.Sprintf("KMS key %s is disabled: enable it", s.key)
	case code == "KMSInvalidStateException":
		e.Kind = api.Transient
		e.Message = fmt.Sprintf("KMS key %s cannot be used in its present state: where it is scheduled for deletion, cancel "+
			"the deletion and enable it; AWS error message: %s", s.key, awserr.Message(err))
	case awserr.Denied(err):
		e.Kind = api.Transient
		e.Message = fmt.Sprintf("the function's role has no access to KMS key %s: allow it %s in its policy or the key's; AWS error message: %s",
			s.key, s.action, awserr.Message(err))
	case e.Kind == api.Terminal:
		return s.refused(e)
	case e.Kind == api.Throttled:
		e.Message = fmt.Sprintf("KMS throttled %s; certloop retries", s.action)
	default:
		return s.unanswered(e.Err)
	}
	return e
}

// refused is a refusal of another kind. Nothing is proven by it, so that what is sealed is kept and waits.
func (s sealing) refused(e *api.Error) *api.Error {
	e.Message = fmt.Sprintf("KMS refused %s with key %s: %s", s.action, s.key, awserr.Message(e.Err))
	if s.opens {
		e.Kind = api.Transient
	}
	return e
}

func (s sealing) unanswered(cause error) *api.Error {
	return &api.Error{Kind: api.Transient, Reason: api.ReasonKeyUnavailable, Err: cause,
		Message: fmt.Sprintf("KMS did not respond to %s; certloop retries", s.action)}
}
