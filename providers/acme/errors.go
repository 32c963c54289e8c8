package acme

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

// step is one request to a CA, as its errors name it.
type step struct {
	// what names the request in messages: the CA "refused" it, or "did not respond to" it.
	what string
	// refused is the reason of a refusal that has none of its own.
	refused api.Reason
	// object: the URL is one that the CA gave for one thing, so that 404 means that the object was deleted. Otherwise it is
	// the directory's, and 404 means that the directory has changed.
	object bool
	// transient: no refusal is final.
	transient bool
	// reading: the step reads an object of this account, so that a replica returns "unauthorized" for one that it has
	// not seen yet, and means no more than "not found".
	reading bool
}

// classify returns err with its kind and a message that is the same from run to run.
func (s *session) classify(of step, err error) *api.Error {
	var r *refusal
	if refused := s.refused(err); refused != nil {
		return refused
	}
	switch {
	case s.ctx.Err() != nil:
		return unavailable(err, s.ca()+" did not respond to "+of.what+" in time; certloop retries")
	case errors.As(err, &r):
		return s.refuse(of, r)
	}
	return s.unanswered(of, err)
}

// refused returns err classified where certloop itself refuses; nil: err is not of that kind.
func (s *session) refused(err error) *api.Error {
	var bound exceeded
	var address *forbidden
	var redirect *elsewhere
	switch {
	case errors.As(err, &bound):
		return s.limits(bound)
	case errors.As(err, &address):
		return s.denied(address)
	case errors.As(err, &redirect):
		return s.redirected(redirect)
	}
	return nil
}

// refuse is classify for what was answered.
func (s *session) refuse(of step, r *refusal) *api.Error {
	o := of.outcome(r)
	e := &api.Error{Kind: o.kind, Reason: cmp.Or(o.reason, of.refused), RetryAfter: r.retryAfter, Err: r}
	e.Message = s.ca() + " " + verbs[o.kind] + " " + of.what
	switch {
	case o.kind == api.NotFound:
		return e
	case of == fetchingDirectory && gone(r):
		return unavailable(r, fmt.Sprintf("the server %s returned HTTP %d and is not an ACME directory: check directory of account %s",
			s.host(), r.status, s.account.Name))
	case paused(r):
		return s.paused(r)
	case r.kind() == "badNonce":
		return unavailable(r, s.ca()+" refused every nonce, including those that it had just issued; certloop retries")
	case !r.fromCA:
		e.Message += fmt.Sprintf(": it returned HTTP %d without an ACME problem document", r.status)
	default:
		e.Message += ": " + cmp.Or(s.message(&r.problem), fmt.Sprintf("HTTP status %d", r.status))
	}
	if gone(r) && of.endpoint(r) {
		s.directory.forget()
	}
	if o.kind == api.Terminal && deactivated(r) {
		e.Reason, o.remedy = api.ReasonAccountUnknown, newAccountRecord
	}
	e.Message += s.remedy(o.remedy)
	if o.kind == api.Transient || o.kind == api.Throttled {
		e.Message += "; certloop retries"
	}
	if at := r.problem.Instance; r.kind() == "userActionRequired" && at != "" {
		e.Message += ", at " + s.clean(at)
	}
	return e
}

var verbs = map[api.ErrorKind]string{
	api.NotFound:  "did not find the object of",
	api.Terminal:  "refused",
	api.Throttled: "rate-limited",
	api.Transient: "could not process",
}

func (s *session) remedy(text string) string {
	if text == "" {
		return ""
	}
	return "; " + strings.ReplaceAll(text, "%s", s.account.Name)
}

// outcome returns what r means to this step: first by the status alone, then by the type. A 4xx without a problem document is
// no refusal of the CA: something in front of it is broken, and a certificate that waits there must not be given up for it.
func (of step) outcome(r *refusal) outcome {
	known, isKnown := problems[r.kind()]
	switch {
	case throttled(r):
		return problems["rateLimited"]
	case r.status >= http.StatusInternalServerError || !r.fromCA || r.status == http.StatusRequestTimeout:
		return outcome{kind: api.Transient, reason: api.ReasonCAUnavailable}
	case of.transient, gone(r) && of.endpoint(r):
		return outcome{kind: api.Transient, reason: api.ReasonCAUnavailable}
	case gone(r) && (!isKnown || r.kind() == "malformed"):
		return outcome{kind: api.NotFound}
	case of.reading && r.kind() == "unauthorized" && !deactivated(r):
		return outcome{kind: api.NotFound}
	case isKnown:
		return known
	}
	return outcome{kind: api.Terminal}
}

