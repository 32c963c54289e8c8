package acme

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-acme/lego/v4/acme"
)

// namespace is that of ACME's problem types (RFC 8555 section 6.7).
const namespace = "urn:ietf:params:acme:error:"

// oldNamespace is that of the drafts, which some CAs still use.
const oldNamespace = "urn:acme:error:"

// refusal is an answer that is no success. As an error it holds no text of the CA: that goes through message.
type refusal struct {
	method, path string
	status       int
	problem      acme.ProblemDetails
	retryAfter   time.Duration
	// fromCA: the CA itself speaks, not something in front of it. It gave a problem document, or a nonce.
	fromCA bool
}

func (r *refusal) Error() string {
	kind := r.kind()
	if _, known := problems[kind]; !known {
		kind = "" // a type of the CA's own is its words
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s: HTTP %d %s", r.method, r.path, r.status, kind))
}

// kind is the problem's type without ACME's namespace; empty: it is none of ACME's.
func (r *refusal) kind() string { return kindOf(r.problem.Type) }

func kindOf(problemType string) string {
	kind, ok := strings.CutPrefix(problemType, namespace)
	if !ok {
		kind, ok = strings.CutPrefix(problemType, oldNamespace)
	}
	if !ok || len(kind) > maxWord {
		return ""
	}
	return kind
}

func newRefusal(r *http.Request, answer *http.Response, now time.Time) *refusal {
	refused := &refusal{
		method: r.Method, path: r.URL.Path, status: answer.StatusCode, retryAfter: retryAfter(answer.Header, now),
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return refused
	}
	// A field of a wrong type leaves the others readable.
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &refused.problem); err != nil && !errors.As(err, &wrongType) {
		refused.problem = acme.ProblemDetails{}
	}
	// Only a signed request spends a nonce and is given another.
	nonce := r.Method == http.MethodPost && answer.Header.Get("Replay-Nonce") != ""
	refused.fromCA = nonce || refused.problem.Type != "" || refused.problem.Detail != ""
	return refused
}

func badNonce(err error) bool { return refusedFor(err, "badNonce") }

// refusedFor reports whether err is a refusal with a problem of one of these kinds.
func refusedFor(err error, kinds ...string) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, kind := range kinds {
		if r.kind() == kind {
			return true
		}
	}
	return false
}

// problemIn is the problem of the refusal in err; nil: err is none.
func problemIn(err error) *acme.ProblemDetails {
	var r *refusal
	if !errors.As(err, &r) {
		return nil
	}
	return &r.problem
}
