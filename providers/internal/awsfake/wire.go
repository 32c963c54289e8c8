package awsfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Call is one request.
type Call struct {
	// Operation is the action's name: Decrypt, Publish, …
	Operation string
	// AccessKey and Region are those of the signature's credential scope.
	AccessKey, Region string
	// Host is the request's: the endpoint as the client names it.
	Host string
	Body []byte
	// Form is the body of the query protocol; nil: it is JSON.
	Form url.Values
}

// Refusal is an error of the service.
type Refusal struct {
	// Status is the HTTP status; 0: 400.
	Status        int
	Code, Message string
	// QueryCode is the code that a service which once spoke the query protocol adds in a header; the SDK prefers it.
	QueryCode string
}

// Refuse is a Refusal with status 400.
func Refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// JSON is an operation that reads its input from JSON.
func JSON[In any](f func(Call, In) (any, *Refusal)) Operation {
	return func(c Call) (any, *Refusal) {
		var in In
		if err := json.Unmarshal(c.Body, &in); err != nil {
			return nil, Refuse("SerializationException", "the body is not the JSON of a %s", c.Operation)
		}
		return f(c, in)
	}
}

// largest is above every limit that a service has for its requests.
const largest = 8 << 20

// receive reads a call and counts it.
func (e *Endpoint) receive(r *http.Request) (Call, *Refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largest))
	if err != nil {
		return Call{}, Refuse("ValidationException", "the body cannot be read")
	}
	c := Call{Body: body, Host: r.Host}
	var ok bool
	if c.AccessKey, c.Region, ok = scope(r.Header.Get("Authorization")); !ok {
		return c, &Refusal{Status: http.StatusForbidden, Code: "MissingAuthenticationTokenException",
			Message: "Missing Authentication Token"}
	}
	e.name(&c, r.Header.Get("X-Amz-Target"))
	if e.config.Operations[c.Operation] == nil {
		return c, Refuse("UnknownOperationException", "%q is not served", c.Operation)
	}
	e.Locked(func() { e.calls[c.Operation]++ })
	return c, nil
}

// name finds the operation in the header, or in the form.
func (e *Endpoint) name(c *Call, target string) {
	for _, prefix := range e.config.Targets {
		if name, ok := strings.CutPrefix(target, prefix); ok {
			c.Operation = name
			return
		}
	}
	if form, err := url.ParseQuery(string(c.Body)); err == nil && target == "" {
		c.Operation, c.Form = form.Get("Action"), form
	}
}

// scope reads access key and region from Credential=<key>/<date>/<region>/<service>/aws4_request.
func scope(authorization string) (key, region string, ok bool) {
	_, credential, found := strings.Cut(authorization, "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if !found || len(parts) != 5 {
		return "", "", false
	}
	return parts[0], parts[2], true
}