// throttled: some CAs answer 503 with Retry-After where RFC 8555 section 6.6 wants 429 and rateLimited.
func throttled(r *refusal) bool {
	return r.kind() == "rateLimited" || r.status == http.StatusTooManyRequests ||
		r.status == http.StatusServiceUnavailable && r.retryAfter > 0
}

func gone(r *refusal) bool { return r.status == http.StatusNotFound || r.status == http.StatusGone }

// endpoint: r came from a URL of the directory. A HEAD is newNonce's, whatever it is needed for.
func (of step) endpoint(r *refusal) bool {
	return !of.transient && (r.method == http.MethodHead || !of.object && r.kind() != "accountDoesNotExist")
}

// deactivated: RFC 8555 section 7.3.6 wants 401 and unauthorized of a deactivated account; CAs say 403 and the word.
func deactivated(r *refusal) bool {
	return r.kind() == "unauthorized" &&
		(r.status == http.StatusUnauthorized || accountDeactivated.MatchString(r.problem.Detail))
}

var accountDeactivated = regexp.MustCompile(`(?i)\baccount\b.*\bdeactivated\b`)

// unanswered is classify for what was not answered, or with something that is not ACME. All of it is transient:
// a certificate that waits there must not be given up because the CA's own TLS is broken for an hour.
func (s *session) unanswered(of step, err error) *api.Error {
	var untrusted *tls.CertificateVerificationError
	var noHost *net.DNSError
	var notTLS tls.RecordHeaderError
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	var problem *acme.ProblemDetails
	switch {
	case errors.Is(err, errOtherNames):
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed, Message: s.ca() + " changed the names of the order (RFC 8555 " +
			"section 7.4): ask the CA whether it issues for all of them"}
	case errors.As(err, &untrusted):
		return unavailable(err, s.untrusted(untrusted.Err))
	case errors.As(err, &noHost) && noHost.IsNotFound:
		return unavailable(err, "the host "+s.host()+" does not exist in DNS: check directory of account "+s.account.Name)
	case errors.As(err, &notTLS):
		return unavailable(err, "the server "+s.host()+" does not use TLS: check directory of account "+s.account.Name)
	case errors.Is(err, errNotHTTPS):
		return unavailable(nil, s.ca()+" "+errNotHTTPS.Error())
	case errors.Is(err, errNoNonce):
		return unavailable(nil, s.ca()+" "+errNoNonce.Error())
	case errors.As(err, &syntax), errors.As(err, &wrongType):
		// lego's error repeats the whole answer.
		return unavailable(nil, s.ca()+" returned a document that is not ACME; certloop retries")
	case errors.As(err, &problem):
		// lego returns an invalid order as an error with the CA's unchanged problem document.
		return unavailable(nil, s.ca()+" returned a problem: "+s.message(problem))
	}
	return unavailable(err, s.ca()+" did not respond to "+of.what+causeOf(err)+"; certloop retries")
}

func unavailable(cause error, message string) *api.Error {
	return &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Message: message, Err: cause}
}

// untrusted returns why the CA's own TLS certificate is not accepted, and what to do.
func (s *session) untrusted(err error) string {
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &hostname):
		return "the TLS certificate of " + s.host() + " is for other names: check directory of account " + s.account.Name
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the TLS certificate of " + s.host() + " is expired or not yet valid: the CA must renew it"
	case s.account.CACertificates != "":
		return "the TLS certificate of " + s.host() + " is not signed by a root of the system or of ca_certificates of account " +
			s.account.Name + ": add the root that signs it to ca_certificates, in PEM"
	}
	return "the TLS certificate of " + s.host() + " is not trusted: for a private CA, set ca_certificates of account " + s.account.Name +
		" to the root that signs it, in PEM"
}
